import { readdir, readFile } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { ExtraFile } from './contextFiles';

/** What this machine's settings add to a build, so that packages come from where the machine itself gets them. */
export interface BuildSettings {
  /** `build-settings/ca.pem` and `build-settings/pip.conf`, where there is a reason for them. They may hold secrets. */
  files: ExtraFile[];
  /** Docker's predefined proxy arguments, which it keeps out of history and cache. They may hold secrets. */
  buildArguments: Record<string, string>;
}

/** What the settings depend on; nothing else is read. */
export interface HostSurroundings {
  env: Readonly<Record<string, string | undefined>>;
  homeDirectory: string;
  /** `process.platform` */
  platform: string;
  /** Reads a UTF-8 file; the file system by default. */
  readText?: (path: string) => Promise<string>;
  /** Names in a folder; the file system by default. */
  listFolder?: (path: string) => Promise<string[]>;
}

/**
 * Collects the host's proxies, certificate authorities and pip settings for a build of the bundled image.
 *
 * Certificates are only given where somebody set some up: named by an environment variable or by pip, or added to the
 * system's own store. A machine without any builds with the base image's, so its layers can come from the cache of others.
 */
export async function readBuildSettings(host: HostSurroundings): Promise<BuildSettings> {
  const pip = await readPip(host);
  const certificates = await readCertificates(host, pip.certificateFile);
  const files: ExtraFile[] = [];
  if (certificates) files.push({ path: 'build-settings/ca.pem', content: certificates });
  if (pip.settings) files.push({ path: 'build-settings/pip.conf', content: pip.settings });
  return { files, buildArguments: proxyArguments(host.env) };
}

/** https://docs.docker.com/reference/dockerfile/#predefined-args */
const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'ALL_PROXY', 'NO_PROXY'];

function proxyArguments(env: HostSurroundings['env']): Record<string, string> {
  const found: Record<string, string> = {};
  for (const upper of proxyNames) {
    const value = env[upper] || env[upper.toLowerCase()];
    // Programs disagree about which of the two they read.
    if (value) found[upper] = found[upper.toLowerCase()] = value;
  }
  return found;
}

