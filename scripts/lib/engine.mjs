// @ts-check
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { engineCandidates } from '../../electron/docker/engineCandidates.mjs';
import { enginePackages, ensurePackages, installCommand, thisSystem } from './debian.mjs';
import { ping } from './engineApi.mjs';
import { cacheFolder } from './places.mjs';
import { CommandFailure, run } from './run.mjs';
import { SetupFailure, say, seconds } from './say.mjs';
import { readRecord, updateRecord } from './setupRecord.mjs';

/** @typedef {import('../../electron/docker/engineCandidates.mjs').EngineCandidate} EngineCandidate */

/**
 * A place that was asked and did not answer.
 *
 * @typedef {{ candidate: EngineCandidate, reason: string }} Silence
 */

/** @returns {EngineCandidate[]} */
function candidatesHere() {
  return engineCandidates({
    env: process.env,
    homeDirectory: process.env.HOME || homedir(),
    platform: process.platform,
    uid: process.getuid?.(),
  });
}

/**
 * Asks the places where an engine may listen, in their order.
 *
 * @param {EngineCandidate[]} [candidates]
 * @returns {Promise<{ engine: EngineCandidate | undefined, silent: Silence[] }>}
 * @throws {SetupFailure} When `DOCKER_HOST` names an engine that does not answer: another one is never taken instead.
 */
export async function findEngine(candidates = candidatesHere()) {
  /** @type {Silence[]} */
  const silent = [];
  for (const candidate of candidates) {
    const answer = await ping(candidate);
    if (answer.answers) return { engine: candidate, silent };
    if (candidate.source === 'DOCKER_HOST') throw namedEngineIsSilent(candidate, answer.reason);
    silent.push({ candidate, reason: answer.reason });
  }
  return { engine: undefined, silent };
}

/** @param {EngineCandidate} candidate @param {string} reason */
function namedEngineIsSilent({ endpoint }, reason) {
  if (reason === 'ssh') {
    return new SetupFailure({
      en: `DOCKER_HOST is ${endpoint}. Set-up cannot reach an engine over SSH: forward its socket (ssh -L /tmp/docker.sock:/var/run/docker.sock HOST) and set DOCKER_HOST=unix:///tmp/docker.sock, or unset DOCKER_HOST.`,
      ko: `DOCKER_HOST가 ${endpoint}입니다. 설정 스크립트는 SSH로 엔진에 접속하지 못합니다. 소켓을 전달하고(ssh -L /tmp/docker.sock:/var/run/docker.sock HOST) DOCKER_HOST=unix:///tmp/docker.sock 으로 지정하거나 DOCKER_HOST를 지우세요.`,
    });
  }
  return new SetupFailure({
    en: `DOCKER_HOST is ${endpoint}, but no Docker Engine answers there (${reason}). Start it, correct DOCKER_HOST, or unset it to use an engine of this machine.`,
    ko: `DOCKER_HOST(${endpoint})에서 Docker Engine이 응답하지 않습니다(${reason}). 엔진을 시작하거나, DOCKER_HOST를 고치거나, 지워서 이 컴퓨터의 엔진을 사용하세요.`,
  });
}

const ownSocket = '/var/run/docker.sock';
const engineStartMs = 60_000;

/**
 * An engine for `npm start`: one that answers, else as root on a Debian-like system one that is installed and started,
 * else a failure with the exact command for this system.
 *
 * @returns {Promise<EngineCandidate>}
 */
export async function ensureEngine() {
  const { engine, silent } = await findEngine();
  if (engine) return engine;
  const system = await thisSystem();
  if (system.family !== 'debian' || !system.isRoot) throw noEngine(system, silent);
  await ensurePackages(enginePackages, system, { en: 'Docker Engine', ko: 'Docker Engine' });
  return (await startWithSystemd()) ?? (await startDetached());
}

/** @returns {Promise<EngineCandidate>} */
function installed() {
  return Promise.resolve({ source: 'docker', label: 'Docker', endpoint: `unix://${ownSocket}` });
}

/** Where systemd runs, the package's own service is the engine; set-up then only asks for it. */
async function startWithSystemd() {
  if (!existsSync('/run/systemd/system')) return undefined;
  try {
    await run('systemctl', ['start', 'docker']);
  } catch (error) {
    if (error instanceof CommandFailure) return undefined;
    throw error;
  }
  await waitForEngine(`unix://${ownSocket}`, () => true, 'journalctl -u docker');
  say({
    en: 'Engine: started the docker service (stop it with: systemctl stop docker)',
    ko: '엔진: docker 서비스를 시작함 (중지: systemctl stop docker)',
  });
  return installed();
}

