// @ts-check
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enginePackages, ensurePackages, thisSystem } from './debian.mjs';
import { waitForEngine } from './engine.mjs';
import { ask } from './engineApi.mjs';
import { freeSubnet } from './freeSubnet.mjs';
import { cacheFolder } from './places.mjs';
import { commandOf, endProcess, processesWith, startedAtTicks } from './processes.mjs';
import { commandExists, run } from './run.mjs';
import { say, seconds } from './say.mjs';

/**
 * A Docker Engine of one test run: its own containerd, folders, socket and bridge. It writes no rules into the chains of
 * another engine, so both can run side by side.
 *
 * @typedef {object} PrivateEngine
 * @property {string} endpoint
 * @property {() => Promise<string[]>} stop Ends it and returns what of it could not be removed, by name.
 */

/**
 * What has to be taken away again, kept on disk so that the next run can do it when this one is killed.
 *
 * @typedef {object} EngineTraces
 * @property {string} folder
 * @property {string} bridge
 * @property {string} subnet
 * @property {string} ipForward The system's setting before.
 * @property {{ pid: number, startedAtTicks: string }} owner
 */

const ipForwardFile = '/proc/sys/net/ipv4/ip_forward';

/** Where a private engine cannot run, and why; undefined where it can. @returns {Promise<string | undefined>} */
export async function privateEngineObstacle() {
  const system = await thisSystem();
  if (process.platform !== 'linux') return 'a private engine needs Linux';
  if (!system.isRoot) return 'a private engine needs root';
  if (system.family !== 'debian' && !(await commandExists('dockerd'))) {
    return 'a private engine needs dockerd, which is not installed';
  }
  return undefined;
}

/** @returns {Promise<PrivateEngine>} */
export async function startPrivateEngine() {
  const startedAt = performance.now();
  const system = await thisSystem();
  if (system.family === 'debian') {
    await ensurePackages([...enginePackages, 'iproute2'], system, {
      en: 'private Docker Engine',
      ko: '전용 Docker Engine',
    });
  }
  say({ en: 'Engine: starting a private one for the tests ...', ko: '엔진: 테스트 전용 엔진 시작 중 ...' });
  /** @type {EngineTraces} */
  const traces = {
    folder: await mkdtemp(join(tmpdir(), 'wharf-engine-')),
    bridge: `wharf${randomBytes(3).toString('hex')}`,
    subnet: await freeSubnet(),
    ipForward: (await readFile(ipForwardFile, 'utf8')).trim(),
    owner: { pid: process.pid, startedAtTicks: await startedAtTicks(process.pid) },
  };
  await mkdir(tracesFolder(), { recursive: true });
  await writeFile(tracesFile(traces), JSON.stringify(traces));
  const endpoint = endpointOf(traces);
  try {
    await addBridge(traces);
    await startProcesses(traces, endpoint);
  } catch (error) {
    await removeTraces(traces);
    throw error;
  }
  say({
    en: `Engine: private one answers at ${endpoint} (${seconds(startedAt)})`,
    ko: `엔진: 전용 엔진 응답 위치: ${endpoint} (${seconds(startedAt)})`,
  });
  return { endpoint, stop: () => removeTraces(traces) };
}

/** @param {EngineTraces} traces */
function socketFile({ folder }) {
  return join(folder, 'docker.sock');
}

/** @param {EngineTraces} traces */
function endpointOf(traces) {
  return `unix://${socketFile(traces)}`;
}

function tracesFolder() {
  return join(cacheFolder(), 'private-engines');
}

/** @param {EngineTraces} traces */
function tracesFile({ bridge }) {
  return join(tracesFolder(), `${bridge}.json`);
}

/** Takes away what killed runs left behind. */
export async function sweepPrivateEngines() {
  for (const name of await readdir(tracesFolder()).catch(() => [])) {
    const traces = /** @type {EngineTraces} */ (JSON.parse(await readFile(join(tracesFolder(), name), 'utf8')));
    if ((await startedAtTicks(traces.owner.pid)) === traces.owner.startedAtTicks) continue;
    say({
      en: `Engine: removing a private one that a killed run left behind (${traces.folder})`,
      ko: `엔진: 강제 종료된 실행이 남긴 전용 엔진 제거 (${traces.folder})`,
    });
    await removeTraces(traces);
  }
}

/** @param {EngineTraces} traces */
async function addBridge({ bridge, subnet }) {
  await run('ip', ['link', 'add', 'name', bridge, 'type', 'bridge']);
  await run('ip', ['addr', 'add', subnet.replace('.0/', '.1/'), 'dev', bridge]);
  await run('ip', ['link', 'set', bridge, 'up']);
  for (const rule of rules({ bridge, subnet })) await run('iptables', ['-w', ...rule('add')]);
}

/**
 * The engine's own rules stay off: at its start dockerd empties chains that another dockerd may be using.
 *
 * @param {{ bridge: string, subnet: string }} network
 * @returns {Array<(change: 'add' | 'remove') => string[]>}
 */
