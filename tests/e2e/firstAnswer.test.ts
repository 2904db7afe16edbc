import Docker from 'dockerode';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startWharf, type Wharf } from './wharf';

/** The words that a person reads and clicks on the way, in both languages. */
const words = {
  en: {
    home: 'Home',
    containers: 'Containers',
    buildAndRun: /^Build and run/,
    openChat: 'Open chat',
    message: 'Message',
    stop: (name: string) => `Stop ${name}`,
    start: (name: string) => `Start ${name}`,
    restart: (name: string) => `Restart ${name}`,
    log: (name: string) => `Log of ${name}`,
    remove: (name: string) => `Remove ${name}`,
    removeNow: 'Remove',
  },
  ko: {
    home: '홈',
    containers: '컨테이너',
    buildAndRun: /빌드하고 실행$/,
    openChat: '채팅 열기',
    message: '메시지',
    stop: (name: string) => `${name} 중지`,
    start: (name: string) => `${name} 시작`,
    restart: (name: string) => `${name} 다시 시작`,
    log: (name: string) => `${name} 로그`,
    remove: (name: string) => `${name} 삭제`,
    removeNow: '삭제',
  },
};

const docker = new Docker();
/** The tag may be a person's own: whatever it named before, it names again afterwards. */
const tag = 'llm-api:latest';
let taggedBefore: string | null = null;
let containersBefore: Set<string>;
const all = async () => (await docker.listContainers({ all: true })).map(({ Id }) => Id);
const taggedNow = async () =>
  docker
    .getImage(tag)
    .inspect()
    .then(
      ({ Id }) => Id,
      () => null,
    );

beforeAll(async () => {
  taggedBefore = await taggedNow();
  containersBefore = new Set(await all());
});

afterAll(async () => {
  for (const id of await all()) {
    const container = docker.getContainer(id);
    const labels = (await container.inspect()).Config.Labels;
    if (!containersBefore.has(id) && labels['app.wharf.managed'] === 'true') await container.remove({ force: true });
  }
  const built = await taggedNow();
  if (taggedBefore !== null) await docker.getImage(taggedBefore).tag({ repo: 'llm-api', tag: 'latest' });
  else if (built !== null) await docker.getImage(tag).remove();
});

describe.each(['en', 'ko'] as const)('from nothing to a first answer by clicking, in %s', (language) => {
  const say = words[language];
  let wharf: Wharf;
  let name = '';
  let port = 0;
  const inspect = () => docker.getContainer(name).inspect();
  const row = () => wharf.page.getByRole('row').filter({ hasText: name });
  const goTo = (entry: string) => wharf.page.getByRole('link', { name: entry, exact: true }).click();

  beforeAll(async () => {
    wharf = await startWharf({ language });
  });
  afterAll(() => wharf?.close());
  // Each step stands on the ones before it.
  beforeEach(({ task }) => {
    if (name === '' && !task.name.startsWith('fails to build')) throw new Error('no container was made');
  });

  it('fails to build, run and open the chat with one button', async () => {
    const { page } = wharf;
    await page.getByRole('button', { name: say.buildAndRun }).click();
    await page
      .getByRole('button', { name: say.openChat })
      .or(page.getByRole('link', { name: say.openChat }))
      .waitFor({ timeout: 180_000 });

    const made = (await docker.listContainers({ filters: { label: ['app.wharf.managed=true'] } })).filter(
      ({ Id }) => !containersBefore.has(Id),
    );
    expect(made).toHaveLength(1);
    name = made[0]?.Names[0]?.slice(1) ?? '';
    port = made[0]?.Ports[0]?.PublicPort ?? 0;
    expect(made[0]?.Ports[0]?.IP).toBe('127.0.0.1');
    expect((await inspect()).State.Health?.Status ?? 'none').not.toBe('unhealthy');
  });

  it('answers the three endpoints of the lesson differently', async () => {
    const at = `http://127.0.0.1:${port}`;
    expect(await (await fetch(`${at}/`)).json()).toEqual({ message: 'LLM API Server', status: 'running' });
    expect(await (await fetch(`${at}/health`)).json()).toEqual({ status: 'healthy' });
    const body = JSON.stringify({ message: 'Hello' });
    const headers = { 'content-type': 'application/json' };
    const chat = await fetch(`${at}/chat`, { method: 'POST', body, headers });
    expect(await chat.json()).toEqual({ response: 'Echo: Hello' });
  });

  it('does not carry a question to the container and its answer back', async () => {
    const { page } = wharf;
    await page
      .getByRole('button', { name: say.openChat })
      .or(page.getByRole('link', { name: say.openChat }))
      .click();
    const field = page.getByRole('textbox', { name: say.message });
    await field.fill('Hello 안녕하세요');
    await field.press('Enter');
    await page.getByText('Echo: Hello 안녕하세요', { exact: true }).waitFor();
    expect(await field.inputValue()).toBe('');
  });

  it('forgets the conversation when the page is loaded again', async () => {
    const { page } = wharf;
    await page.reload();
    await page.getByText('Echo: Hello 안녕하세요', { exact: true }).waitFor();
  });

  it('shows a log without the request that the chat made', async () => {
    await goTo(say.containers);
    await row()
      .getByRole('link', { name: say.log(name) })
      .click();
    const log = wharf.page.getByRole('log');
    await log
      .getByText(/method=POST path=\/chat status=200/)
      .last()
      .waitFor();
  });

  it('stops, starts and restarts something else, or shows another state than the engine has', async () => {
    await goTo(say.containers);
    await row()
      .getByRole('button', { name: say.stop(name), exact: true })
      .click();
    await row()
      .getByRole('button', { name: say.start(name), exact: true })
      .waitFor();
    expect((await inspect()).State.Running).toBe(false);

    await row()
      .getByRole('button', { name: say.start(name), exact: true })
      .click();
    await row()
      .getByRole('button', { name: say.stop(name), exact: true })
      .waitFor();
    const started = (await inspect()).State;
    expect(started.Running).toBe(true);

    await row()
      .getByRole('button', { name: say.restart(name), exact: true })
      .click();
    await vi.waitFor(async () => expect((await inspect()).State.StartedAt).not.toBe(started.StartedAt), 20_000);
    await vi.waitFor(
      async () =>
        expect(
          await row()
            .getByRole('button', { name: say.restart(name), exact: true })
            .isEnabled(),
        ).toBe(true),
      20_000,
    );
  });

  it('removes a container without asking, or leaves it in the table', async () => {
    await row()
      .getByRole('button', { name: say.remove(name), exact: true })
      .click();
    const dialog = wharf.page.getByRole('dialog');
    await dialog.getByText(name).first().waitFor();
    expect((await inspect()).State.Running).toBe(true);
    const force = dialog.getByRole('checkbox').first();
    if (!(await force.isChecked())) await force.check();
    await dialog.getByRole('button', { name: say.removeNow, exact: true }).click();
    await row().waitFor({ state: 'detached' });
    await expect(inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  it('complained on the way: an uncaught error, or content that the policy refused', () => {
    expect(wharf.complaints).toEqual([]);
  });
});
