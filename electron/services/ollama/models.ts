import { Failure } from '../../contract/failures';
import type { ModelDetails, ModelList } from '../../contract/models';
import { failureOf } from '../failureOf';
import { LiveValue } from '../live';
import { copyModel, deleteModel, installedModels, keepModel, loadedModels, showModel } from './client';
import { writtenOutModel } from './modelNames';
import type { Ollamas } from './ollamas';

/** Ollama tells nothing by itself. What is in memory changes with every chat, what is on disk seldom. */
const readLoadedEveryMs = 2_000;
const readInstalledEveryMs = 15_000;

interface Watched {
  live: LiveValue<ModelList>;
  watchers: number;
  timer: ReturnType<typeof setInterval> | null;
  installedAtMs: number;
  reading: Promise<void> | null;
}

export interface ModelsOptions {
  ollamas: Pick<Ollamas, 'place'>;
  logDefect: (error: unknown) => string;
}

/** The models of every Ollama that somebody looks at, and what a person does with one. */
export class Models {
  private readonly watched = new Map<string, Watched>();

  constructor(private readonly options: ModelsOptions) {}

  /** Ollamas that are being read; tests count them. */
  get readCount(): number {
    return this.watched.size;
  }

  /** See `models.watch`. */
  async *watch(endpointId: string, signal?: AbortSignal): AsyncGenerator<ModelList, void, void> {
    const watched = this.enter(endpointId);
    try {
      for await (const list of watched.live.watch(signal)) {
        // Nothing was read yet: the page shows that by itself.
        if (list.models !== null || list.failure !== null) yield list;
      }
    } finally {
      watched.watchers -= 1;
      if (watched.watchers === 0) {
        if (watched.timer !== null) clearInterval(watched.timer);
        this.watched.delete(endpointId);
      }
    }
  }

  /** Reads an Ollama's models again, now, where somebody watches them. */
  async relist(endpointId: string): Promise<void> {
    const watched = this.watched.get(endpointId);
    if (!watched) return;
    await watched.reading;
    watched.installedAtMs = 0;
    await this.read(endpointId, watched);
  }

  /** See `models.show`. */
  async show(endpointId: string, model: string): Promise<ModelDetails> {
    const { server } = await this.options.ollamas.place(endpointId);
    const [shown, loaded] = await Promise.all([showModel(server, model), loadedModels(server).catch(() => [])]);
    const { contextTokens, ...details } = shown;
    const inMemory = loaded.find(({ name }) => name === model)?.contextTokens ?? null;
    if (inMemory !== null) return { ...details, context: { tokens: inMemory, from: 'loaded' } };
    return { ...details, context: contextTokens === null ? null : { tokens: contextTokens, from: 'parameters' } };
  }

  /** See `models.copy`. */
  async copy(endpointId: string, model: string, to: string): Promise<void> {
    const { server } = await this.options.ollamas.place(endpointId);
    const name = writtenOutModel(to);
    if ((await installedModels(server)).some((one) => one.name === name)) {
      throw new Failure('MODEL_NAME_TAKEN', { model: name });
    }
    await copyModel(server, model, name);
    await this.relist(endpointId);
  }

  /** See `models.remove`. */
  async remove(endpointId: string, model: string): Promise<void> {
    const { server } = await this.options.ollamas.place(endpointId);
    await deleteModel(server, model);
    await this.relist(endpointId);
  }

  /** See `models.keep`. */
  async keep(endpointId: string, model: string, minutes: number | null): Promise<void> {
    await this.stay(endpointId, model, minutes === null ? -1 : minutes * 60);
  }

  /** See `models.unload`. */
  async unload(endpointId: string, model: string): Promise<void> {
    await this.stay(endpointId, model, 0);
  }

  private async stay(endpointId: string, model: string, seconds: number): Promise<void> {
    const { server } = await this.options.ollamas.place(endpointId);
    const { capabilities } = await showModel(server, model);
    const embeds = capabilities.includes('embedding') && !capabilities.includes('completion');
    await keepModel(server, model, seconds, embeds);
    await this.relist(endpointId);
  }

  private enter(endpointId: string): Watched {
    const before = this.watched.get(endpointId);
    if (before) {
      before.watchers += 1;
      return before;
    }
    const watched: Watched = {
      live: new LiveValue<ModelList>({ models: null, loaded: [], failure: null }),
      watchers: 1,
      timer: setInterval(() => void this.read(endpointId, watched), readLoadedEveryMs),
      installedAtMs: 0,
      reading: null,
    };
    this.watched.set(endpointId, watched);
    void this.read(endpointId, watched);
    return watched;
  }

  /** One reading at a time: a slow Ollama is not asked twice. */
  private read(endpointId: string, watched: Watched): Promise<void> {
    watched.reading ??= this.readNow(endpointId, watched).finally(() => {
      watched.reading = null;
    });
    return watched.reading;
  }

  private async readNow(endpointId: string, watched: Watched): Promise<void> {
    const { live } = watched;
    try {
      const { server } = await this.options.ollamas.place(endpointId);
      const isDue = live.value.failure !== null || Date.now() - watched.installedAtMs > readInstalledEveryMs;
      const [models, loaded] = await Promise.all([
        isDue ? installedModels(server) : live.value.models,
        loadedModels(server),
      ]);
      if (isDue) watched.installedAtMs = Date.now();
      live.change({ models, loaded, failure: null });
    } catch (error) {
      live.change({ ...live.value, loaded: [], failure: failureOf(error, this.options.logDefect) });
    }
  }
}
