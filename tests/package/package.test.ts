import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLinuxFolder } from '../../scripts/lib/appFolder.mjs';
import { makeDeb } from '../../scripts/lib/debPackage.mjs';
import { type Running, TestMachine } from './installed';

const isDebianAsRoot = process.platform === 'linux' && process.getuid?.() === 0 && hasDpkg();

function hasDpkg(): boolean {
  try {
    execFileSync('dpkg-deb', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Bytes on the disk of everything that is ours and not Electron's. */
function ownBytes(folder: string): number {
  const resources = join(folder, 'resources');
  const installed = execFileSync('du', ['--apparent-size', '--bytes', '--summarize', resources], { encoding: 'utf8' });
  return Number.parseInt(installed, 10);
}

let work: string;
let released: string;
let deb: string;
let machine: TestMachine;
let tested: string;

describe.skipIf(!isDebianAsRoot)('the Debian package', () => {
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'wharf-package-'));
    released = await makeLinuxFolder(join(work, 'release'));
    deb = await makeDeb(released, work, { compression: 'none' });
    tested = await makeLinuxFolder(join(work, 'test'), { purpose: 'test' });
    machine = await TestMachine.start();
    machine.run('root', 'dpkg', '--install', deb);
    machine.run('root', 'cp', '-r', tested, '/opt/WharfTest');
    machine.run('root', 'chmod', '-R', 'a+rX', '/opt/WharfTest');
  });
  afterAll(async () => {
    await machine?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  it('takes more than 10 MB of the disk for what is ours, or the stand-in that runs any folder as an app', async () => {
    expect(ownBytes(released)).toBeLessThanOrEqual(10e6);
    expect((await readdir(join(released, 'resources'))).sort()).toEqual([
      'THIRD-PARTY-LICENSES.txt',
      'app.asar',
      'app.asar.unpacked',
    ]);
  });

  it('leaves a fuse of the binary as Electron ships it', async () => {
    const binary = await readFile(join(released, 'wharf'));
    // Behind these words: the version of the wire, how many fuses it has, and '0' or '1' for each.
    const wire = binary.subarray(binary.indexOf('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX') + 32);
    const states = wire.subarray(2, 2 + (wire[1] ?? 0)).toString('latin1');
    // Run as Node, encrypted cookies, NODE_OPTIONS, inspector, checked archive, only the archive, own snapshot.
    expect(states.slice(0, 7)).toBe('0100110');
  });

  it('asks for fewer packages than its programs load libraries from, or leaves a file that others can change', () => {
    const loaded = machine.run('root', 'sh', '-c', 'ldd /opt/Wharf/wharf /opt/Wharf/chrome_crashpad_handler');
    expect(loaded).not.toContain('not found');
    expect(machine.run('root', 'dpkg', '--verify', 'wharf')).toBe('');
    const writable = 'find /opt/Wharf /usr/bin/wharf -writable ! -type l; find /opt/Wharf ! -readable';
    expect(machine.run('wharfer', 'sh', '-c', writable)).toBe('');
    expect(machine.run('root', 'stat', '-c', '%a %U', '/opt/Wharf/chrome-sandbox')).toBe('4755 root\n');
  });

  it('is not in the menu with a name, an icon and a command that exist', () => {
    const entry = machine.run('root', 'cat', '/usr/share/applications/wharf.desktop');
    expect(entry).toMatch(/^Name=Wharf$/m);
    expect(entry).toMatch(/^Comment\[ko\]=.*[가-힣]/m);
    // No deep links: nothing outside opens Wharf with words of its own.
    expect(entry).not.toMatch(/MimeType|%[uUfF]/);
    const command = /^Exec=(\S+)$/m.exec(entry)?.[1] ?? '';
    expect(machine.run('wharfer', 'test', '-x', command)).toBe('');
    const icons = machine.run('root', 'sh', '-c', 'ls /usr/share/icons/hicolor/*/apps/wharf.*');
    expect(icons).toContain('48x48');
    expect(icons).toContain('scalable');
  });

  it('lets a changed archive go unseen by the package tools', () => {
    const archive = '/opt/Wharf/resources/app.asar';
    machine.run('root', 'cp', archive, '/opt/kept.asar');
    machine.run('root', 'sh', '-c', `printf x >> ${archive}`);
    try {
      expect(machine.run('root', 'sh', '-c', 'dpkg --verify wharf || true')).toContain(archive);
    } finally {
      machine.run('root', 'mv', '/opt/kept.asar', archive);
    }
  });

  describe('started by an ordinary user', () => {
    let app: Running;
    let port: number;
    const marker = () => join(work, 'ran');

    beforeAll(async () => {
      port = await freePort();
      await writeFile(join(work, 'intruder.cjs'), `require('fs').writeFileSync(${JSON.stringify(marker())}, 'x');`, {
        mode: 0o644,
      });
      app = machine.start(
        'wharfer',
        ['wharf', '--lang=en', `--remote-debugging-port=${port}`, `--inspect=127.0.0.1:${port}`],
        { NODE_OPTIONS: `--require ${join(work, 'intruder.cjs')}`, DOCKER_HOST: 'unix:///nowhere.sock' },
      );
      await app.windowTitle();
    });
    afterAll(() => app?.stop());

    it('shows no window', async () => {
      expect(await app.windowTitle()).toBe('Home · Wharf');
    });

    it('runs its page without the sandbox', async () => {
      // 2: filtered; see proc(5).
      expect(await app.statusOf('Seccomp', '--type=renderer')).toEqual(['2']);
      expect(await app.statusOf('NoNewPrivs', '--type=renderer')).toEqual(['1']);
      expect(await app.statusOf('Seccomp', '--no-sandbox')).toEqual([]);
    });

    it('listens, for debuggers or at all', async () => {
      expect(await app.listening()).toEqual([]);
    });

    it('runs what NODE_OPTIONS names', async () => {
      await expect(readFile(marker())).rejects.toThrow('ENOENT');
    });

    it('starts a second time beside itself', async () => {
      const second = machine.start('wharfer', ['wharf'], { DOCKER_HOST: 'unix:///nowhere.sock' });
      expect(await second.exited).toBe(0);
    });
  });

  it('runs as Node where ELECTRON_RUN_AS_NODE says so', async () => {
    const app = machine.start('wharfer', ['wharf', '-e', 'process.stdout.write("ran" + " as node")'], {
      ELECTRON_RUN_AS_NODE: '1',
    });
    await app.windowTitle();
    await app.stop();
    expect(app.output).not.toContain('ran as node');
  });

  it('runs a folder beside the archive, which whoever can write there would put', async () => {
    machine.run(
      'root',
      'sh',
      '-c',
      'cd /opt/Wharf/resources && mv app.asar kept.asar && mkdir app && echo \'{"main":"x.js","name":"x"}\' > app/package.json && echo \'console.log("ran the folder")\' > app/x.js',
    );
    try {
      const app = machine.start('wharfer', ['timeout', '10', 'wharf']);
      await app.exited;
      expect(app.output).not.toContain('ran the folder');
    } finally {
      machine.run('root', 'sh', '-c', 'cd /opt/Wharf/resources && rm -r app && mv kept.asar app.asar');
    }
  });

  it('says nothing where it was started without its sandbox, and shows something other than the page', async () => {
    const app = await drive('--no-sandbox');
    try {
      const page = await app.firstWindow();
      await page.getByText('Wharf runs without its sandbox').waitFor();
    } finally {
      await app.close();
    }
  });

  it('packs an app whose page, services and search do not work from the archive', async () => {
    const app = await drive();
    try {
      const page = await app.firstWindow();
      await page.getByRole('navigation').waitFor();
      expect(await app.evaluate(({ app: electron }) => [electron.isPackaged, electron.name])).toEqual([
        true,
        'Wharf Test',
      ]);
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByText('0.1.0').first().waitFor();
      expect(await page.getByText(/without its sandbox/).count()).toBe(0);
    } finally {
      await app.close();
    }
  });

  it('leaves files behind when it is removed', () => {
    machine.run('root', 'dpkg', '--purge', 'wharf');
    expect(
      machine.run('root', 'sh', '-c', 'ls -d /opt/Wharf /usr/bin/wharf /etc/apparmor.d/wharf 2>&1 || true'),
    ).not.toMatch(/^\//m);
  });
});

/** Drives the package for tests as the ordinary user. */
async function drive(...args: string[]): Promise<ElectronApplication> {
  const launcher = join(work, 'start-test-build');
  await machine.launcher(launcher, '/opt/WharfTest/wharf-test', ...args);
  return _electron.launch({
    executablePath: launcher,
    args: ['--lang=en'],
    env: { ...(process.env as Record<string, string>), DOCKER_HOST: 'unix:///nowhere.sock' },
    timeout: 45_000,
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
