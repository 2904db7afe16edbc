import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';

/**
 * A dockerd of this test's own, which may be stopped, frozen and killed. It runs in a network namespace of its own, since
 * a dockerd without a bridge deletes the `docker0` that it finds, whoever made it. Containers are created, not started.
 */
export interface OwnEngine {
  readonly endpoint: { source: 'socket'; label: string; address: string };
  readonly docker: Dockerode;
  readonly process: ChildProcess;
  /** Starts dockerd (again) and resolves when it answers. */
  start(): Promise<void>;
  /** Ends dockerd with `signal` and resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** An empty image and so many containers made from it, by name. */
  createContainers(names: string[]): Promise<void>;
  /** Copies an image of the engine that everybody uses. */
  takeImage(reference: string): Promise<void>;
  /** An image of a few megabytes with nothing but this machine's `sh` and `sleep`. */
  takeShell(reference: string): Promise<void>;
  /** Ends dockerd and removes its folders. */
  close(): Promise<void>;
}

/** Why no dockerd can be started here; null where one can. */
export function ownEngineObstacle(): string | null {
  const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  if (process.platform !== 'linux') return 'a dockerd of its own needs Linux';
  if (!works('unshare', '--net', 'true')) return 'a dockerd of its own needs root and network namespaces';
  return works('dockerd', '--version') && works('containerd', '--version') ? null : 'dockerd is not installed';
}

/**
 * Prepares an engine; `start` starts it. Its containerd is a process of its own and outlives a killed dockerd, as usual.
 * @param diskBytes size of the disk that its images and builds are on; left out for that of this machine
 */
export async function ownEngine({ diskBytes }: { diskBytes?: number } = {}): Promise<OwnEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'own-engine-'));
  const socketPath = join(folder, 'docker.sock');
  const containerdSocket = join(folder, 'containerd.sock');
  const docker = new Dockerode({ socketPath });
  if (diskBytes !== undefined) {
    await mkdir(join(folder, 'data'));
    await run('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', join(folder, 'data')]);
  }
  const containerd = spawn(
    'containerd',
    [
      `--address=${containerdSocket}`,
      `--root=${join(folder, 'containerd-root')}`,
      `--state=${join(folder, 'containerd-state')}`,
    ],
    { stdio: 'ignore' },
  );
  await until(containerd, () => access(containerdSocket));
  let child: ChildProcess | null = null;

  const own: OwnEngine = {
    endpoint: { source: 'socket', label: 'Own engine', address: `unix://${socketPath}` },
    docker,
    get process() {
      if (!child) throw new Error('dockerd was not started');
      return child;
    },
    async start() {
      // A killed dockerd leaves its pid file, and refuses to start while that process id is in use again.
      await rm(join(folder, 'docker.pid'), { force: true });
      child = spawn(
        'unshare',
        [
          '--net',
          'dockerd',
          `--host=unix://${socketPath}`,
          `--containerd=${containerdSocket}`,
          `--data-root=${join(folder, 'data')}`,
          `--exec-root=${join(folder, 'exec')}`,
          `--pidfile=${join(folder, 'docker.pid')}`,
          '--bridge=none',
          '--iptables=false',
          '--ip-forward=false',
          '--ip-masq=false',
          '--storage-driver=vfs',
        ],
        { stdio: 'ignore' },
      );
      await until(child, () => docker.ping());
    },
    end: (signal) => end(own.process, signal),
    async createContainers(names) {
      // Two empty blocks are an empty tar.
      const archive = Readable.from([Buffer.alloc(1024)]);
      const stream = await docker.importImage(archive, { repo: 'empty', tag: 'latest' });
      await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject).resume());
      for (const name of names) await docker.createContainer({ name, Image: 'empty:latest', Cmd: ['/none'] });
    },
    async takeImage(reference) {
      const archive = await new Dockerode().getImage(reference).get();
      const stream = await docker.loadImage(archive);
      await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject).resume());
    },
    async takeShell(reference) {
      const files = `/bin/sh /bin/sleep $(ldd /bin/sh /bin/sleep | grep -o '/[^ :]*')`;
      const { stdout } = await run('sh', ['-c', `tar -chPf - $(printf '%s\\n' ${files} | sort -u)`], {
        encoding: 'buffer',
        maxBuffer: 64 * 1024 ** 2,
      });
      const [repo, tag] = reference.split(':');
      const stream = await docker.importImage(Readable.from([stdout]), { repo, tag });
      await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject).resume());
    },
    async close() {
      if (child) await end(child, 'SIGTERM');
      await end(containerd, 'SIGTERM');
      // A killed dockerd leaves its data folder mounted on itself.
      await run('umount', ['--recursive', join(folder, 'data')]).catch(() => {});
      await rm(folder, { recursive: true, force: true });
    },
  };
  return own;
}

const run = promisify(execFile);

/** Resolves when `ready` does; throws when the process ends before. */
async function until(child: ChildProcess, ready: () => Promise<unknown>): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    const isReady = await ready().then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGCONT');
  child.kill(signal);
  await gone;
}
