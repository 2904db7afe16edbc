import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, Client, ServerHostKeyAlgorithm } from 'ssh2';
import { Failure, type FailureDetails } from '../contract/failures';
import type { EngineTrust } from './endpoints';
import { fingerprintOf, judgeHostKey, keyTypeOf, knownKeyTypes } from './knownHosts';
import { type SshRoute, sshRoute } from './sshConfig';
import { toFailure } from './toFailure';

/** Until the host has let us in. */
const loginTimeoutMs = 10_000;

/** A host that misses two signs of life in a row is gone: 10 s, as the ping of an engine that went silent. */
const keepaliveIntervalMs = 5_000;
const keepaliveCountMax = 2;

/** Where Docker listens on a host whose address names no socket. */
const usualSocket = '/var/run/docker.sock';

type SshReason = FailureDetails<'ENGINE_SSH'>['reason'];

/**
 * Logs in to a host and answers an agent whose connections are channels to the engine's socket there: forwarded by the
 * SSH server, or, where that is forbidden or nothing listens at the usual place, through `docker system dial-stdio` as
 * Docker's own client does. Destroying the agent ends the login and every channel.
 *
 * @throws ENGINE_SSH with why; ENGINE_UNREACHABLE where the host itself cannot be reached
 */
export async function sshAgent(address: string, trust: EngineTrust, signal?: AbortSignal): Promise<http.Agent> {
  const route = sshRoute(address, trust);
  if (route === null) throw new Failure('ENGINE_UNREACHABLE', { address, reason: 'unsupported' });
  const client = await logIn(address, route, trust, signal);
  const agent = new http.Agent({ keepAlive: false });
  let lost = false;
  client.on('close', () => {
    lost = true;
  });
  // Errors after the login end in `close`, which every channel hears of.
  client.on('error', () => undefined);
  const channels = new Channels(client, address, route);
  const createConnection = (_: unknown, done: (error: Error | null, stream?: Duplex) => void) => {
    if (lost) {
      done(Object.assign(new Error('the SSH connection is closed'), { code: 'ECONNRESET' }));
      return;
    }
    channels.open().then(
      (stream) => done(null, stream),
      (error) => done(error),
    );
  };
  const destroy = agent.destroy.bind(agent);
  return Object.assign(agent, {
    createConnection,
    destroy: () => {
      destroy();
      client.destroy();
    },
  });
}

async function logIn(address: string, route: SshRoute, trust: EngineTrust, signal?: AbortSignal): Promise<Client> {
  const { host, port, user } = route;
  const about = {
    address,
    host: port === 22 ? host : `${host}:${port}`,
    user,
    keyType: '',
    fingerprint: '',
    place: '',
  };
  if (route.isProxied) throw new Failure('ENGINE_SSH', { ...about, reason: 'proxy' });
  // A third of a megabyte that nobody without such an engine should load.
  const { Client: SshClient, utils } = (await import('ssh2')).default;
  const { methods, locked } = waysIn(route, (key) => utils.parseKey(key) instanceof Error);
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
      host,
      port,
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
    return client;
  } catch (error) {
    client.destroy();
    if (refusal !== null) throw refusal;
    const { level } = error as { level?: string };
    const said = (reason: SshReason) => new Failure('ENGINE_SSH', { ...about, reason }, { cause: error });
    if (level === 'client-authentication') throw said(locked ? 'keyLocked' : 'login');
    if (level === 'client-timeout') throw new Failure('ENGINE_UNREACHABLE', { address, reason: 'timeout' });
    const failure = toFailure(error, { address });
    throw failure instanceof Failure ? failure : said('protocol');
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
  { user, agentSocket, identityFiles }: SshRoute,
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

/** Opens channels to the engine, each in the way that worked first. */
class Channels {
  private way: 'forward' | 'command' | null = null;

  constructor(
    private readonly client: Client,
    private readonly address: string,
    private readonly route: SshRoute,
  ) {}

  async open(): Promise<Duplex> {
    if (this.way === 'command') return this.command(null);
    try {
      const stream = await this.forward();
      this.way = 'forward';
      return stream;
    } catch (refusal) {
      if (this.way === 'forward' || this.route.socketPath !== null) throw this.failureOf(refusal);
      const stream = await this.command(refusal);
      this.way = 'command';
      return stream;
    }
  }

  private forward(): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      this.client.openssh_forwardOutStreamLocal(this.route.socketPath ?? usualSocket, (error, stream) =>
        error ? reject(error) : resolve(asSocket(stream)),
      );
    });
  }

  private command(refusal: unknown): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      this.client.exec('docker system dial-stdio', (error, stream) => {
        if (error) return reject(this.failureOf(refusal ?? error));
        let said = '';
        stream.stderr.on('data', (chunk: Buffer) => {
          said = (said + chunk.toString()).slice(0, 2_000);
        });
        stream.on('exit', (code: number | null) => {
          if (code === 0) return;
          channel.destroy(/permission denied/i.test(said) ? this.denied() : this.failureOf(refusal));
        });
        const channel = asSocket(stream);
        resolve(channel);
      });
    });
  }

  private denied(): Failure {
    return new Failure('ENGINE_UNREACHABLE', { address: this.address, reason: 'permission' });
  }

  /** The server does not tell a socket that is not there from one that it may not open. */
  private failureOf(cause: unknown): Failure {
    return new Failure('ENGINE_UNREACHABLE', { address: this.address, reason: 'absent' }, { cause });
  }
}

/** What Node's HTTP client expects of a socket and a channel has not. */
function asSocket(channel: Duplex): Duplex {
  const same = () => channel;
  return Object.assign(channel, { setKeepAlive: same, setNoDelay: same, setTimeout: same, ref: same, unref: same });
}
