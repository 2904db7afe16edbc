import { Failure, isFailure } from '../../contract/failures';
import type { Ollama } from '../../contract/models';
import type { Settings } from '../../contract/settings';
import type { Server } from '../answers/askServer';
import type { Endpoints, KnownEndpoint } from '../answers/endpoints';
import { failureOf } from '../failureOf';
import { LiveValue } from '../live';
import { ollamaVersion } from './client';

/** Somebody looks at the list: an Ollama that was started meanwhile shows up within so long. */
const askEveryMs = 5_000;
const answerLimitMs = 3_000;

export interface OllamasOptions {
  endpoints: Endpoints;
  settings: { value: Settings; watch(signal?: AbortSignal): AsyncIterable<Settings> };
  logDefect: (error: unknown) => string;
}

/** Finds the places where an Ollama may be, and asks each of them while somebody watches. */
export class Ollamas {
  private readonly live = new LiveValue<{ ollamas: Ollama[] }>({ ollamas: [] });
  private readonly states = new Map<string, { baseUrl: string | null; state: Ollama['state'] }>();
  private places: KnownEndpoint[] = [];
  private following: { stop: AbortController; isBegun: Promise<void> } | null = null;
  private watchers = 0;

  constructor(private readonly options: OllamasOptions) {}

  /** Open watches; tests count them. */
  get readerCount(): number {
    return this.live.readerCount;
  }

  /** See `models.watchOllamas`. */
  async *watch(signal?: AbortSignal): AsyncGenerator<{ ollamas: Ollama[] }, void, void> {
    this.watchers += 1;
    try {
      this.following ??= this.begin();
      await this.following.isBegun;
      yield* this.live.watch(signal);
    } finally {
      this.watchers -= 1;
      if (this.watchers === 0) {
        this.following?.stop.abort();
        this.following = null;
      }
    }
  }

  /**
   * An Ollama as a server to ask, and its container's name where it runs in one.
   * @throws Failure ENDPOINT_MISSING, CHAT_TARGET_UNREACHABLE for a container that cannot be reached
   */
  async place(endpointId: string): Promise<{ server: Server; containerName: string | null }> {
    const { endpoint, key } = await this.options.endpoints.get(endpointId, endpointId);
    const { name, kind, baseUrl, allowLinkLocal, containerName } = endpoint;
    return { server: { name, kind, baseUrl, key, allowLinkLocal }, containerName };
  }

  /**
   * The endpoint of the Ollama in a container.
   * @throws Failure ENDPOINT_MISSING for a container that looks like no Ollama
   */
  async ofContainer(containerId: string): Promise<string> {
    const found = (await this.options.endpoints.ollamas()).find((place) => place.containerId === containerId);
    if (!found) throw new Failure('ENDPOINT_MISSING', { name: containerId.slice(0, 12) });
    return found.id;
  }

  /** At once: a second watch that comes while the places are still read must find the first one's. */
  private begin(): { stop: AbortController; isBegun: Promise<void> } {
    const stop = new AbortController();
    return { stop, isBegun: this.followAll(stop.signal) };
  }

  private async followAll(signal: AbortSignal): Promise<void> {
    this.places = await this.options.endpoints.ollamas();
    this.publish();
    void this.follow(signal);
    void this.followSettings(signal);
    const timer = setInterval(() => void this.askAll(signal), askEveryMs);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  private async follow(signal: AbortSignal): Promise<void> {
    for await (const _ of this.options.endpoints.watch(signal)) {
      this.places = await this.options.endpoints.ollamas();
      this.publish();
      await this.askAll(signal);
    }
  }

  private async followSettings(signal: AbortSignal): Promise<void> {
    for await (const _ of this.options.settings.watch(signal)) this.publish();
  }

  private async askAll(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.places.map(async (place) => {
        const state = await this.ask(place);
        if (signal.aborted) return;
        this.states.set(place.id, { baseUrl: place.baseUrl, state });
        this.publish();
      }),
    );
  }

  private async ask(place: KnownEndpoint): Promise<Ollama['state']> {
    if (place.obstacle) return { kind: place.obstacle };
    try {
      const { server } = await this.place(place.id);
      const version = await ollamaVersion(server, answerLimitMs);
      return version === null ? { kind: 'notOllama' } : { kind: 'answers', version };
    } catch (error) {
      if (isFailure(error, 'CHAT_UPSTREAM')) return { kind: 'notOllama' };
      return { kind: 'failed', failure: failureOf(error, this.options.logDefect) };
    }
  }

  private publish(): void {
    const stated = this.places.map((place) => ({ place, state: this.stateOf(place) }));
    const chosen = stated.find(({ place }) => place.id === this.options.settings.value.ollama);
    const used = chosen ?? stated.find(({ state }) => state.kind === 'answers');
    const ollamas = stated.map((one): Ollama => {
      const { id, name, origin, containerId, baseUrl, obstacle } = one.place;
      return {
        endpointId: id,
        name,
        origin,
        containerId,
        baseUrl: obstacle ? null : baseUrl,
        state: one.state,
        isUsed: one === used,
      };
    });
    this.live.change({ ollamas });
  }

  private stateOf({ id, baseUrl, obstacle }: KnownEndpoint): Ollama['state'] {
    if (obstacle) return { kind: obstacle };
    const known = this.states.get(id);
    return known?.baseUrl === baseUrl ? known.state : { kind: 'asking' };
  }
}
