import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { startWharf, type Wharf } from './wharf';

let fake: FakeEngine;
let wharf: Wharf;
let dataFolder: string;
let containerId: string;

/** Names of things and of keys, which both languages write in Latin letters. */
const names =
  /\b(docker\.io|NVIDIA Container Toolkit|nvidia-ctk runtime configure|Podman|config\.json|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|localhost|TLS|daemon\.json|docker (?:load|login|pull|run)|Wharf|Docker|Dockerfile|dockerignore|API|CPU|[KMG]?i?B|URL|ID|Chromium|Electron|Node\.js|FastAPI|Ollama|Debian|Ubuntu|linux|[Kk]orean|English|Ctrl|Shift|Enter|Esc|Home|End|root|[Pp]ython|docker(?= (?:그룹|명령))|GNOME Keyring|KWallet|Language(?=: English)|DOCKER_HOST|WHARF_\w+|tcp|udp|Echo|OpenAI|env|GPU|sudo|Docker Hub|Hub|tmpfs|init|NVIDIA|SIGTERM|MB|MiB|llama\d[\d.]*)\b/g;
/** Options of commands, names of images, containers, labels and folders, addresses. */
const literals =
  /^docker .*|--network host|\b\d+[KMG]i?B\b|\b[a-z]+(?:\.[a-z]+){2,}\b|--[a-z-]+(?:=\w+)?|unix:\S+|\/\S*|\b[\w.-]+\/\S+|\b\S+:\S+|llm-api|web|Fake OS|ko(-KR)?\b/g;

/** Whatever of the page a person reads or hears: text that is no code, names and hints of what can be used. */
async function wordsShown(): Promise<string[]> {
  const texts = await wharf.page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const around = walker.currentNode.parentElement;
      if (around && !around.closest('code, pre, kbd, .mono, script, style'))
        found.push(walker.currentNode.nodeValue ?? '');
    }
    for (const element of document.querySelectorAll('*')) {
      for (const name of ['aria-label', 'placeholder', 'title', 'aria-description', 'alt']) {
        // A second line is a command.
        found.push(element.closest('code, pre, .mono') ? '' : (element.getAttribute(name)?.split('\n')[0] ?? ''));
      }
    }
    return found;
  });
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

const isEnglish = (text: string) => /[A-Za-z]{2,}/.test(text.replace(literals, ' ').replace(names, ' '));
const isKorean = (text: string) => /\p{Script=Hangul}/u.test(text);

async function open(hash: string, heading: string): Promise<void> {
  await wharf.page.evaluate((address) => {
    window.location.hash = address;
  }, hash);
  await wharf.page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor();
}

const languageOfPage = () => wharf.page.evaluate(() => document.documentElement.lang);

/** Starts on a system that speaks Korean, with what earlier starts left. */
async function start(): Promise<void> {
  wharf = await startWharf({ dockerHost: fake.endpoint.address, language: 'ko', dataFolder });
}

async function startAgain(): Promise<void> {
  await wharf.close();
  await start();
}

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'wharf-language-'));
  fake = await startFakeEngine({ images: [{ tags: ['llm-api:latest'], labels: { 'app.wharf.api': 'true' } }] });
  containerId = fake.addContainer({
    name: 'web',
    image: 'llm-api:latest',
    state: 'running',
    labels: { 'app.wharf.api': 'true' },
    ports: [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort: 21_140 }],
  }).id;
  fake.addContainer({ name: 'llm-api', state: 'exited', exitCode: 137 });
  await start();
});
afterAll(async () => {
  await wharf?.close();
  await fake?.close();
  await rm(dataFolder, { recursive: true, force: true });
});

