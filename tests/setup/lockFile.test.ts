import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listsMatch } from '../../scripts/lib/dependencies.mjs';
import { completeLock } from '../../scripts/lib/lockFile.mjs';

describe('listsMatch', () => {
  const locked = {
    '': { version: '1' },
    'node_modules/a': { version: '2.0.0' },
    'node_modules/mac': { version: '1.0.0', optional: true },
  };

  it('does not install again what is there, without the packages of other systems', () => {
    expect(listsMatch(locked, { 'node_modules/a': { version: '2.0.0' } })).toBe(true);
  });

  it('does not take another version, a missing package or a stray one for a match', () => {
    expect(listsMatch(locked, { 'node_modules/a': { version: '2.0.1' } })).toBe(false);
    expect(listsMatch(locked, {})).toBe(false);
    expect(listsMatch(locked, { 'node_modules/a': { version: '2.0.0' }, 'node_modules/b': { version: '1.0.0' } })).toBe(
      false,
    );
  });
});

describe('completeLock', () => {
  it('does not leave a build for another system out, which npm ci would refuse', () => {
    const lock: Parameters<typeof completeLock>[0] = {
      packages: {
        'node_modules/tool': {
          version: '1.2.3',
          dev: true,
          optionalDependencies: { '@tool/linux-x64-musl': '1.2.3', '@tool/darwin-arm64': '1.2.3', fsevents: '~2.3.3' },
        },
      },
    };
    expect(completeLock(lock)).toEqual(['@tool/linux-x64-musl', '@tool/darwin-arm64']);
    expect(lock.packages['node_modules/@tool/linux-x64-musl']).toEqual({
      ...{ version: '1.2.3', cpu: ['x64'], libc: ['musl'], os: ['linux'], dev: true, optional: true },
    });
    expect(completeLock(lock)).toEqual([]);
  });

  it('is not forgotten for the lock file of this repository', () => {
    const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
    expect(completeLock(lock)).toEqual([]);
  });
});