/** Variables that name a whole bundle, most particular to pip first. */
const bundleVariables = ['PIP_CERT', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE'];

/** Where systems keep the bundle made from their store, and where people add to that store. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const addedCertificates = [
  '/usr/local/share/ca-certificates',
  '/etc/pki/ca-trust/source/anchors',
  '/etc/pki/trust/anchors',
];

async function readCertificates(host: HostSurroundings, pipFile: string | null): Promise<string | null> {
  const named = [host.env.PIP_CERT, pipFile, ...bundleVariables.slice(1).map((name) => host.env[name])];
  for (const path of named) {
    const bundle = path ? certificatesIn(await textOf(host, path)) : [];
    if (bundle.length > 0) return joined(bundle);
  }
  // Node adds these to its own roots; pip takes a bundle instead of its own, so it needs both.
  const extra = host.env.NODE_EXTRA_CA_CERTS ? certificatesIn(await textOf(host, host.env.NODE_EXTRA_CA_CERTS)) : [];
  if (extra.length > 0) return joined([...extra, ...rootCertificates.map((certificate) => certificate.trim())]);
  if (!(await hasAddedCertificates(host))) return null;
  for (const path of systemBundles) {
    const bundle = certificatesIn(await textOf(host, path));
    if (bundle.length > 0) return joined(bundle);
  }
  return null;
}

async function hasAddedCertificates(host: HostSurroundings): Promise<boolean> {
  const list = host.listFolder ?? readdir;
  for (const folder of addedCertificates) {
    const names = await list(folder).catch(() => []);
    if (names.some((name) => /\.(crt|pem|cer)$/.test(name))) return true;
  }
  return false;
}

/** Only certificates: a file that also holds a private key gives away nothing. */
function certificatesIn(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

function joined(certificates: string[]): string {
  return `${[...new Set(certificates)].join('\n')}\n`;
}

/** A file's text, empty where it cannot be read: a setting that points nowhere is as good as none. */
async function textOf(host: HostSurroundings, path: string): Promise<string> {
  const read = host.readText ?? ((file: string) => readFile(file, 'utf8'));
  return read(path).catch(() => '');
}

/** Options of pip that make sense in another place, with how many values they take. Paths of this machine do not. */
const pipOptions: Record<string, 'one' | 'many'> = {
  'index-url': 'one',
  'extra-index-url': 'many',
  'trusted-host': 'many',
  'find-links': 'many',
  proxy: 'one',
  timeout: 'one',
  retries: 'one',
};

/** Environment variables whose names do not follow from the option's. */
const pipVariables: Record<string, string> = { timeout: 'PIP_DEFAULT_TIMEOUT' };

/** Options whose values are addresses. */
const addressOptions = new Set(['index-url', 'extra-index-url', 'find-links']);

/**
 * The host's pip settings as pip itself would read them: files from general to particular, then the environment.
 * https://pip.pypa.io/en/stable/topics/configuration/
 */
async function readPip(host: HostSurroundings): Promise<{ settings: string | null; certificateFile: string | null }> {
  const general = new Map<string, string[]>();
  const ofInstall = new Map<string, string[]>();
  for (const path of pipFiles(host)) readIni(await textOf(host, path), { global: general, install: ofInstall });
  const values = new Map([...general, ...ofInstall]);
  for (const option of Object.keys(pipOptions)) {
    const variable = pipVariables[option] ?? `PIP_${option.toUpperCase().replaceAll('-', '_')}`;
    const words = (host.env[variable] ?? '').split(/\s+/).filter((word) => word !== '');
    if (words.length > 0) values.set(option, words);
  }
  const lines: string[] = [];
  for (const [option, count] of Object.entries(pipOptions)) {
    const all = (values.get(option) ?? []).filter(
      (value) => !addressOptions.has(option) || /^https?:\/\//i.test(value),
    );
    const given = count === 'one' ? all.slice(-1) : all;
    if (given.length > 0) lines.push(`${option} = ${given.join('\n    ')}`);
  }
  return {
    settings: lines.length > 0 ? `[global]\n${lines.join('\n')}\n` : null,
    certificateFile: values.get('cert')?.[0] ?? null,
  };
}

function pipFiles({ env, homeDirectory, platform }: HostSurroundings): string[] {
  if (env.PIP_CONFIG_FILE === '/dev/null' || env.PIP_CONFIG_FILE === 'nul') return [];
  const chosen = env.PIP_CONFIG_FILE ? [env.PIP_CONFIG_FILE] : [];
  if (platform === 'win32') {
    return [
      ...(env.ProgramData ? [win32.join(env.ProgramData, 'pip', 'pip.ini')] : []),
      win32.join(homeDirectory, 'pip', 'pip.ini'),
      ...(env.APPDATA ? [win32.join(env.APPDATA, 'pip', 'pip.ini')] : []),
      ...chosen,
    ];
  }
  const user = env.XDG_CONFIG_HOME || posix.join(homeDirectory, '.config');
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? ['/Library/Application Support/pip/pip.conf'] : ['/etc/xdg/pip/pip.conf', '/etc/pip.conf']),
    posix.join(homeDirectory, '.pip', 'pip.conf'),
    ...(isMac ? [posix.join(homeDirectory, 'Library', 'Application Support', 'pip', 'pip.conf')] : []),
    posix.join(user, 'pip', 'pip.conf'),
    ...chosen,
  ];
}

/** Adds a file's options to the sections named. Python's ini format: values may go on in indented lines. */
function readIni(text: string, sections: Record<string, Map<string, string[]>>): void {
  let section: Map<string, string[]> | undefined;
  let values: string[] | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) {
      section = sections[header];
      values = null;
    } else if (/^\s/.test(line)) {
      values?.push(...words(line));
    } else {
      const [, name, value] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
      values = name === undefined || value === undefined ? null : words(value);
      if (name !== undefined && values) section?.set(name.trim().toLowerCase().replaceAll('_', '-'), values);
    }
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
