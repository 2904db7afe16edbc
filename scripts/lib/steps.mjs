// @ts-check
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildIsCurrent, ensureBuild } from './appBuild.mjs';
import { ensureBaseImage, presentBaseImage } from './baseImage.mjs';
import {
  displayPackages,
  ensurePackages,
  installCommand,
  missingPackages,
  thisSystem,
  windowPackages,
} from './debian.mjs';
import { dependenciesMatch, ensureDependencies } from './dependencies.mjs';
import { hasDisplay } from './display.mjs';
import { ensureRuntime, fallbackRuntime, installedRuntime } from './electronRuntime.mjs';
import { ensureEngine, findEngine, noEngine } from './engine.mjs';
import { ask } from './engineApi.mjs';
import { SetupFailure } from './say.mjs';
import { updateRecord } from './setupRecord.mjs';

/** @typedef {import('./say.mjs').Text} Text */
/** @typedef {import('./electronRuntime.mjs').ElectronRuntime} ElectronRuntime */
/** @typedef {import('./engine.mjs').EngineCandidate} EngineCandidate */

/**
 * What a look at one requirement found. `fix` is there when something is missing, and says what to do.
 *
 * @typedef {{ name: Text, state: Text, fix?: Text }} Finding
 */

/**
 * Everything that `npm start` needs. What can go side by side does: npm and pip on one side, Debian packages, engine and
 * base image on the other.
 *
 * @param {{ retryOfficialRuntime?: boolean }} [options]
 * @returns {Promise<{ runtime: ElectronRuntime, engine: EngineCandidate, baseImage: string }>}
 */
export async function ensureEverything(options) {
  const { runtime, builds } = await ensureWindow(options);
  return { runtime, ...(await builds()) };
}

/**
 * The same, where the window can do without an engine: it says itself what is missing, and goes on when it comes.
 *
 * @param {{ retryOfficialRuntime?: boolean }} [options]
 * @returns {Promise<{ runtime: ElectronRuntime, builds: () => Promise<{ engine: EngineCandidate, baseImage: string }> }>}
 *   `builds` gives what builds need, or fails as it could not be had.
 */
export async function ensureWindow({ retryOfficialRuntime = false } = {}) {
  const [app, engine] = await Promise.allSettled([
    ensureApp({ retryOfficialRuntime }),
    ensureWindowPackages().then(ensureEngineWithBaseImage),
  ]);
  if (app.status === 'rejected') throw app.reason;
  return {
    runtime: app.value,
    builds: async () => {
      if (engine.status === 'rejected') throw engine.reason;
      return engine.value;
    },
  };
}

/** @param {{ retryOfficialRuntime?: boolean }} [options] */
async function ensureApp({ retryOfficialRuntime = false } = {}) {
  await ensureDependencies();
  const [runtime, build] = await Promise.allSettled([
    ensureRuntime({ retryOfficial: retryOfficialRuntime }),
    ensureBuild(),
  ]);
  if (runtime.status === 'rejected') throw runtime.reason;
  if (build.status === 'rejected') throw build.reason;
  return runtime.value;
}

/** Where Wharf cannot know the names of packages, doctor says which libraries are missing. */
async function ensureWindowPackages() {
  const system = await thisSystem();
  if (system.family !== 'debian') return;
  const needed = hasDisplay() ? windowPackages : [...windowPackages, ...displayPackages];
  // A person's desktop usually has what it takes; only as root are packages added without a question.
  if (system.isRoot) await ensurePackages(needed, system, { en: 'Electron windows', ko: 'Electron 창' });
}

export async function ensureEngineWithBaseImage() {
  const engine = await ensureEngine();
  const { image, isNew } = await ensureBaseImage(engine);
  if (isNew) {
    updateRecord((record) => ({
      ...record,
      baseImageEndpoints: [...new Set([...record.baseImageEndpoints, engine.endpoint])],
    }));
  }
  return { engine, baseImage: image };
}

/** Looks at every requirement and changes nothing. @returns {Promise<Finding[]>} */
export async function examine() {
  const dependencies = lookAtDependencies();
  const runtime = await lookAtRuntime();
  const { finding: engine, endpoint } = await lookAtEngine();
  return [
    { name: { en: 'Node', ko: 'Node' }, state: { en: process.versions.node, ko: process.versions.node } },
    dependencies,
    ...runtime,
    engine,
    await lookAtBaseImage(endpoint),
    lookAtBuild(),
  ];
}

/** @returns {Finding} */
function lookAtDependencies() {
  const name = { en: 'Dependencies', ko: '의존성' };
  if (dependenciesMatch()) return { name, state: { en: 'as in package-lock.json', ko: 'package-lock.json과 일치' } };
  return {
    name,
    state: { en: 'not as in package-lock.json', ko: 'package-lock.json과 다름' },
    fix: { en: 'npm ci --ignore-scripts', ko: 'npm ci --ignore-scripts' },
  };
}

