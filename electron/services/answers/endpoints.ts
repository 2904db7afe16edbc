import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Container } from '../../contract/containers';
import { Failure } from '../../contract/failures';
import type { Ollama } from '../../contract/models';
import type { Endpoint, EndpointChange } from '../../contract/targets';
import { LiveValue } from '../live';
import { ollamasInContainers } from '../ollama/inContainers';
import { WatchedJsonFile } from '../watchedJsonFile';
import { baseUrlOf, ollamaAddress } from './address';
import type { EndpointKeys } from './endpointKeys';

/** Id of the Ollama that is found on this machine. */
const foundOllamaId = 'ollama';

const stored = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['ollama', 'openai']),
  baseUrl: z.string(),
  hasKey: z.boolean(),
  answersAtOnce: z.number(),
  allowLinkLocal: z.boolean(),
});
type StoredEndpoint = z.infer<typeof stored>;

/** An endpoint with what only main may know. */
export interface KnownEndpoint extends Endpoint {
  allowLinkLocal: boolean;
  origin: Ollama['origin'];
  /** Where it runs in a container. */
  containerId: string | null;
  containerName: string | null;
  /** Why that container cannot be asked; its address is then empty. */
  obstacle: 'stopped' | 'noPort' | null;
}

export interface EndpointsOptions {
  /** Path of the list. */
  file: string;
  keys: EndpointKeys;
  /** `OLLAMA_HOST` of Wharf's own environment. */
  ollamaHost: string | undefined;
  /** The containers, among which are Ollamas. */
  containers: { table(): readonly Container[]; watch(signal?: AbortSignal): AsyncIterable<unknown> };
}

/** Answers at a time of an Ollama on this machine: it has one processor or one GPU, and its own line cannot be seen. */
const answersAtOnceOfOllama = 2;

/**
 * Servers that answer by address: the Ollama of this machine, those in containers, and those that a person wrote down.
 */
export class Endpoints {
  private readonly file: WatchedJsonFile<StoredEndpoint[]>;

  constructor(private readonly options: EndpointsOptions) {
    this.file = new WatchedJsonFile(options.file, z.array(stored), []);
  }

  /** Open watches; tests count them. */
  get readerCount(): number {
    return this.file.readerCount;
  }

  /** See `targets.watchEndpoints`. */
  async *watch(signal?: AbortSignal): AsyncGenerator<{ endpoints: Endpoint[] }, void, void> {
    const leaving = new AbortController();
    const leave = () => leaving.abort();
    signal?.addEventListener('abort', leave, { once: true });
    const containers = this.options.containers.watch(leaving.signal);
    try {
      let told = '';
      for await (const _ of eitherOf(this.file.watch(leaving.signal), containers, leaving)) {
        const endpoints = (await this.all()).filter(({ obstacle }) => obstacle === null).map(shown);
        if (JSON.stringify(endpoints) === told) continue;
        told = JSON.stringify(endpoints);
        yield { endpoints };
      }
    } finally {
      signal?.removeEventListener('abort', leave);
      leave();
    }
  }

  /** See `targets.keyStorage`. */
  keyStorage(): Promise<'keychain' | 'file'> {
    return this.options.keys.storage();
  }

  /** Every place where an Ollama may be: of this machine, in containers that can be asked or cannot, and written down. */
  async ollamas(): Promise<KnownEndpoint[]> {
    return (await this.all()).filter(({ kind }) => kind === 'ollama');
  }

  /** See `targets.putEndpoint`. */
  async put(change: EndpointChange): Promise<Endpoint> {
    const { id, name, kind, key, answersAtOnce = 4, allowLinkLocal = false } = change;
    const baseUrl = baseUrlOf(change.baseUrl, kind, allowLinkLocal);
    const endpointId = id ?? randomUUID();
    const list = await this.file.value();
    const before = list.find((one) => one.id === id);
    if (id !== null && !before) throw new Failure('ENDPOINT_MISSING', { name });
    // A key belongs to the server that it was given for: elsewhere it would be handed to a stranger.
    const isElsewhere = before !== undefined && new URL(before.baseUrl).origin !== new URL(baseUrl).origin;
    const nextKey = key === undefined && isElsewhere ? null : key;
    if (nextKey !== undefined) await this.options.keys.write(endpointId, nextKey);
    const hasKey = nextKey === undefined ? (before?.hasKey ?? false) : nextKey !== null;
    const put: StoredEndpoint = { id: endpointId, name, kind, baseUrl, hasKey, answersAtOnce, allowLinkLocal };
    await this.file.change((endpoints) =>
      endpoints.some((one) => one.id === endpointId)
        ? endpoints.map((one) => (one.id === endpointId ? put : one))
        : [...endpoints, put],
    );
    return shown(written(put));
  }

