// @ts-check
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeOwnBaseImage } from './baseImage.mjs';
import { stopOwnEngine } from './engine.mjs';
import { cacheFolder } from './places.mjs';
import { SetupFailure, say, seconds } from './say.mjs';
import { readRecord } from './setupRecord.mjs';
import { ensureEverything } from './steps.mjs';

const usage = {
  en: `Usage: npm run setup -- [option]
  (none)            install what is missing: dependencies, Electron, engine, base image, build
  --retry-electron  try the official Electron download again where the fallback is in use
  --stop-engine     stop the Docker Engine that set-up started
  --undo            remove what set-up fetched and made, and say how to remove the packages it installed`,
  ko: `사용법: npm run setup -- [옵션]
  (없음)            빠진 것을 설치: 의존성, Electron, 엔진, 베이스 이미지, 빌드
  --retry-electron  대체 런타임을 쓰는 경우 공식 Electron 다운로드를 다시 시도
  --stop-engine     설정이 시작한 Docker Engine 중지
  --undo            설정이 받거나 만든 것을 지우고, 설치한 패키지를 지우는 방법을 알려 줌`,
};

/** @param {string[]} args @returns {Promise<number>} Exit status. */
export async function setupCommand(args) {
  const [option, ...rest] = args;
  if (rest.length > 0) throw new SetupFailure(usage);
  switch (option) {
    case undefined:
    case '--retry-electron':
      return setUp(option === '--retry-electron');
    case '--stop-engine':
      return stopEngine();
    case '--undo':
      return undo();
    default:
      throw new SetupFailure(usage);
  }
}

/** @param {boolean} retryOfficialRuntime */
async function setUp(retryOfficialRuntime) {
  const startedAt = performance.now();
  const { runtime, engine, baseImage } = await ensureEverything({ retryOfficialRuntime });
  const facts = `Electron ${runtime.version}, ${engine.label} ${engine.endpoint}, ${baseImage}`;
  say({ en: `Ready (${seconds(startedAt)}): ${facts}`, ko: `준비됨 (${seconds(startedAt)}): ${facts}` });
  return 0;
}

async function stopEngine() {
  const stopped = await stopOwnEngine();
  say(
    stopped
      ? { en: 'Engine: stopped', ko: '엔진: 중지함' }
      : { en: 'Engine: set-up has none running', ko: '엔진: 설정이 시작한 엔진이 없음' },
  );
  return 0;
}

/** Takes back what set-up did outside the repository. Debian packages stay: other programs may use them by now. */
async function undo() {
  const { aptPackages, baseImageEndpoints } = readRecord();
  const images = await removeOwnBaseImage(baseImageEndpoints);
  for (const endpoint of images) {
    say({ en: `Base image: removed from ${endpoint}`, ko: `베이스 이미지: ${endpoint}에서 제거함` });
  }
  await stopEngine();
  const names = await readdir(cacheFolder()).catch(() => []);
  await rm(cacheFolder(), { recursive: true, force: true });
  say({
    en: names.length > 0 ? `Removed ${cacheFolder()} (${names.join(', ')})` : `Nothing in ${cacheFolder()}`,
    ko: names.length > 0 ? `${cacheFolder()} 제거함 (${names.join(', ')})` : `${cacheFolder()}에 지울 것이 없음`,
  });
  if (aptPackages.length > 0) {
    const command = `apt-get purge ${aptPackages.join(' ')}`;
    say({
      en: `Debian packages that set-up installed are still there. Remove them with:\n  ${command}\nContainers and images of Docker are in ${join('/var', 'lib', 'docker')}.`,
      ko: `설정이 설치한 데비안 패키지는 남아 있습니다. 제거:\n  ${command}\nDocker의 컨테이너와 이미지는 ${join('/var', 'lib', 'docker')}에 있습니다.`,
    });
  }
  say({
    en: 'In the repository itself only node_modules/ and out/ are made by set-up.',
    ko: '저장소 안에 설정이 만든 것은 node_modules/와 out/뿐입니다.',
  });
  return 0;
}
