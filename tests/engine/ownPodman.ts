import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A Podman of the tests' own, whose service, images, containers and network go with it. */
export interface OwnPodman {
  endpoint: { source: 'socket'; label: string; address: string };
  /** The `podman` command on the same storage. @returns what it writes */
  run(...words: string[]): Promise<string>;
  /** Takes an image over from Docker; its name begins with `localhost/` from now on. */
  take(image: string): Promise<void>;
  close(): Promise<void>;
}

const program = process.env.WHARF_TEST_PODMAN ?? 'podman';
const readyMs = 30_000;

/** The hard limits of a machine may be lower than Podman's own defaults, and then nothing would start. */
const settings = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
events_logger = "file"
`;

/** Why no Podman can be started here; null where one can. */
export function podmanObstacle(): string | null {
  const works = (command: string, ...words: string[]) => spawnSync(command, words, { stdio: 'ignore' }).status === 0;
  if (!works('unshare', '--net', 'true')) return 'a Podman of its own needs root and network namespaces';
  return works(program, '--version') ? null : 'podman is not installed';
}

/** Starts its service, in a network namespace of its own: the bridge that Podman makes goes with that. */
export async function ownPodman(): Promise<OwnPodman> {
  // Podman takes no longer path than 50 characters for what it keeps while it runs.
  const folder = mkdtempSync('/tmp/wharf-');
  const socket = join(folder, 'podman.sock');
  writeFileSync(join(folder, 'containers.conf'), settings);
  const env = { ...process.env, CONTAINERS_CONF: join(folder, 'containers.conf'), TMPDIR: folder };
  const places = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run')];
  const service = ['--net', program, ...places, 'system', 'service', '--time=0', `unix://${socket}`];
  const child = spawn('unshare', service, { env, stdio: 'ignore' });
  await listening(child, socket);
  const run = async (...words: string[]) => {
    const { stdout } = await promisify(execFile)(program, [...places, ...words], { env, timeout: 120_000 });
    return stdout;
  };
  return {
    endpoint: { source: 'socket', label: 'Podman', address: `unix://${socket}` },
    run,
    take: (image) => pipe(['docker', 'save', image], [program, ...places, 'load', '-q'], env),
    close: async () => {
      await run('rm', '--all', '--force', '--time', '0');
      child.kill('SIGTERM');
      await run('rmi', '--all', '--force');
      await run('system', 'reset', '--force');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function pipe(from: string[], to: string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const [source, ...sourceWords] = from as [string, ...string[]];
    const [target, ...targetWords] = to as [string, ...string[]];
    const saving = spawn(source, sourceWords, { stdio: ['ignore', 'pipe', 'inherit'] });
    const loading = spawn(target, targetWords, { env, stdio: ['pipe', 'ignore', 'inherit'] });
    saving.stdout.pipe(loading.stdin);
    for (const child of [saving, loading]) child.once('error', reject);
    loading.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`podman load: ${code}`))));
  });
}

async function listening(child: ChildProcess, socket: string): Promise<void> {
  const endsAtMs = Date.now() + readyMs;
  while (!existsSync(socket)) {
    if (child.exitCode !== null || Date.now() > endsAtMs) throw new Error("podman's service does not come up");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
