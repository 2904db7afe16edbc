import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchesPatterns } from './knownHosts';

/** How to reach one host over SSH. */
export interface SshRoute {
  host: string;
  port: number;
  user: string;
  /** Files of private keys, best first. */
  identityFiles: string[];
  /** Socket of the agent that holds keys. */
  agentSocket: string | null;
  /** The host is only reached through another (`ProxyJump`, `ProxyCommand`), which Wharf does not do. */
  isProxied: boolean;
  /** Path of the engine's socket on that host; null: where Docker puts it. */
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

/**
 * Reads `ssh://[user@]host[:port][/path]` together with the person's `config` (HostName, User, Port, IdentityFile,
 * IdentityAgent, and whether there is a proxy; `Match` and `Include` are skipped). https://man.openbsd.org/ssh_config
 * @returns null where the address cannot be read
 */
export function sshRoute(address: string, { sshFolder, agentSocket, userName }: SshSurroundings): SshRoute | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const alias = url.hostname.replace(/^\[|\]$/g, '');
  if (alias === '' || url.protocol !== 'ssh:') return null;
  const config = configFor(join(sshFolder, 'config'), alias);
  const one = (name: string) => config.get(name)?.[0];
  const proxy = one('proxyjump') ?? one('proxycommand');
  const atHome = (path: string) => path.replace(/^~(?=\/)/, join(sshFolder, '..'));
  const agent = one('identityagent');
  return {
    host: (one('hostname') ?? alias).replaceAll('%h', alias),
    port: Number(url.port || one('port') || 22),
    user: decodeURIComponent(url.username) || one('user') || userName,
    identityFiles: config.get('identityfile')?.map(atHome) ?? usualIdentities.map((name) => join(sshFolder, name)),
    agentSocket: agent === undefined || agent === 'SSH_AUTH_SOCK' ? (agentSocket ?? null) : atHome(agent),
    isProxied: proxy !== undefined && proxy !== 'none',
    socketPath: url.pathname.length > 1 ? decodeURIComponent(url.pathname) : null,
  };
}

/** The settings that hold for `alias`, by their name in small letters; of a setting given twice the first comes first. */
function configFor(file: string, alias: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  let holds = true;
  for (const line of textOf(file).split('\n')) {
    const [, name = '', value = ''] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)"?(.*?)"?\s*$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key === 'host') holds = matchesPatterns(value.split(/\s+/), alias);
    else if (key === 'match') holds = false;
    else if (holds && key !== '') settings.set(key, [...(settings.get(key) ?? []), value]);
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
