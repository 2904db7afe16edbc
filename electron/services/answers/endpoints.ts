import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { Failure } from '../../contract/failures';
import type { Endpoint, EndpointChange } from '../../contract/targets';
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
}

export interface EndpointsOptions {
  /** Path of the list. */
  file: string;
  keys: EndpointKeys;
  /** `OLLAMA_HOST` of Wharf's own environment. */
  ollamaHost: string | undefined;
}

/** Answers at a time of an Ollama on this machine: it has one processor or one GPU, and its own line cannot be seen. */
const answersAtOnceOfOllama = 2;

/** Servers that answer by address: the Ollama of this machine, and those that a person wrote down. */
export class Endpoints {
  private readonly file: WatchedJsonFile<StoredEndpoint[]>;
  private readonly found: KnownEndpoint;

  constructor(private readonly options: EndpointsOptions) {
    this.file = new WatchedJsonFile(options.file, z.array(stored), []);
    this.found = {
      id: foundOllamaId,
      name: 'Ollama',
      kind: 'ollama',
      baseUrl: ollamaAddress(options.ollamaHost),
      hasKey: false,
      answersAtOnce: answersAtOnceOfOllama,
      allowLinkLocal: false,
      found: true,
    };
  }

  /** Open watches; tests count them. */
  get readerCount(): number {
    return this.file.readerCount;
  }

  /** See `targets.watchEndpoints`. */
  async *watch(signal?: AbortSignal): AsyncGenerator<{ endpoints: Endpoint[] }, void, void> {
    for await (const list of this.file.watch(signal)) {
      yield { endpoints: [this.found, ...list.map(known)].map(shown) };
    }
  }

  /** See `targets.keyStorage`. */
  keyStorage(): Promise<'keychain' | 'file'> {
    return this.options.keys.storage();
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
    return shown(known(put));
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
    if (endpointId === foundOllamaId) return { endpoint: this.found, key: null };
    const endpoint = (await this.file.value()).find(({ id }) => id === endpointId);
    if (!endpoint) throw new Failure('ENDPOINT_MISSING', { name });
    return { endpoint: known(endpoint), key: endpoint.hasKey ? await this.options.keys.read(endpointId, name) : null };
  }
}

const known = (endpoint: StoredEndpoint): KnownEndpoint => ({ ...endpoint, found: false });

function shown({ id, name, kind, baseUrl, hasKey, answersAtOnce, found }: KnownEndpoint): Endpoint {
  return { id, name, kind, baseUrl, hasKey, answersAtOnce, found };
}
