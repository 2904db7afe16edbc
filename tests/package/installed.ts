import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { processesBelow } from '../../scripts/lib/processes.mjs';

/** Lays a file system in memory over this machine's, for one mount namespace, so that what is installed there is nowhere else. */
const layOver = `
set -e
mount -t tmpfs -o size=2g,mode=0755 tmpfs "$1"
mkdir "$1/above" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/above,workdir=$1/work" "$1/root"
for folder in proc sys dev run tmp; do mount --rbind "/$folder" "$1/root/$folder"; done
cd "$1/root"
mkdir -p mnt/before
# Not chroot: inside one, the kernel refuses the namespaces that Chromium's sandbox is made of.
pivot_root . mnt/before
umount -l /mnt/before
useradd --create-home wharfer
echo ready
exec sleep infinity
`;

/** A machine like this one that ends with the test, where packages are installed and run by an ordinary user. */
export class TestMachine {
  private constructor(
    private readonly holder: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(): Promise<TestMachine> {
    const folder = mkdtempSync(join(tmpdir(), 'wharf-machine-'));
    await chmod(folder, 0o755);
    const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', layOver, 'sh', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      holder.stdout?.once('data', () => resolve());
      holder.once('exit', (status) => reject(new Error(`the machine's file system could not be made (${status})`)));
    });
    return new TestMachine(holder, folder);
  }

  /** The words that run a command inside: as root, or as the ordinary user. */
  words(as: 'root' | 'wharfer', ...command: string[]): [string, string[]] {
    // Of a test run's own temporary folder an ordinary user sees nothing.
    const own = ['env', 'HOME=/home/wharfer', 'TMPDIR=/home/wharfer'];
    const user = ['setpriv', '--reuid=wharfer', '--regid=wharfer', '--init-groups', ...own];
    return [
      'nsenter',
      ['--mount', `--target=${this.holder.pid}`, '--wd=/', ...(as === 'root' ? [] : user), ...command],
    ];
  }

  /** Runs a command to its end. @returns what it wrote; throws with what it complained of where it failed */
  run(as: 'root' | 'wharfer', ...command: string[]): string {
    const [program, args] = this.words(as, ...command);
    return execFileSync(program, args, { encoding: 'utf8', timeout: 60_000, maxBuffer: 16 * 1024 * 1024 });
  }

  /** Starts a program that stays; all of its output is kept. */
  start(as: 'root' | 'wharfer', command: string[], env: Record<string, string> = {}): Running {
    const [program, args] = this.words(as, ...command);
    return new Running(spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /**
   * An executable here that runs a program inside as the ordinary user, for Playwright: it takes but the path of one. As
   * root it asks for no sandbox, which is left out again.
   */
  async launcher(file: string, ...command: string[]): Promise<void> {
    const [first, rest] = this.words('wharfer', ...command);
    const lines = [
      '#!/bin/bash',
      'for word; do [ "$word" = --no-sandbox ] || kept+=("$word"); done',
      `exec ${[first, ...rest].join(' ')} "\${kept[@]}"`,
    ];
    await writeFile(file, lines.join('\n'), { mode: 0o755 });
  }

  /** Removes everything: the namespace ends with the last process in it. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.holder.once('exit', resolve));
    this.holder.kill('SIGKILL');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A started program with everything that it starts itself. */
export class Running {
  output = '';
  readonly exited: Promise<number | null>;

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    this.exited = new Promise((resolve) => child.once('close', resolve));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Those below whose command line says this, with a field of each one's `/proc/PID/status`. */
  async statusOf(field: string, argument: string): Promise<string[]> {
    const found: string[] = [];
    for (const pid of await processesBelow(this.pid)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (!command.includes(argument)) continue;
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      found.push(new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '');
    }
    return found;
  }

  /** Local addresses of TCP sockets that listen, in the kernel's hexadecimal, of every process of the tree. */
  async listening(): Promise<string[]> {
    const inodes = new Map<string, string>();
    for (const table of ['tcp', 'tcp6']) {
      for (const line of (await readFile(`/proc/net/${table}`, 'utf8')).trim().split('\n').slice(1)) {
        const fields = line.trim().split(/\s+/);
        // 0A is LISTEN.
        if (fields[3] === '0A') inodes.set(fields[9] ?? '', fields[1] ?? '');
      }
    }
    const found: string[] = [];
    for (const pid of await processesBelow(this.pid)) {
      for (const name of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
        const target = await readlink(`/proc/${pid}/fd/${name}`).catch(() => '');
        const address = inodes.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '');
        if (address) found.push(address);
      }
    }
    return found;
  }

  /** The title of its window, once that is the page's: main opens it as plain "Wharf". */
  async windowTitle(timeoutMs = 60_000): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      const pids = new Set(await processesBelow(this.pid));
      const title = windowTitles().find(({ pid }) => pids.has(pid))?.title;
      if (title?.endsWith(' · Wharf')) return title;
      if (this.child.exitCode !== null) break;
      await wait(100);
    }
    throw new Error(`no page appeared; it wrote:\n${this.output}`);
  }

  async stop(): Promise<void> {
    const tree = await processesBelow(this.pid);
    this.child.kill('SIGTERM');
    const ended = await Promise.race([this.exited.then(() => true), wait(10_000, false)]);
    if (!ended) for (const pid of tree.reverse()) process.kill(pid, 'SIGKILL');
    await this.exited;
  }
}

/** What X says of every window of the display. */
function windowTitles(): { pid: number; title: string }[] {
  // In the C locale it would write bytes as numbers.
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  const list = execFileSync('xwininfo', ['-root', '-tree'], { encoding: 'utf8' });
  return [...list.matchAll(/^\s+(0x[0-9a-f]+) "/gm)].flatMap(([, id = '']) => {
    try {
      const text = execFileSync('xprop', ['-id', id, '_NET_WM_PID', '_NET_WM_NAME'], { encoding: 'utf8', env });
      const pid = Number(/_NET_WM_PID\(CARDINAL\) = (\d+)/.exec(text)?.[1]);
      const title = /_NET_WM_NAME\(UTF8_STRING\) = "(.*)"/.exec(text)?.[1];
      return pid && title !== undefined ? [{ pid, title }] : [];
    } catch {
      // Gone since it was listed.
      return [];
    }
  });
}
