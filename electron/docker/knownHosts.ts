import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What the files say about a host's key. `place` is the file and line that speaks against it; empty where none does. */
export interface HostKeyVerdict {
  verdict: 'known' | 'unknown' | 'changed' | 'revoked';
  place: string;
}

interface KnownKey {
  /** Kind and key as SSH sends them: `ssh-ed25519`, base64. */
  type: string;
  key: string;
  revoked: boolean;
  place: string;
}

/** A key's fingerprint as `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The kind of a key in SSH's own bytes: its first text (RFC 4253, 6.6). */
export function keyTypeOf(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0);
  return key.subarray(4, 4 + Math.min(length, 64)).toString('latin1');
}

/**
 * Compares a host's key with the files of known hosts. A host that has keys there, and not this one, counts as changed,
 * whatever kind the keys are of: whoever is in the middle may choose the kind.
 *
 * @param files in the format of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; those that cannot be read are empty
 */
export function judgeHostKey(files: readonly string[], host: string, port: number, key: Buffer): HostKeyVerdict {
  const known = knownKeys(files, host, port);
  const text = key.toString('base64');
  const revoked = known.find((one) => one.revoked && one.key === text);
  if (revoked) return { verdict: 'revoked', place: revoked.place };
  const usable = known.filter((one) => !one.revoked);
  if (usable.some((one) => one.key === text)) return { verdict: 'known', place: '' };
  const other = usable[0];
  return other ? { verdict: 'changed', place: other.place } : { verdict: 'unknown', place: '' };
}

/** The kinds of keys that the files have for a host: the server is asked for these first. */
export function knownKeyTypes(files: readonly string[], host: string, port: number): string[] {
  return [...new Set(knownKeys(files, host, port).flatMap(({ type, revoked }) => (revoked ? [] : [type])))];
}

/** A line for a file of known hosts. */
export function knownHostsLine(host: string, port: number, key: Buffer): string {
  return `${nameOf(host, port)} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
}

function knownKeys(files: readonly string[], host: string, port: number): KnownKey[] {
  const name = nameOf(host, port);
  return files.flatMap((file) =>
    linesOf(file).flatMap((line, index) => {
      const words = line.trim().split(/\s+/);
      const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
      const [hosts = '', type = '', key = ''] = words;
      // Authorities of whole domains are not supported: their line says nothing about one key.
      if (hosts.startsWith('#') || key === '' || marker === '@cert-authority') return [];
      if (!matches(hosts, name)) return [];
      return [{ type, key, revoked: marker === '@revoked', place: `${file}:${index + 1}` }];
    }),
  );
}

/** A host as the files name it: with its port only where that is not 22. */
function nameOf(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

function matches(hosts: string, name: string): boolean {
  const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(hosts);
  if (hashed) {
    const [, salt = '', hash = ''] = hashed;
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  return matchesPatterns(hosts.toLowerCase().split(','), name);
}

/** Whether a name fits one of the patterns (`*`, `?`) and none of those behind a `!`, as ssh_config(5) has them. */
export function matchesPatterns(patterns: readonly string[], name: string): boolean {
  const fits = (pattern: string) =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*')
        .replace(/\?/g, '.')}$`,
      'i',
    ).test(name);
  const denied = patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)));
  return !denied && patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern));
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
