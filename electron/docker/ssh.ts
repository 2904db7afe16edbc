import http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { Failure } from '../contract/failures';
import type { EngineTrust } from './endpoints';
import { type SshRoute, sshRoute } from './sshConfig';
import { logInThrough } from './sshLogin';

/** Where Docker listens on a host whose address names no socket. */
const usualSocket = '/var/run/docker.sock';

/**
 * Logs in to a host, through its jump hosts, and answers an agent whose connections are channels to the engine's socket
 * there: forwarded by the SSH server, or, where that is forbidden or nothing listens at the usual place, through
 * `docker system dial-stdio` as Docker's own client does. Destroying the agent ends the logins and every channel.
 *
 * @throws ENGINE_SSH with why; ENGINE_UNREACHABLE where the host itself cannot be reached
 */
export async function sshAgent(address: string, trust: EngineTrust, signal?: AbortSignal): Promise<http.Agent> {
  const route = sshRoute(address, trust);
  if (route === null) throw new Failure('ENGINE_UNREACHABLE', { address, reason: 'unsupported' });
  const clients = await logInThrough(address, route, trust, signal);
  const client = clients[clients.length - 1] as Client;
  const agent = new http.Agent({ keepAlive: false });
  let lost = false;
  client.on('close', () => {
    lost = true;
  });
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
      for (const one of clients.reverse()) one.destroy();
    },
  });
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