  /** See `targets.removeEndpoint`. */
  async remove(endpointId: string): Promise<void> {
    await this.file.change((endpoints) => {
      if (!endpoints.some(({ id }) => id === endpointId)) throw new Failure('ENDPOINT_MISSING', { name: endpointId });
      return endpoints.filter(({ id }) => id !== endpointId);
    });
    await this.options.keys.write(endpointId, null);
  }

  /**
   * An endpoint with its key.
   * @param name how it was called where it is asked for, for people
   * @throws Failure ENDPOINT_MISSING, ENDPOINT_KEY_UNREADABLE
   */
  async get(endpointId: string, name: string): Promise<{ endpoint: KnownEndpoint; key: string | null }> {
    const endpoint = (await this.all()).find(({ id }) => id === endpointId);
    if (!endpoint) throw new Failure('ENDPOINT_MISSING', { name });
    const { obstacle } = endpoint;
    if (obstacle) throw new Failure('CHAT_TARGET_UNREACHABLE', { name: endpoint.name, reason: obstacle });
    return { endpoint, key: endpoint.hasKey ? await this.options.keys.read(endpointId, name) : null };
  }

  private async all(): Promise<KnownEndpoint[]> {
    return [...this.found(), ...(await this.file.value()).map(written)];
  }

  /** What is found. A container that publishes the usual address is the Ollama there, which keeps its id. */
  private found(): KnownEndpoint[] {
    const { ollamaHost, containers } = this.options;
    const baseUrl = ollamaAddress(ollamaHost);
    const inContainers = ollamasInContainers(containers.table());
    const usual = inContainers.find((container) => container.baseUrl === baseUrl);
    const more = {
      kind: 'ollama',
      hasKey: false,
      answersAtOnce: answersAtOnceOfOllama,
      allowLinkLocal: false,
    } as const;
    return [
      {
        ...more,
        id: foundOllamaId,
        name: usual ? `Ollama (${usual.name})` : 'Ollama',
        baseUrl,
        found: true,
        origin: (ollamaHost ?? '').trim() === '' ? 'usualPort' : 'environment',
        containerId: usual?.containerId ?? null,
        containerName: usual?.name ?? null,
        obstacle: null,
      },
      ...inContainers
        .filter((container) => container !== usual)
        .map(({ endpointId, name, containerId, baseUrl, obstacle }) => ({
          ...more,
          id: endpointId,
          name,
          baseUrl: baseUrl ?? '',
          found: true,
          origin: 'container' as const,
          containerId,
          containerName: name,
          obstacle,
        })),
    ];
  }
}

const written = (endpoint: StoredEndpoint): KnownEndpoint => ({
  ...endpoint,
  found: false,
  origin: 'configured',
  containerId: null,
  containerName: null,
  obstacle: null,
});

function shown({ id, name, kind, baseUrl, hasKey, answersAtOnce, found }: KnownEndpoint): Endpoint {
  return { id, name, kind, baseUrl, hasKey, answersAtOnce, found };
}

/** Yields once, and again whenever `first` or `second` did, until `leaving` aborts. */
async function* eitherOf(
  first: AsyncIterable<unknown>,
  second: AsyncIterable<unknown>,
  leaving: AbortController,
): AsyncGenerator<number, void, void> {
  const changes = new LiveValue(0);
  const follow = async (watched: AsyncIterable<unknown>) => {
    for await (const _ of watched) changes.set(changes.value + 1);
  };
  const following = Promise.all([follow(first), follow(second)]);
  following.catch(() => leaving.abort());
  yield* changes.watch(leaving.signal);
  await following;
}
