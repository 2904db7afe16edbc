import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongNode } from '../../scripts/requireNode.cjs';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));
let folder = '';

/** Runs a command in a Node that says it is another version. */
function startAs(version: string, command: string, locale: string) {
  const preload = join(folder, `${version}.cjs`);
  writeFileSync(preload, `Object.defineProperty(process, 'versions', { value: { node: '${version}' } });`);
  return spawnSync(process.execPath, ['-r', preload, join(scripts, command)], {
    encoding: 'utf8',
    timeout: 10_000,
    env: { PATH: process.env.PATH, HOME: folder, LC_ALL: locale },
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-node-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('requireNode', () => {
  it.each(['start.mjs', 'test.mjs', 'setup.mjs', 'doctor.mjs'])(
    '%s does not start its work in an old Node',
    (command) => {
      const { status, stdout, stderr } = startAs('20.18.3', command, 'C');
      expect(status).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toBe(
        'Wharf needs Node 20.19 or newer, and this is Node 20.18.3: install a newer one, then run the same command again.\n',
      );
    },
  );

  it('does not speak English where the locale is Korean', () => {
    expect(startAs('16.20.2', 'start.mjs', 'ko_KR.UTF-8').stderr).toMatch(/^Wharf에는 Node 20\.19 이상이 필요한데/);
  });

  it('does not refuse a Node that is new enough', () => {
    for (const version of ['20.19.0', '20.20.2', '22.0.0', '24.1.0', '100.0.0']) {
      expect(wrongNode(version, 'C')).toBeUndefined();
    }
    for (const version of ['8.17.0', '18.20.8', '20.9.0']) expect(wrongNode(version, 'C')).toBeDefined();
  });
});
