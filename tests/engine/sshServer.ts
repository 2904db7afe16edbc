import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A real sshd on loopback with keys and settings of its own. */
export interface SshServer {
  port: number;
  /** `ssh://user@127.0.0.1:port`, with the engine's socket as its path. */
  address: string;
  /** A person's `.ssh` with a key that is let in. */
  sshFolder: string;
  /** Line for a file of known hosts, and the key's fingerprint as ssh-keygen prints it. */
  knownHostsLine: string;
  fingerprint: string;
  /** Cuts every connection and takes new ones again at once. */
  drop(): void;
  close(): void;
}

const program = process.env.WHARF_TEST_SSHD ?? '/usr/sbin/sshd';

/** Why no sshd can be started here; null where one can. */
export function sshObstacle(): string | null {
  if (process.platform === 'win32' || !existsSync(program)) return 'sshd is not installed';
  return spawnSync('ssh-keygen', ['-?']).error === undefined ? null : 'ssh-keygen is not installed';
}

/** Starts one. @param settings further lines of sshd_config; `socketPath` is the engine's */
export async function sshServer(socketPath: string, settings: string[] = []): Promise<SshServer> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-sshd-'));
  const sshFolder = join(folder, '.ssh');
  mkdirSync(sshFolder, { mode: 0o700 });
  const makeKey = (file: string, phrase = '') =>
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', phrase, '-C', '', '-f', file]);
  makeKey(join(folder, 'host'));
  makeKey(join(sshFolder, 'id_ed25519'));
  copyFileSync(join(sshFolder, 'id_ed25519.pub'), join(folder, 'authorized'));
  const port = await freePort();
  writeFileSync(
    join(folder, 'config'),
    [
      'ListenAddress 127.0.0.1',
      `Port ${port}`,
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${join(folder, 'authorized')}`,
      `PidFile ${join(folder, 'pid')}`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'StrictModes no',
      'PermitRootLogin yes',
      ...settings,
    ].join('\n'),
  );
  // Debian's sshd wants the folder that its service would have made.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const child = spawn(program, ['-D', '-e', '-f', join(folder, 'config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  await listening(child);
  const [type, key] = readFileSync(join(folder, 'host.pub'), 'utf8').trim().split(' ');
  return {
    port,
    address: `ssh://${userInfo().username}@127.0.0.1:${port}${socketPath}`,
    sshFolder,
    knownHostsLine: `[127.0.0.1]:${port} ${type} ${key}\n`,
    fingerprint:
      execFileSync('ssh-keygen', ['-l', '-f', join(folder, 'host.pub')], { encoding: 'utf8' }).split(' ')[1] ?? '',
    drop: () => endChildren(child.pid),
    close: () => {
      endChildren(child.pid);
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Gives the person's key a pass phrase. */
export function lockKey({ sshFolder }: SshServer): void {
  execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'a phrase', '-f', join(sshFolder, 'id_ed25519')]);
}

/** One process for each connection; pkill takes those only. */
function endChildren(pid: number | undefined): void {
  spawnSync('pkill', ['-KILL', '-P', String(pid)]);
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (/Server listening/.test(said)) resolve();
    });
    child.once('exit', () => reject(new Error(`sshd ended: ${said}`)));
    child.once('error', reject);
  });
}
