import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildIsCurrent, inputsChecksum } from '../../scripts/lib/appBuild.mjs';
import { aptSourceLines } from '../../scripts/lib/aptSettings.mjs';
import { installCommand, readOsRelease } from '../../scripts/lib/debian.mjs';
import { hasDisplay } from '../../scripts/lib/display.mjs';
import { noEngine } from '../../scripts/lib/engine.mjs';
import { covered, readRoutes } from '../../scripts/lib/freeSubnet.mjs';
import { verifyChecksum } from '../../scripts/lib/pinnedWheel.mjs';
import { language } from '../../scripts/lib/say.mjs';

let folder = '';
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-machine-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('aptSourceLines', () => {
  it('does not hand repositories of others or of other releases to the base image', async () => {
    write(
      'sources.list',
      '# comment\ndeb [arch=amd64] http://mirror.example/debian bookworm main\ndeb-src http://mirror.example/debian bookworm main\n',
    );
    write('sources.list.d/vendor.list', 'deb https://vendor.example stable main\n');
    write('sources.list.d/old.list.save', 'deb http://mirror.example/debian bookworm contrib\n');
    write(
      'sources.list.d/debian.sources',
      `Types: deb deb-src\n# mirror\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\n trixie\nComponents: main\nSigned-By: /usr/share/keyrings/debian.gpg\n\nTypes: deb\nEnabled: no\nURIs: http://off.example\nSuites: bookworm\nComponents: main\n`,
    );
    expect(await aptSourceLines('bookworm', folder)).toEqual([
      'deb [arch=amd64] http://mirror.example/debian bookworm main',
      'deb [signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian bookworm main',
      'deb [signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian bookworm-updates main',
    ]);
  });
});

describe('readOsRelease', () => {
  it('does not take Ubuntu for Debian itself, or Fedora for one of the family', () => {
    expect(readOsRelease('ID=debian\nVERSION_CODENAME=bookworm\n')).toEqual({
      ...{ family: 'debian', codename: 'bookworm', isDebianItself: true },
    });
    expect(readOsRelease('ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=wilma\n')).toMatchObject({
      ...{ family: 'debian', isDebianItself: false },
    });
    expect(readOsRelease('ID=fedora\n')).toEqual({ family: 'other-linux', codename: '', isDebianItself: false });
  });
});

describe('noEngine', () => {
  const candidate = { source: 'docker' as const, label: 'Docker', endpoint: 'unix:///var/run/docker.sock' };
  const system = { family: 'debian' as const, codename: 'bookworm', isDebianItself: true, isRoot: false };

  it('does not tell someone to install an engine who only lacks the permission', () => {
    const { text } = noEngine(system, [{ candidate, reason: 'EACCES' }]);
    expect(text.en).toContain('sudo usermod -aG docker');
    expect(text.en).not.toContain('apt-get');
    expect(text.ko).toContain('sudo usermod -aG docker');
  });

  it('does not leave any system without its exact command', () => {
    const command = (family: 'debian' | 'other-linux' | 'macos' | 'windows') =>
      noEngine({ ...system, family }, [{ candidate, reason: 'ENOENT' }]).text.ko;
    expect(command('debian')).toContain(installCommand(['docker.io', 'iptables'], false));
    expect(command('other-linux')).toContain('dnf install');
    expect(command('macos')).toContain('brew install');
    expect(command('windows')).toContain('winget install');
  });
});

describe('verifyChecksum', () => {
  const purpose = { en: 'Electron', ko: 'Electron' };
  it('does not accept a runtime that a proxy changed', async () => {
    write('runtime.whl', 'not what was pinned');
    await expect(verifyChecksum(join(folder, 'runtime.whl'), '0'.repeat(64), purpose)).rejects.toThrow(
      /is not the pinned file/,
    );
    const right = createHash('sha256').update('not what was pinned').digest('hex');
    await expect(verifyChecksum(join(folder, 'runtime.whl'), right, purpose)).resolves.toBeUndefined();
  });
});

describe('buildIsCurrent', () => {
  const outputs = [
    '.bundled/main.json',
    'main/index.cjs',
    'preload/index.cjs',
    'image/index.cjs',
    'renderer/index.html',
  ].map((name) => `out/${name}`);
  const build = () => {
    for (const path of outputs) write(path, '');
    write('out/.built-from', `${inputsChecksum(folder)}\n`);
  };
  beforeEach(() => {
    write('electron/main.ts', 'one');
    write('renderer/app/App.tsx', 'one');
    write('package.json', '{}');
    build();
  });

  it('does not build again what is current', () => expect(buildIsCurrent(folder)).toBe(true));

  it.each(['electron/main.ts', 'renderer/app/App.tsx', 'package.json', 'renderer/app/New.tsx'])(
    'does not start an old build after a change of %s',
    (path) => {
      write(path, 'two');
      expect(buildIsCurrent(folder)).toBe(false);
    },
  );

  it('does not start a build that lacks a part', () => {
    rmSync(join(folder, 'out/preload/index.cjs'));
    expect(buildIsCurrent(folder)).toBe(false);
  });
});

describe('freeSubnet', () => {
  const address = (a: number, b: number, c: number) => (a << 24) | (b << 16) | (c << 8);
  const table = [
    'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'eth0\t0000D50A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'vpn0\t8007C80A\t00000000\t0001\t0\t0\t0\t80FFFFFF\t0\t0\t0',
  ].join('\n');

  it('does not choose a network that a route covers or lies in', () => {
    const routes = readRoutes(table);
    expect(covered(routes, address(10, 213, 9))).toBe(true);
    expect(covered(routes, address(10, 200, 7))).toBe(true);
    expect(covered(routes, address(10, 214, 0))).toBe(false);
  });
});

describe('surroundings', () => {
  it('do not miss a Korean locale, whichever variable carries it', () => {
    expect(language({ LANG: 'ko_KR.UTF-8' })).toBe('ko');
    expect(language({ LANG: 'ko_KR.UTF-8', LC_ALL: 'C' })).toBe('en');
    expect(language({})).toBe('en');
  });

  it('do not take a server for a desktop, or a Mac for a server', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });
});
