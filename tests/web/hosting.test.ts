import { execFile, spawn } from 'node:child_process';
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebHost } from '../e2e/wharf';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-hosting-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a script of ours without a display, and answers what it printed up to the launch link. */
async function linkOf(
  script: string,
  args: string[],
  more: NodeJS.ProcessEnv = {},
): Promise<{ text: string; link: string; end(): Promise<number> }> {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const child = spawn(process.execPath, [join(repository, 'scripts', script), ...args], {
    env: { ...env, LANG: 'C', LC_ALL: 'C', XDG_DATA_HOME: folder, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
  let text = '';
  const link = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      text += `${line}\n`;
      const found = /http:\S+\/launch\?token=\S+/.exec(line);
      if (found) resolve(found[0]);
    });
    void exited.then(() => reject(new Error(`it ended: ${text}`)));
  });
  // The SSH line and the end come with the same message.
  await expect.poll(() => text).toContain('Ctrl+C');
  return {
    text,
    link,
    end: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

describe('wharf serve', () => {
  it('prints no link that works, no tunnel, or outlives its terminal', async () => {
    const served = await linkOf('wharf.mjs', ['serve', '--port', '0']);
    const { port } = new URL(served.link);
    expect(served.text).toContain(`ssh -N -L ${port}:127.0.0.1:${port} `);
    expect((await fetch(served.link, { redirect: 'manual' })).status).toBe(303);
    expect(await served.end()).toBe(0);
    await expect(fetch(served.link)).rejects.toThrow();
  });

  it.skipIf(process.platform === 'win32')('opens no browser with --open, or another link than it prints', async () => {
    const opener = await mkdtemp(join(folder, 'opener-'));
    const opened = join(opener, 'opened');
    for (const name of ['xdg-open', 'open']) {
      await writeFile(
        join(opener, name),
        `#!/bin/sh\nprintf %s "$1" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`,
        {
          mode: 0o755,
        },
      );
    }
    const served = await linkOf('wharf.mjs', ['serve', '--port', '0', '--open'], {
      PATH: `${opener}:${process.env.PATH}`,
    });
    await expect.poll(() => readFile(opened, 'utf8').catch(() => ''), { timeout: 10_000 }).toBe(served.link);
    expect(await served.end()).toBe(0);
  });

  it('leaves a taken port unexplained', async () => {
    const first = await startWebHost({ dataFolder: join(folder, 'first') });
    const { port } = new URL(first.url);
    const second = startWebHost({ dataFolder: join(folder, 'second'), port: Number(port) });
    await expect(second).rejects.toThrow(`Port ${port} is in use on this machine`);
    await first.close();
  });
});

describe('npm start on a machine without a display', () => {
  const dryStart = async (display: string, ...args: string[]) => {
    const { stdout } = await run(process.execPath, [join(repository, 'scripts/start.mjs'), '--dry-run', ...args], {
      env: { ...process.env, DISPLAY: display, WAYLAND_DISPLAY: '', LANG: 'C', LC_ALL: 'C' },
    });
    return stdout;
  };

  it('stops instead of serving browsers', async () => {
    expect(await dryStart('')).toContain('would  serve browsers');
  });

  it('opens a window where a browser was asked for', async () => {
    expect(await dryStart(':0', '--open')).toContain('would  serve browsers');
    expect(await dryStart(':0')).toContain('would  open the window');
  });
});

describe('the container image of the web host', () => {
  const tag = `wharf-test-web-${process.pid}`;
  const base = `${tag}-base`;
  afterAll(async () => {
    await run('docker', ['rm', '-f', '-v', tag]).catch(() => undefined);
    for (const image of [tag, base]) await run('docker', ['rmi', image]).catch(() => undefined);
  });

  it('lacks a file that the host needs, or cannot drive the engine it is given', async () => {
    // A base with Node, as no registry may answer here: the machine's own program on the tests' own system.
    const context = await mkdtemp(join(folder, 'base-'));
    await copyFile(process.execPath, join(context, 'node'));
    const from = process.env.WHARF_TEST_BASE_IMAGE ?? 'wharf/python-base:3.11';
    await writeFile(join(context, 'Dockerfile'), `FROM ${from}\nCOPY node /usr/local/bin/node\n`);
    await run('docker', ['build', '-q', '-t', base, context]);
    // What Dockerfile.dockerignore leaves, for builders that do not read it.
    const kept = await mkdtemp(join(folder, 'context-'));
    const wanted = (await readFile(join(repository, 'scripts/serve/Dockerfile.dockerignore'), 'utf8')).match(
      /(?<=^!).+/gm,
    );
    for (const path of wanted ?? []) await cp(join(repository, path), join(kept, path), { recursive: true });
    const file = join(repository, 'scripts/serve/Dockerfile');
    await run('docker', ['build', '-q', '-f', file, '-t', tag, '--build-arg', `BASE_IMAGE=${base}`, kept]);
    const socket = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '');
    await run('docker', [
      ...['run', '-d', '--name', tag, '--network', 'host', '--user', '0', '-v', `${socket}:/var/run/docker.sock`],
      ...['-v', '/data', '--label', `app.wharf.test=${process.env.WHARF_TEST_RUN ?? 'web'}`, tag],
      ...['node', 'out/headless/index.cjs', '--data-folder', '/data', '--port', '0'],
    ]);
    const launchLink = await expect
      .poll(async () => /"launchLink":"([^"]+)"/.exec((await run('docker', ['logs', tag])).stdout)?.[1], {
        timeout: 30_000,
      })
      .toBeDefined()
      .then(async () => /"launchLink":"([^"]+)"/.exec((await run('docker', ['logs', tag])).stdout)?.[1] ?? '');
    expect((await fetch(launchLink, { redirect: 'manual' })).status).toBe(303);
    // Whatever is built for the host is in the image: some of it is only opened when somebody asks for it.
    const { stdout } = await run('docker', ['exec', tag, 'ls', 'out']);
    expect(stdout.trim().split('\n')).toEqual(['headless', 'renderer', 'searchWorker']);
  });
});