describe('on a system that speaks Korean', () => {
  it.each([
    ['#/', '홈'],
    ['#/containers', '컨테이너'],
    ['#/containers/ID', 'web'],
    ['#/containers/ID?tab=logs', 'web'],
    ['#/containers/ID?tab=stats', 'web'],
    ['#/containers/ID?tab=chat', 'web'],
    ['#/containers/ID?tab=api', 'web'],
    ['#/containers/ID?tab=environment', 'web'],
    ['#/containers/ID?tab=inspect', 'web'],
    ['#/containers/ID?tab=terminal', 'web'],
    ['#/run', '컨테이너 실행'],
    ['#/images', '이미지'],
    ['#/images/IMAGE', 'llm-api:latest'],
    ['#/images/IMAGE?tab=layers', 'llm-api:latest'],
    ['#/models', '모델'],
    ['#/ollama', '컨테이너로 Ollama 실행'],
    ['#/pull', '이미지 받기'],
    ['#/disk', '디스크 사용량'],
    ['#/kit', '오프라인 키트'],
    ['#/build', '이미지 빌드'],
    ['#/chat', '새 대화'],
    ['#/activity', '활동'],
    ['#/doctor', '진단'],
    ['#/help', '도움말'],
    ['#/settings', '설정'],
  ])('leaves English words on %s', async (hash, heading) => {
    const imageId = encodeURIComponent([...fake.images.keys()][0] ?? '');
    await open(hash.replace('ID', containerId).replace('IMAGE', imageId), heading);
    const shown = await wordsShown();
    expect(shown.filter(isKorean).length).toBeGreaterThan(10);
    expect(shown.filter(isEnglish)).toEqual([]);
    expect(await languageOfPage()).toBe('ko');
  });

  it('leaves English words in the dialog that removes a container', async () => {
    await open('#/containers', '컨테이너');
    await wharf.page.getByRole('button', { name: 'web 삭제', exact: true }).click();
    await wharf.page.getByRole('dialog').getByRole('button', { name: '삭제', exact: true }).waitFor();
    expect((await wordsShown()).filter(isEnglish)).toEqual([]);
    await wharf.page.keyboard.press('Escape');
    await wharf.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('leaves English words in the command palette', async () => {
    await wharf.page.keyboard.press('Control+k');
    const palette = wharf.page.getByRole('dialog');
    await palette.getByText('web 중지', { exact: true }).waitFor();
    expect((await wordsShown()).filter(isEnglish)).toEqual([]);
    await wharf.page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
  });

  it.each([
    ['#/containers', '컨테이너'],
    ['#/', '홈'],
  ])('tells in English on %s that the engine went away', async (hash, heading) => {
    await open(hash, heading);
    await fake.stop();
    try {
      await wharf.page.getByText('엔진 없음', { exact: true }).first().waitFor();
      await wharf.page.getByRole('button', { name: hash === '#/' ? '다시 시도' : '지금 시도', exact: true }).waitFor();
      expect((await wordsShown()).filter(isEnglish)).toEqual([]);
    } finally {
      await fake.start();
    }
    await wharf.page.getByText('엔진 없음', { exact: true }).first().waitFor({ state: 'detached' });
  });
});

describe('what a person chose', () => {
  const choice = (name: string) => wharf.page.getByRole('button', { name, exact: true });
  const look = () =>
    wharf.page.evaluate(() => {
      const [red = 0, green = 0, blue = 0] =
        getComputedStyle(document.body)
          .backgroundColor.match(/[\d.]+/g)
          ?.map(Number) ?? [];
      return (red + green + blue) / 3 < 128 ? 'dark' : 'light';
    });

  it('needs a reload to be in English, or stays Korean in places', async () => {
    await open('#/settings', '설정');
    await wharf.page.evaluate(() => {
      (window as unknown as { sameDocument: boolean }).sameDocument = true;
    });
    await choice('English').click();
    await wharf.page.getByRole('heading', { name: 'Settings', exact: true, level: 1 }).waitFor();
    expect(await languageOfPage()).toBe('en');
    for (const [hash, heading] of [
      ['#/', 'Home'],
      ['#/containers', 'Containers'],
      ['#/images', 'Images'],
      ['#/chat', 'New conversation'],
      ['#/activity', 'Activity'],
    ] as const) {
      await open(hash, heading);
      expect((await wordsShown()).filter(isKorean)).toEqual([]);
    }
    expect(await wharf.page.evaluate(() => 'sameDocument' in window)).toBe(true);
  });

  it('needs a reload to be dark', async () => {
    await open('#/settings', 'Settings');
    await choice('Light').click();
    await expect.poll(look).toBe('light');
    await choice('Dark').click();
    await expect.poll(look).toBe('dark');
    expect(await wharf.page.evaluate(() => 'sameDocument' in window)).toBe(true);
  });

  it('is forgotten by the next start', async () => {
    await startAgain();
    await wharf.page.getByRole('heading', { name: 'Home', exact: true, level: 1 }).waitFor();
    expect(await languageOfPage()).toBe('en');
    expect(await look()).toBe('dark');
    await open('#/settings', 'Settings');
    expect(await choice('English').getAttribute('aria-pressed')).toBe('true');
    expect(await choice('Dark').getAttribute('aria-pressed')).toBe('true');
  });

  it('cannot be left to the system again', async () => {
    await choice('As the system').first().click();
    await wharf.page.getByRole('heading', { name: '설정', exact: true, level: 1 }).waitFor();
    await startAgain();
    await wharf.page.getByRole('heading', { name: '홈', exact: true, level: 1 }).waitFor();
    expect(await languageOfPage()).toBe('ko');
    expect(wharf.complaints).toEqual([]);
  });
});
