import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readBuildSettings } from '../../electron/docker/buildSettings';

const certificate = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----`;

/** A machine with these files and variables, and nothing else. */
async function settingsOf(
  files: Record<string, string> = {},
  env: Record<string, string> = {},
  platform = 'linux',
): Promise<{ ca?: string; pip?: string; buildArguments: Record<string, string> }> {
  const settings = await readBuildSettings({
    env,
    homeDirectory: '/home/someone',
    platform,
    readText: async (path) => files[path] ?? Promise.reject(new Error(`no ${path}`)),
    listFolder: async (path) =>
      Object.keys(files)
        .filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1)),
  });
  const content = (name: string) => settings.files.find(({ path }) => path === `build-settings/${name}`)?.content;
  return { ca: content('ca.pem'), pip: content('pip.conf'), buildArguments: settings.buildArguments };
}

const system = '/etc/ssl/certs/ca-certificates.crt';

describe('certificates', () => {
  it('of a plain machine stay out, so that the layers of a build can come from the cache', async () => {
    expect((await settingsOf({ [system]: certificate('usual') })).ca).toBeUndefined();
  });

  it('that the company added to the system come along', async () => {
    const files = { [system]: certificate('company'), '/usr/local/share/ca-certificates/company.crt': 'x' };
    expect((await settingsOf(files)).ca).toBe(`${certificate('company')}\n`);
  });

  it("named by a variable come along, pip's own first, and one that points nowhere is passed over", async () => {
    const files = { '/a.pem': certificate('a'), '/b.pem': certificate('b') };
    expect((await settingsOf(files, { SSL_CERT_FILE: '/a.pem', PIP_CERT: '/b.pem' })).ca).toContain('\nb\n');
    expect((await settingsOf(files, { SSL_CERT_FILE: '/a.pem', PIP_CERT: '/gone' })).ca).toContain('\na\n');
  });

  it('that Node adds to its own do not replace the public ones', async () => {
    const { ca } = await settingsOf({ '/extra.pem': certificate('extra') }, { NODE_EXTRA_CA_CERTS: '/extra.pem' });
    expect(ca).toContain('\nextra\n');
    expect(ca).toContain(rootCertificates[0]?.trim());
  });

  it('bring no private key along that stands in the same file', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----';
    const { ca } = await settingsOf({ '/a.pem': `${key}\n${certificate('a')}\n` }, { SSL_CERT_FILE: '/a.pem' });
    expect(ca).toBe(`${certificate('a')}\n`);
  });

  it('are the same text each time, or every build would install its packages again', async () => {
    const files = { '/a.pem': `${certificate('a')}\n${certificate('b')}\n${certificate('a')}` };
    const first = await settingsOf(files, { SSL_CERT_FILE: '/a.pem' });
    expect(first).toEqual(await settingsOf(files, { SSL_CERT_FILE: '/a.pem' }));
    expect(first.ca).toBe(`${certificate('a')}\n${certificate('b')}\n`);
  });
});

describe('pip settings', () => {
  it('reach the build: index, trusted hosts, proxy', async () => {
    const files = {
      '/etc/pip.conf': '[global]\nindex-url = https://index.example/simple\ntimeout: 60\n',
      '/home/someone/.config/pip/pip.conf':
        '[global]\n# mine\nextra_index_url =\n    https://one.example/simple\n    https://two.example/simple\n[install]\ntimeout = 90\n',
    };
    expect((await settingsOf(files, { PIP_TRUSTED_HOST: 'index.example one.example' })).pip).toBe(
      [
        '[global]',
        'index-url = https://index.example/simple',
        'extra-index-url = https://one.example/simple',
        '    https://two.example/simple',
        'trusted-host = index.example',
        '    one.example',
        'timeout = 90',
        '',
      ].join('\n'),
    );
  });

  it('that name folders of this machine stay here: the build has no such folders', async () => {
    const files = {
      '/etc/pip.conf': '[global]\ncert = /etc/company.pem\nfind-links = /opt/wheels\n    https://wheels.example/\n',
      '/etc/company.pem': certificate('company'),
    };
    const { pip, ca } = await settingsOf(files, { PIP_INDEX_URL: 'file:///srv/index' });
    expect(pip).toBe('[global]\nfind-links = https://wheels.example/\n');
    expect(ca).toContain('company');
    expect((await settingsOf({}, { PIP_FIND_LINKS: '/opt/wheels' })).pip).toBeUndefined();
  });

  it('of the environment win over those of files', async () => {
    const files = { '/etc/pip.conf': '[global]\nindex-url = https://file.example/\n' };
    expect((await settingsOf(files, { PIP_INDEX_URL: 'https://env.example/' })).pip).toContain('env.example');
  });

  it('are found where macOS and Windows keep them', async () => {
    const text = '[global]\nindex-url = https://index.example/\n';
    const mac = { '/home/someone/Library/Application Support/pip/pip.conf': text };
    expect((await settingsOf(mac, {}, 'darwin')).pip).toContain('index.example');
    const windows = { 'C:\\Users\\someone\\AppData\\Roaming\\pip\\pip.ini': text };
    expect((await settingsOf(windows, { APPDATA: 'C:\\Users\\someone\\AppData\\Roaming' }, 'win32')).pip).toContain(
      'index.example',
    );
  });
});

describe('proxies', () => {
  it('are given under both spellings that programs read', async () => {
    const { buildArguments } = await settingsOf({}, { https_proxy: 'http://proxy.example:3128', NO_PROXY: 'local' });
    expect(buildArguments).toEqual({
      HTTPS_PROXY: 'http://proxy.example:3128',
      https_proxy: 'http://proxy.example:3128',
      NO_PROXY: 'local',
      no_proxy: 'local',
    });
  });
});

it('gives nothing at all on a machine without settings', async () => {
  expect(await settingsOf()).toEqual({ ca: undefined, pip: undefined, buildArguments: {} });
});
