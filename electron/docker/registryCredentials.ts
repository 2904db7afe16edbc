import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerHub, parseReference } from '../contract/imageNames';
import type { RegistrySecret } from './build';

/** What is known about a person's account at a registry. */
export interface RegistryCredentials {
  /** Goes to the engine and nowhere else; null for pulling as anybody may. */
  secret: RegistrySecret | null;
  /**
   * `none`: nothing is stored; `stored`: found; `helperFailed`: a credential helper is set up and could not be asked, see
   * `helper`; `unreadable`: Docker's config cannot be read.
   */
  source: 'none' | 'stored' | 'helperFailed' | 'unreadable';
  /** Name of the helper program that was asked, as `docker-credential-pass`; null for none. */
  helper: string | null;
}

/** What the lookup depends on; nothing else is read. */
export interface CredentialSurroundings {
  env: Readonly<Record<string, string | undefined>>;
  homeDirectory: string;
  /** Longest wait for a helper; one that asks the person for a password takes a while. */
  helperTimeoutMs?: number;
}

/** The parts of Docker's `config.json` that are about registries: https://docs.docker.com/reference/cli/docker/login/ */
interface DockerConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string } | undefined>;
  credsStore?: string;
  credHelpers?: Record<string, string | undefined>;
}

const anonymous: RegistryCredentials = { secret: null, source: 'none', helper: null };

/** Docker Hub's name in config files and helpers. */
const hubKey = 'https://index.docker.io/v1/';

const defaultHelperTimeoutMs = 30_000;
const maxHelperOutputBytes = 64 * 1024;

/**
 * The credentials that the docker command would use for a registry: of the registry's own helper, of the common one, or
 * from the file itself. Never throws and never logs: without credentials a pull may still work.
 * @param registry host and port as in references, `docker.io` for Docker Hub
 */
export async function registryCredentials(
  registry: string,
  surroundings: CredentialSurroundings,
): Promise<RegistryCredentials> {
  const config = await readConfig(surroundings);
  if (config === 'unreadable') return { ...anonymous, source: 'unreadable' };
  if (config === null) return anonymous;
  const key = registryKey(registry);
  const helper = config.credHelpers?.[key] ?? config.credHelpers?.[registry] ?? config.credsStore ?? null;
  if (helper !== null && helper !== '') {
    const program = `docker-credential-${helper}`;
    const asked = isHelperName(helper) ? await askHelper(program, key, surroundings) : 'failed';
    if (asked === 'failed') return { secret: null, source: 'helperFailed', helper: program };
    if (asked !== 'none') return { secret: asked, source: 'stored', helper: program };
  }
  const stored = storedIn(config, key);
  return stored === null ? anonymous : { secret: stored, source: 'stored', helper: null };
}

/**
 * What Docker's config, its helpers and the classic builder's request call a registry.
 * @param registry as in `registryCredentials`
 */
export function registryKey(registry: string): string {
  return registry === dockerHub ? hubKey : registry;
}

/** A helper is a program on the path: a name with a slash could be any file. */
function isHelperName(helper: string): boolean {
  return typeof helper === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(helper);
}

async function readConfig({ env, homeDirectory }: CredentialSurroundings): Promise<DockerConfig | null | 'unreadable'> {
  const file = join(env.DOCKER_CONFIG || join(homeDirectory, '.docker'), 'config.json');
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : 'unreadable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'unreadable';
  }
}

function storedIn({ auths }: DockerConfig, key: string): RegistrySecret | null {
  const wanted = hostOf(key);
  const entry = auths?.[key] ?? Object.entries(auths ?? {}).find(([name]) => hostOf(name) === wanted)?.[1];
  if (!entry) return null;
  const { auth, identitytoken } = entry;
  if (identitytoken) return { identitytoken };
  const text = typeof auth === 'string' ? Buffer.from(auth, 'base64').toString('utf8') : '';
  const colon = text.indexOf(':');
  return colon < 1 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Files hold `host`, `https://host` and `https://host/v1/`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

/**
 * The secrets for all registries that some images come from, by registry; one without an account is left out.
 * @param references image references
 */
export async function registrySecrets(
  references: readonly string[],
  surroundings: CredentialSurroundings,
): Promise<Record<string, RegistrySecret>> {
  const registries = [...new Set(references.map((reference) => parseReference(reference).registry))];
  const found = await Promise.all(registries.map((registry) => registryCredentials(registry, surroundings)));
  const secrets: Record<string, RegistrySecret> = {};
  for (const [index, { secret }] of found.entries()) {
    const registry = registries[index];
    if (secret !== null && registry !== undefined) secrets[registry] = secret;
  }
  return secrets;
}

/**
 * Value of `X-Registry-Auth`: https://docs.docker.com/reference/api/engine/#section/Authentication
 * @param registry as in `registryCredentials`
 */
export function registryAuthHeader(secret: RegistrySecret, registry: string): string {
  const text = JSON.stringify({ ...secret, serveraddress: registryKey(registry) });
  // URL-safe and padded: engines before 23 take what has no padding for no credentials, without a word.
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/**
 * Asks `docker-credential-* get`: the server on its input, JSON on its output. Spawned without a shell; nothing of what it
 * says leaves this function but the secret.
 * https://github.com/docker/docker-credential-helpers
 */
function askHelper(
  program: string,
  server: string,
  { env, helperTimeoutMs = defaultHelperTimeoutMs }: CredentialSurroundings,
): Promise<RegistrySecret | 'none' | 'failed'> {
  return new Promise((resolve) => {
    // A group of its own: what a helper starts itself ends with it.
    const isPosix = process.platform !== 'win32';
    const child = spawn(program, ['get'], {
      env,
      shell: false,
      detached: isPosix,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let output = '';
    const end = (answer: RegistrySecret | 'none' | 'failed') => {
      clearTimeout(timer);
      resolve(answer);
    };
    const giveUp = () => {
      child.stdout.destroy();
      try {
        if (isPosix && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It is gone already.
      }
      end('failed');
    };
    const timer = setTimeout(giveUp, helperTimeoutMs);
    child.on('error', () => end('failed'));
    // A helper that is gone before it read its input.
    child.stdin.on('error', () => {});
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > maxHelperOutputBytes) giveUp();
    });
    child.on('close', (code) => {
      if (code === 0) return end(secretIn(output) ?? 'failed');
      // The helpers' own words for "nothing is stored"; they share them and exit with 1.
      return end(/credentials not found/i.test(output) ? 'none' : 'failed');
    });
    child.stdin.end(`${server}\n`);
  });
}

function secretIn(output: string): RegistrySecret | null {
  try {
    const { Username, Secret: secret } = JSON.parse(output) as { Username?: unknown; Secret?: unknown };
    if (typeof Username !== 'string' || typeof secret !== 'string') return null;
    return Username === '<token>' ? { identitytoken: secret } : { username: Username, password: secret };
  } catch {
    return null;
  }
}