async function startDetached() {
  const startedAt = performance.now();
  await mkdir(cacheFolder(), { recursive: true });
  const logFile = join(cacheFolder(), 'dockerd.log');
  const pidFile = join(cacheFolder(), 'dockerd.pid');
  say({ en: 'Engine: starting dockerd ...', ko: '엔진: dockerd 시작 중 ...' });
  const log = await open(logFile, 'a');
  const child = spawn('dockerd', ['--host', `unix://${ownSocket}`, '--pidfile', pidFile], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    cwd: '/',
  });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  await log.close();
  await waitForEngine(`unix://${ownSocket}`, () => child.exitCode === null, logFile);
  updateRecord((record) => ({
    ...record,
    engine: { pid: child.pid ?? 0, pidFile, logFile, endpoint: `unix://${ownSocket}` },
  }));
  say({
    en: `Engine: dockerd runs (${seconds(startedAt)}); log ${logFile}; stop it with: npm run setup -- --stop-engine`,
    ko: `엔진: dockerd 실행 중 (${seconds(startedAt)}); 로그 ${logFile}; 중지: npm run setup -- --stop-engine`,
  });
  return installed();
}

/**
 * @param {string} endpoint
 * @param {() => boolean} alive
 * @param {string} logPlace Where a person can read why.
 */
export async function waitForEngine(endpoint, alive, logPlace) {
  const deadline = Date.now() + engineStartMs;
  while (Date.now() < deadline && alive()) {
    if ((await ping({ endpoint })).answers) return;
    await wait(100);
  }
  const tail = await readFile(logPlace, 'utf8').then(
    (text) => text.trim().split('\n').slice(-8).join('\n'),
    () => '',
  );
  throw new SetupFailure({
    en: `Docker Engine was started but does not answer at ${endpoint}. Its log: ${logPlace}\n${tail}`,
    ko: `Docker Engine을 시작했지만 ${endpoint}에서 응답하지 않습니다. 로그: ${logPlace}\n${tail}`,
  });
}

/**
 * Stops the engine that set-up started, and only that one.
 *
 * @returns {Promise<boolean>} False when set-up had started none, or it had ended by itself.
 */
export async function stopOwnEngine() {
  const { engine } = readRecord();
  if (!engine) return false;
  const running = await isDockerd(engine.pid);
  if (running) {
    process.kill(engine.pid, 'SIGTERM');
    const deadline = Date.now() + 30_000;
    while ((await isDockerd(engine.pid)) && Date.now() < deadline) await wait(100);
    if (await isDockerd(engine.pid)) {
      throw new SetupFailure({
        en: `dockerd (process ${engine.pid}) does not end. See ${engine.logFile}; end it with: kill -9 ${engine.pid}`,
        ko: `dockerd(프로세스 ${engine.pid})가 끝나지 않습니다. ${engine.logFile}을(를) 확인하고 다음으로 끝내세요: kill -9 ${engine.pid}`,
      });
    }
  }
  await rm(engine.pidFile, { force: true });
  updateRecord(({ engine: _, ...record }) => record);
  return running;
}

/** A process id may have been given to somebody else since. @param {number} pid */
async function isDockerd(pid) {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return /(?:^|\/)dockerd\0/.test(command);
}

/**
 * What to say when nothing answers and set-up may not install an engine itself.
 *
 * @param {import('./debian.mjs').System} system
 * @param {Silence[]} silent
 */
export function noEngine(system, silent) {
  const forbidden = silent.find(({ reason }) => reason === 'EACCES');
  if (forbidden) {
    const path = forbidden.candidate.endpoint.replace(/^unix:\/\//, '');
    return new SetupFailure({
      en: `${forbidden.candidate.label} is there (${path}), but this user may not use it. Run this, log out and in, then try again:\n  sudo usermod -aG docker $USER`,
      ko: `${forbidden.candidate.label}(${path})이(가) 있지만 이 사용자에게 권한이 없습니다. 아래를 실행하고 다시 로그인한 뒤 재시도하세요.\n  sudo usermod -aG docker $USER`,
    });
  }
  const command = {
    debian: `sudo ${installCommand(enginePackages, true)} && sudo systemctl start docker && sudo usermod -aG docker $USER`,
    'other-linux': 'sudo dnf install -y podman && systemctl --user start podman.socket',
    macos: 'brew install colima docker && colima start',
    windows: 'winget install Docker.DockerDesktop',
  }[system.family];
  const asked = silent
    .map(({ candidate, reason }) => `  ${candidate.label}: ${candidate.endpoint} (${reason})`)
    .join('\n');
  return new SetupFailure({
    en: `No Docker Engine answers. Start the one you have, point DOCKER_HOST at one, or install one with:\n  ${command}\nAsked:\n${asked}`,
    ko: `응답하는 Docker Engine이 없습니다. 설치된 엔진을 시작하거나, DOCKER_HOST로 지정하거나, 다음으로 설치하세요.\n  ${command}\n확인한 곳:\n${asked}`,
  });
}