function rules({ bridge, subnet }) {
  return [
    (change) => [
      '-t',
      'nat',
      change === 'add' ? '-A' : '-D',
      'POSTROUTING',
      '-s',
      subnet,
      '!',
      '-o',
      bridge,
      '-j',
      'MASQUERADE',
    ],
    (change) => [change === 'add' ? '-I' : '-D', 'FORWARD', '-i', bridge, '-j', 'ACCEPT'],
    (change) => [change === 'add' ? '-I' : '-D', 'FORWARD', '-o', bridge, '-j', 'ACCEPT'],
    // Between containers on one of its further networks, whose bridges have names that nobody knows beforehand. An engine
    // that ran here earlier leaves a policy that drops even that.
    (change) => [
      ...[change === 'add' ? '-I' : '-D', 'FORWARD'],
      ...['-m', 'physdev', '--physdev-is-bridged', '-j', 'ACCEPT'],
    ],
  ];
}

/** Settings of this machine's engine by which images are reached; its storage and network are not taken over. */
const inheritedSettings = ['registry-mirrors', 'insecure-registries', 'proxies', 'dns', 'dns-opts', 'dns-search'];

/** @param {EngineTraces} traces @param {string} endpoint */
async function startProcesses({ folder, bridge }, endpoint) {
  const inFolder = (/** @type {string} */ name) => join(folder, name);
  const containerd = inFolder('containerd.sock');
  const settings = JSON.parse(await readFile('/etc/docker/daemon.json', 'utf8').catch(() => '{}'));
  const inherited = Object.entries(settings).filter(([name]) => inheritedSettings.includes(name));
  await writeFile(inFolder('daemon.json'), JSON.stringify(Object.fromEntries(inherited)));
  await writeFile(
    inFolder('containerd.toml'),
    [
      'version = 2',
      `root = ${JSON.stringify(inFolder('containerd'))}`,
      `state = ${JSON.stringify(inFolder('containerd-state'))}`,
      'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
      '[grpc]',
      `address = ${JSON.stringify(containerd)}`,
      '',
    ].join('\n'),
  );
  await startLogged(inFolder('containerd.log'), 'containerd', ['--config', inFolder('containerd.toml')]);
  const logFile = inFolder('dockerd.log');
  const dockerd = await startLogged(logFile, 'dockerd', [
    ...['--host', endpoint],
    ...['--containerd', containerd],
    ...['--data-root', inFolder('data')],
    ...['--exec-root', inFolder('exec')],
    ...['--pidfile', inFolder('dockerd.pid')],
    ...['--config-file', inFolder('daemon.json')],
    ...['--bridge', bridge],
    '--iptables=false',
    '--ip6tables=false',
  ]);
  await waitForEngine(endpoint, () => dockerd.exitCode === null, logFile);
}

/**
 * Own process group: Ctrl+C in the terminal must reach the tests first, and the engine only through `stop`.
 *
 * @param {string} logFile
 * @param {string} command
 * @param {string[]} args
 */
async function startLogged(logFile, command, args) {
  const log = await open(logFile, 'a');
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log.fd, log.fd], cwd: '/' });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  await log.close();
  child.unref();
  return child;
}

/**
 * Containers first, or their processes outlive the engine; networks too, or their bridges do.
 *
 * @param {string} endpoint
 */
async function emptyEngine(endpoint) {
  for (const { Id } of await ask({ endpoint }, { path: '/containers/json?all=1' })) {
    await ask({ endpoint }, { method: 'DELETE', path: `/containers/${Id}?force=1&v=1` });
  }
  await ask({ endpoint }, { method: 'POST', path: '/networks/prune' });
}

/**
 * Ends the processes and removes mounts, folder, bridge and rules, whatever of them is there.
 *
 * @param {EngineTraces} traces
 * @returns {Promise<string[]>} What is still there.
 */
async function removeTraces(traces) {
  const { folder, bridge, ipForward } = traces;
  // The engine may be gone or stuck: its processes are ended below all the same, and what stays is named.
  if (existsSync(socketFile(traces))) await emptyEngine(endpointOf(traces)).catch(() => {});
  const ours = await processesWith(({ command }) => command.includes(folder));
  for (const name of ['dockerd', 'containerd']) {
    for (const { pid, command } of ours) if (command.split('\0')[0]?.endsWith(name)) await endProcess(pid, 20_000);
  }
  for (const { pid } of await processesWith(({ command }) => command.includes(folder))) await endProcess(pid, 0);
  for (const path of await mountsUnder(folder)) await run('umount', ['-l', path]).catch(() => {});
  for (const rule of rules(traces)) await run('iptables', ['-w', ...rule('remove')]).catch(() => {});
  await run('ip', ['link', 'delete', bridge]).catch(() => {});
  await writeFile(ipForwardFile, ipForward);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const left = [
    ...(await processesWith(({ command }) => command.includes(folder))).map(
      ({ pid, command }) => `process ${pid} ${commandOf(command)}`,
    ),
    ...(await mountsUnder(folder)).map((path) => `mount ${path}`),
    ...((await readdir('/sys/class/net')).includes(bridge) ? [`network interface ${bridge}`] : []),
    ...((await readdir(tmpdir())).some((name) => join(tmpdir(), name) === folder) ? [`folder ${folder}`] : []),
  ];
  if (left.length === 0) await rm(tracesFile(traces), { force: true });
  return left;
}

/** Deepest first. @param {string} folder */
async function mountsUnder(folder) {
  const table = await readFile('/proc/self/mounts', 'utf8');
  return table
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replace(/\\040/g, ' '))
    .filter((path) => path.startsWith(`${folder}/`))
    .sort((one, other) => other.length - one.length);
}
