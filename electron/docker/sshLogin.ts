import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, Client, ServerHostKeyAlgorithm } from 'ssh2';
import { Failure, type FailureDetails } from '../contract/failures';
import type { EngineTrust } from './endpoints';
import { fingerprintOf, judgeHostKey, keyTypeOf, knownKeyTypes } from './knownHosts';
import type { SshHop, SshRoute } from './sshConfig';
import { toFailure } from './toFailure';

/** Until a host has let us in, or passed us on. */
const loginTimeoutMs = 10_000;

/** A host that misses two signs of life in a row is gone: 10 s, as the ping of an engine that went silent. */
const keepaliveIntervalMs = 5_000;
const keepaliveCountMax = 2;

type SshReason = FailureDetails<'ENGINE_SSH'>['reason'];

/** What all hosts on one way have in common. */
interface Way {
  address: string;
  /** The host that the way leads to. */
  target: SshHop;
  trust: EngineTrust;
  signal: AbortSignal | undefined;
}

/**
 * Logs in to a host through its jump hosts: each is reached over a channel of the one before and has to show a known key
 * as if it were the only one, so that none of them can pose as the next.
 * @returns the logins in order; the last is the engine's host. Destroying one ends those after it
 * @throws ENGINE_SSH with why and which host; ENGINE_UNREACHABLE where the engine's host itself cannot be reached
 */
export async function logInThrough(
  address: string,
  { hops }: SshRoute,
  trust: EngineTrust,
  signal?: AbortSignal,
): Promise<Client[]> {
  const way = { address, target: hops[hops.length - 1] as SshHop, trust, signal };
  const clients: Client[] = [];
  try {
    for (const [at, hop] of hops.entries()) {
      const before = clients[at - 1];
      const sock = before && (await passedOn(way, before, hops[at - 1] as SshHop, hop));
      clients.push(await logIn(way, hop, sock));
    }
    return clients;
  } catch (error) {
    for (const client of clients.reverse()) client.destroy();
    throw error;
  }
}

/** A channel from a jump host to the next one. */
function passedOn(way: Way, client: Client, from: SshHop, to: SshHop): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown) =>
      reject(
        new Failure('ENGINE_SSH', { ...aboutHop(way, from), place: nameOf(to), reason: 'jumpRefused' }, { cause }),
      );
    const closed = () => refuse(new Error('closed'));
    const cancel = () => reject(new Failure('CANCELLED', {}));
    const timer = setTimeout(() => refuse(new Error('no answer')), loginTimeoutMs);
    way.signal?.addEventListener('abort', cancel, { once: true });
    client.once('close', closed);
    client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, stream) => {
      clearTimeout(timer);
      way.signal?.removeEventListener('abort', cancel);
      client.off('close', closed);
      if (error) refuse(error);
      else resolve(stream);
    });
  });
}

function nameOf({ host, port }: SshHop): string {
  return port === 22 ? host : `${host}:${port}`;
}

function aboutHop({ address, target }: Way, hop: SshHop): Omit<FailureDetails<'ENGINE_SSH'>, 'reason'> {
  return {
    address,
    target: hop === target ? '' : nameOf(target),
    host: nameOf(hop),
    user: hop.user,
    keyType: '',
    fingerprint: '',
    place: '',
  };
}

/** Logs in to one host. @param sock what leads there; undefined: a connection of its own */
async function logIn(way: Way, hop: SshHop, sock: Duplex | undefined): Promise<Client> {
  const { address, trust, signal } = way;
  const { host, port, user } = hop;
  const about = aboutHop(way, hop);
  if (hop.obstacle !== null) throw new Failure('ENGINE_SSH', { ...about, reason: hop.obstacle });
  // A third of a megabyte that nobody without such an engine should load.
  const { Client: SshClient, utils } = (await import('ssh2')).default;
  const { methods, locked } = waysIn(hop, (key) => utils.parseKey(key) instanceof Error);
  const files = trust.knownHostsFiles;
  const client = new SshClient();
  let refusal: Failure | null = null;
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.once('error', reject);
    client.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    signal?.addEventListener('abort', () => reject(new Failure('CANCELLED', {})), { once: true });
  });
  try {
    client.connect({
      ...(sock === undefined ? { host, port } : { sock }),
      username: user,
      readyTimeout: loginTimeoutMs,
      keepaliveInterval: keepaliveIntervalMs,
      keepaliveCountMax,
      authHandler: methods,
      algorithms: {
        serverHostKey: { append: [], remove: [], prepend: algorithmsOf(knownKeyTypes(files, host, port)) },
      },
      hostVerifier: (key: Buffer) => {
        const { verdict, place } = judgeHostKey(files, host, port, key);
        if (verdict === 'known') return true;
        const reason = ({ unknown: 'hostUnknown', changed: 'hostChanged', revoked: 'hostRevoked' } as const)[verdict];
        const seen = { keyType: keyTypeOf(key), fingerprint: fingerprintOf(key), place };
        refusal = new Failure('ENGINE_SSH', { ...about, ...seen, reason });
        trust.sawHostKey(address, host, port, key);
        return false;
      },
    });
    await ready;
    // Errors after the login end in `close`, which every channel hears of.
    client.on('error', () => undefined);
    return client;
  } catch (error) {
    client.destroy();
    if (refusal !== null) throw refusal;
    const { level } = error as { level?: string };
    const said = (reason: SshReason) => new Failure('ENGINE_SSH', { ...about, reason }, { cause: error });
    if (level === 'client-authentication') throw said(locked ? 'keyLocked' : 'login');
    if (signal?.aborted) throw new Failure('CANCELLED', {});
    // What the engine's address cannot name is named: a jump host that is not there.
    if (level === 'client-timeout') {
      throw about.target !== ''
        ? said('jumpAbsent')
        : new Failure('ENGINE_UNREACHABLE', { address, reason: 'timeout' });
    }
    const failure = toFailure(error, { address });
    if (!(failure instanceof Failure)) throw said('protocol');
    throw about.target !== '' ? said('jumpAbsent') : failure;
  }
}

/** Names of the signatures that a key of one of these kinds makes: RSA has newer ones (RFC 8332). */
function algorithmsOf(keyTypes: string[]): ServerHostKeyAlgorithm[] {
  const algorithms = keyTypes.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]));
  return algorithms.filter((one): one is ServerHostKeyAlgorithm => supportedAlgorithms.has(one));
}

const supportedAlgorithms = new Set([
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]);

/** Keys to offer: the agent's, then files that need no pass phrase. `locked`: there was one that does. */
function waysIn(
  { user, agentSocket, identityFiles }: SshHop,
  isLocked: (key: Buffer) => boolean,
): { methods: AnyAuthMethod[]; locked: boolean } {
  const methods: AnyAuthMethod[] = [];
  let locked = false;
  if (agentSocket) methods.push({ type: 'agent', username: user, agent: agentSocket });
  for (const file of identityFiles) {
    const key = readIfThere(file);
    if (key === null) continue;
    if (isLocked(key)) locked = true;
    else methods.push({ type: 'publickey', username: user, key });
  }
  return { methods, locked };
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
