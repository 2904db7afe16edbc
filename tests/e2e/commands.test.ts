import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { servedBy } from './wharf';

/*
 * What the README tells people to type, typed. What cannot be typed here (a test run within a test run, another machine's
 * engine) is named with the test that runs the same code.
 */
const repository = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-commands-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Running {
  child: ChildProcess;
  said(): string;
  exited: Promise<number | null>;
}

/** Types `npm ...` in a terminal whose person keeps Wharf's data in a folder of their own. */
function npm(args: string, env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn('npm', args.split(' '), {
    cwd: repository,
    env: { ...process.env, LANG: 'C', LC_ALL: 'C', XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (text += part.toString()));
  return { child, said: () => text, exited: new Promise((resolve) => child.once('exit', resolve)) };
}

/** Ctrl+C: the terminal tells the whole group. */
const interrupt = ({ child }: Running) => process.kill(-(child.pid ?? 0), 'SIGINT');

/** Every command that a document shows in a block, without its remark and its surroundings. */
async function commandsOf(path: string): Promise<string[]> {
  const blocks = [...(await readFile(join(repository, path), 'utf8')).matchAll(/```bash\n([\s\S]*?)```/g)];
  return blocks.flatMap(([, block = '']) =>
    block
      .split('\n')
      .map((line) => line.replace(/\s*#.*$/, '').trim())
      .filter(Boolean),
  );
}

// The desktop's own set-up is the web host's too; once is enough.
describe.skipIf(servedBy === 'web')('the commands of the README', () => {
  it('npm start: opens no window with a living page, or goes on after Ctrl+C', async () => {
    const started = npm('start');
    // The services are loaded when the page asks for its port, and keep what they know in the data folder.
    const inData = () => readdir(join(folder, 'Wharf', 'spools')).catch(() => null);
    await expect.poll(inData, { timeout: 60_000 }).not.toBeNull();
    interrupt(started);
    await started.exited;
    expect(started.said()).not.toMatch(/uncaught|unhandled/i);
  });

  it('npm start without a display, npm run serve: print no link that signs a browser in', async () => {
    for (const [args, env] of [
      ['start', { DISPLAY: '', WAYLAND_DISPLAY: '' }],
      ['run serve -- --port 0', {}],
    ] as const) {
      const started = npm(args, env);
      const link = () => /http:\S+\/launch\?token=\S+/.exec(started.said())?.[0] ?? '';
      await expect.poll(link, { timeout: 60_000 }).not.toBe('');
      expect((await fetch(link(), { redirect: 'manual' })).status).toBe(303);
      interrupt(started);
      await started.exited;
    }
  });

  it('npm run setup, npm run doctor: fail, or find something missing, where all is there', async () => {
    const setup = npm('run setup');
    expect(await setup.exited, setup.said()).toBe(0);
    const doctor = npm('run doctor');
    expect(await doctor.exited, doctor.said()).toBe(0);
  });

  it('name a command that nothing has ever run', async () => {
    const elsewhere: Record<string, string> = {
      'npm test': '.ci/run: exec npm test',
      'npm run package': 'tests/package/package.test.ts: packs an app whose page, services and search do not work',
      'npm start -- --open': 'tests/web/hosting.test.ts: opens no browser with --open',
      'npm run setup -- --undo': 'tests/setup/undo.test.ts: names the packages that stay',
      'ssh -N -L 8642:127.0.0.1:8642 SERVER': 'tests/web/hosting.test.ts: ssh -N -L',
      'DOCKER_HOST=unix:///run/user/1000/podman/podman.sock npm start':
        'tests/setup/engineCandidates.test.ts: DOCKER_HOST',
      'docker context use colima && npm start': 'tests/setup/engineCandidates.test.ts: context',
    };
    const typedHere = ['npm start', 'npm run serve', 'npm run setup', 'npm run doctor'];
    for (const page of ['README.md', 'docs/README.ko.md']) {
      const commands = await commandsOf(page);
      expect(commands.length).toBeGreaterThan(8);
      expect(commands.filter((one) => !typedHere.includes(one) && elsewhere[one] === undefined)).toEqual([]);
    }
    for (const proof of Object.values(elsewhere)) {
      const [path = '', words = ''] = proof.split(': ');
      expect(await readFile(join(repository, path), 'utf8')).toContain(words);
    }
  });
});
