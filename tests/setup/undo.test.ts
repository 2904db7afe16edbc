import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../scripts/lib/processes.mjs';
import { type FakeEngine, startFakeEngine } from './fakeEngine';

const setup = fileURLToPath(new URL('../../scripts/setup.mjs', import.meta.url));
let home = '';
let engine: FakeEngine | undefined;
let child: ChildProcess | undefined;

const undo = () =>
  new Promise<{ status: number | null; output: string }>((resolve) => {
    const env = { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: join(home, 'cache') };
    const running = spawn(process.execPath, [setup, '--undo'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    running.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    running.once('close', (status) => resolve({ status, output }));
  });

const record = (content: object) => {
  mkdirSync(join(home, 'cache', 'wharf', 'electron-1.0.0'), { recursive: true });
  writeFileSync(join(home, 'cache', 'wharf', 'setup.json'), JSON.stringify(content));
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'wharf-undo-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await engine?.close();
  rmSync(home, { recursive: true, force: true });
});

describe('npm run setup -- --undo', () => {
  it('does not leave the cache or our base image behind, and names the packages that stay', async () => {
    engine = await startFakeEngine({ 'DELETE /images/wharf/python-base:3.11': () => ({ body: [] }) });
    record({ aptPackages: ['docker.io', 'xvfb'], baseImageEndpoints: [engine.endpoint] });
    const { status, output } = await undo();
    expect(status).toBe(0);
    expect(engine.requests).toContain('DELETE /images/wharf/python-base:3.11');
    expect(readdirSync(join(home, 'cache'))).toEqual([]);
    expect(output).toContain('apt-get purge docker.io xvfb');
  });

  it('does not kill a stranger that has the process id of the engine by now', async () => {
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const pid = child.pid ?? 0;
    record({ engine: { pid, pidFile: join(home, 'dockerd.pid'), logFile: '', endpoint: 'unix:///nowhere' } });
    expect((await undo()).status).toBe(0);
    expect(isAlive(pid)).toBe(true);
  });

  it('does not fail where there is nothing to undo, or with a record that was cut short', async () => {
    expect((await undo()).status).toBe(0);
    record({});
    writeFileSync(join(home, 'cache', 'wharf', 'setup.json'), '{"aptPack');
    expect((await undo()).status).toBe(0);
    expect(existsSync(join(home, 'cache', 'wharf'))).toBe(false);
  });

  it('does not take a misspelt option for no option', () => {
    const { status, stderr } = spawnSync(process.execPath, [setup, '--udno'], {
      encoding: 'utf8',
      env: { HOME: home },
    });
    expect(status).toBe(1);
    expect(stderr).toContain('--undo');
  });
});
