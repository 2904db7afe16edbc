import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchesPatterns } from './knownHosts';

/** How to log in to one host. */
export interface SshHop {
  host: string;
  port: number;
  user: string;
  /** Files of private keys, best first. */
  identityFiles: string[];
  /** Socket of the agent that holds keys. */
  agentSocket: string | null;
  /** Why nothing leads there: only a command does (`ProxyCommand`), or the jump hosts lead in a circle. */
  obstacle: 'proxy' | 'jumpLoop' | null;
}

/** How to reach an engine over SSH. */
export interface SshRoute {
  /** The jump hosts in their order, then the engine's host; each is reached through the one before. */
  hops: SshHop[];
  /** Path of the engine's socket on its host; null: where Docker puts it. */
  socketPath: string | null;
}

/** What of this machine says how hosts are reached. */
export interface SshSurroundings {
  /** The person's `.ssh`. */
  sshFolder: string;
  agentSocket: string | undefined;
  userName: string;
}

const usualIdentities = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** Jump hosts that lead on to each other by their own settings; more are a circle. */
const mostJumps = 8;

/**
 * Reads `ssh://[user@]host[:port][/path]` together with the person's `config` (HostName, User, Port, IdentityFile,
 * IdentityAgent, ProxyJump, and whether there is a ProxyCommand; `Match` and `Include` are skipped).
 * https://man.openbsd.org/ssh_config
 * @returns null where the address, or that of a jump host, cannot be read
 */
export function sshRoute(address: string, surroundings: SshSurroundings): SshRoute | null {
  const url = sshUrl(address);
  const hops = url && hopsTo(url, surroundings, 0);
  if (!url || !hops) return null;
  return { hops, socketPath: url.pathname.length > 1 ? decodeURIComponent(url.pathname) : null };
}

/** The hosts on the way to one, and that one; `depth` jump hosts are after it. */
function hopsTo(url: URL, surroundings: SshSurroundings, depth: number): SshHop[] | null {
  const config = configFor(url, surroundings);
  const hop = hopOf(url, config, surroundings);
  // Of the two the one that is given first holds.
  const [kind, jumps = ''] = config.get('proxy') ?? [];
  if (kind === undefined || jumps.toLowerCase() === 'none') return [hop];
  if (kind === 'proxycommand') return [{ ...hop, obstacle: 'proxy' }];
  if (depth === mostJumps) return [{ ...hop, obstacle: 'jumpLoop' }];
  const urls = jumps.split(',').map((jump) => sshUrl(jump.trim().replace(/^(?!ssh:\/\/)/, 'ssh://')));
  // Only the first is reached as its own settings say; the others through the one before.
  const [first, ...others] = urls.map((jump, at) => {
    if (jump === null) return null;
    return at === 0
      ? hopsTo(jump, surroundings, depth + 1)
      : [hopOf(jump, configFor(jump, surroundings), surroundings)];
  });
  if (!first || others.includes(null)) return null;
  return [...first, ...others.flatMap((other) => other ?? []), hop];
}

function sshUrl(address: string): URL | null {
  try {
    const url = new URL(address);
    return url.protocol === 'ssh:' && url.hostname !== '' ? url : null;
  } catch {
    return null;
  }
}

function aliasOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function hopOf(url: URL, config: Map<string, string[]>, surroundings: SshSurroundings): SshHop {
  const { sshFolder, agentSocket, userName } = surroundings;
  const one = (name: string) => config.get(name)?.[0];
  const atHome = (path: string) => path.replace(/^~(?=\/)/, join(sshFolder, '..'));
  const agent = one('identityagent');
  return {
    host: (one('hostname') ?? aliasOf(url)).replaceAll('%h', aliasOf(url)),
    port: Number(url.port || one('port') || 22),
    user: decodeURIComponent(url.username) || one('user') || userName,
    identityFiles: config.get('identityfile')?.map(atHome) ?? usualIdentities.map((name) => join(sshFolder, name)),
    agentSocket: agent === undefined || agent === 'SSH_AUTH_SOCK' ? (agentSocket ?? null) : atHome(agent),
    obstacle: null,
  };
}

/**
 * The settings that hold for a host, by their name in small letters; of a setting given twice the first comes first.
 * `proxy` begins with the name and the value of the first of ProxyJump and ProxyCommand.
 */
function configFor(url: URL, { sshFolder }: SshSurroundings): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  const add = (key: string, ...values: string[]) => settings.set(key, [...(settings.get(key) ?? []), ...values]);
  let holds = true;
  for (const line of textOf(join(sshFolder, 'config')).split('\n')) {
    const [, name = '', value = ''] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)"?(.*?)"?\s*$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key === 'host') holds = matchesPatterns(value.split(/\s+/), aliasOf(url));
    else if (key === 'match') holds = false;
    else if (holds && (key === 'proxyjump' || key === 'proxycommand')) add('proxy', key, value);
    else if (holds && key !== '') add(key, value);
  }
  return settings;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