/** @returns {Promise<Finding[]>} */
async function lookAtRuntime() {
  const name = { en: 'Electron', ko: 'Electron' };
  let runtime;
  try {
    runtime = installedRuntime();
  } catch (error) {
    if (error instanceof SetupFailure) return [{ name, state: { en: 'not found', ko: '없음' }, fix: error.text }];
    throw error;
  }
  if (!runtime) {
    return [
      {
        name,
        state: { en: 'no runtime', ko: '런타임 없음' },
        fix: {
          en: `download it (official, else the pinned fallback ${fallbackRuntime.version}): npm run setup`,
          ko: `내려받기 (공식, 안 되면 고정된 대체 ${fallbackRuntime.version}): npm run setup`,
        },
      },
    ];
  }
  const kind = {
    override: { en: 'from ELECTRON_OVERRIDE_DIST_PATH', ko: 'ELECTRON_OVERRIDE_DIST_PATH에서' },
    official: { en: 'official', ko: '공식' },
    fallback: {
      en: 'pinned fallback; the official download is tried again by: npm run setup -- --retry-electron',
      ko: '고정된 대체 런타임. 공식 다운로드 재시도: npm run setup -- --retry-electron',
    },
  }[runtime.kind];
  return [
    { name, state: { en: `${runtime.version} (${kind.en})`, ko: `${runtime.version} (${kind.ko})` } },
    await lookAtLibraries(runtime),
    ...lookAtSandbox(runtime),
  ];
}

/** @param {ElectronRuntime} runtime @returns {Promise<Finding>} */
async function lookAtLibraries({ executable }) {
  const name = { en: 'System libraries', ko: '시스템 라이브러리' };
  const complete = { name, state: { en: 'complete', ko: '모두 있음' } };
  if (process.platform !== 'linux') return complete;
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' });
  const missing = [...(stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
  if (missing.length === 0) return complete;
  const system = await thisSystem();
  const command =
    system.family === 'debian'
      ? installCommand(await missingPackages(windowPackages), system.isRoot)
      : `install the packages with ${missing.join(', ')}`;
  return {
    name,
    state: { en: `missing: ${missing.join(', ')}`, ko: `없음: ${missing.join(', ')}` },
    fix: { en: command, ko: command },
  };
}

/**
 * Where the kernel keeps user namespaces from ordinary programs, Chromium needs its set-user-id helper.
 *
 * @param {ElectronRuntime} runtime
 * @returns {Finding[]}
 */
function lookAtSandbox({ executable }) {
  if (process.platform !== 'linux' || process.getuid?.() === 0 || !userNamespacesAreRestricted()) return [];
  const name = { en: 'Sandbox', ko: '샌드박스' };
  const helper = join(dirname(executable), 'chrome-sandbox');
  const { uid, mode } = statSync(helper);
  if (uid === 0 && (mode & 0o4755) === 0o4755)
    return [{ name, state: { en: 'set-user-id helper', ko: 'setuid 도우미' } }];
  const command = `sudo chown root:root ${helper} && sudo chmod 4755 ${helper}`;
  return [
    {
      name,
      state: { en: 'this kernel restricts user namespaces', ko: '이 커널은 사용자 네임스페이스를 제한함' },
      fix: { en: command, ko: command },
    },
  ];
}

function userNamespacesAreRestricted() {
  return ['kernel/apparmor_restrict_unprivileged_userns=1', 'kernel/unprivileged_userns_clone=0'].some((rule) => {
    const [setting = '', restricted] = rule.split('=');
    try {
      return readFileSync(join('/proc/sys', setting), 'utf8').trim() === restricted;
    } catch {
      // A kernel without the setting does not restrict by it.
      return false;
    }
  });
}

/** @returns {Promise<{ finding: Finding, endpoint?: EngineCandidate }>} */
async function lookAtEngine() {
  const name = { en: 'Engine', ko: '엔진' };
  try {
    const { engine, silent } = await findEngine();
    if (engine) {
      const { Version, ApiVersion } = await ask(engine, { path: '/version' });
      const state = `${engine.label} ${Version} (API ${ApiVersion}), ${engine.endpoint}`;
      return { finding: { name, state: { en: state, ko: state } }, endpoint: engine };
    }
    const system = await thisSystem();
    const fix =
      system.family === 'debian' && system.isRoot
        ? { en: 'install and start Docker Engine: npm run setup', ko: 'Docker Engine 설치 및 시작: npm run setup' }
        : noEngine(system, silent).text;
    return { finding: { name, state: { en: 'none answers', ko: '응답 없음' }, fix } };
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    return { finding: { name, state: { en: 'does not answer', ko: '응답 없음' }, fix: error.text } };
  }
}

/** @param {EngineCandidate | undefined} engine @returns {Promise<Finding>} */
async function lookAtBaseImage(engine) {
  const name = { en: 'Base image', ko: '베이스 이미지' };
  const image = engine && (await presentBaseImage(engine));
  if (image) return { name, state: { en: image, ko: image } };
  return {
    name,
    state: { en: engine ? 'not there' : 'unknown without an engine', ko: engine ? '없음' : '엔진이 없어 알 수 없음' },
    fix: { en: 'pull or make it: npm run setup', ko: '가져오거나 만들기: npm run setup' },
  };
}

/** @returns {Finding} */
function lookAtBuild() {
  const name = { en: 'App', ko: '앱' };
  if (buildIsCurrent()) return { name, state: { en: 'built from these sources', ko: '현재 소스로 빌드됨' } };
  return {
    name,
    state: { en: 'not built from these sources', ko: '현재 소스로 빌드되지 않음' },
    fix: { en: 'build it: npm run build', ko: '빌드: npm run build' },
  };
}
