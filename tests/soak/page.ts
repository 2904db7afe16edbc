import type { Api } from '../../electron/contract/api';
import type { Container } from '../../electron/contract/containers';
import type { EngineState } from '../../electron/contract/engine';
import type { Task } from '../../electron/contract/tasks';

/** What a page would show, kept by the watches that every page keeps open. */
export class StandingPage {
  readonly rows = new Map<string, Container>();
  readonly tasks = new Map<string, Task>();
  engine: EngineState | null = null;
  rowsAreOld = true;
  imagesAreOld = true;
  storageFailure: unknown = null;
  private readonly leaving = new AbortController();
  private readonly watches: Promise<void>[];

  constructor(api: Api) {
    const { signal } = this.leaving;
    this.watches = [
      follow(
        () => api.containers.watch(undefined, { signal }),
        signal,
        (event) => {
          if (event.type === 'stale') this.rowsAreOld = true;
          if (event.type === 'snapshot') {
            this.rowsAreOld = false;
            this.rows.clear();
            for (const row of event.containers) this.rows.set(row.id, row);
          }
          if (event.type === 'patch') {
            for (const row of event.upserted) this.rows.set(row.id, row);
            for (const id of event.removed) this.rows.delete(id);
          }
        },
      ),
      follow(
        () => api.images.watch(undefined, { signal }),
        signal,
        ({ stale }) => {
          this.imagesAreOld = stale;
        },
      ),
      follow(
        () => api.tasks.watch(undefined, { signal }),
        signal,
        (event) => {
          if (event.type === 'snapshot') this.tasks.clear();
          for (const task of event.type === 'snapshot' ? event.tasks : event.upserted) this.tasks.set(task.id, task);
        },
      ),
      follow(
        () => api.engine.watch(undefined, { signal }),
        signal,
        (state) => {
          this.engine = state;
        },
      ),
      follow(
        () => api.chat.watchConversations(undefined, { signal }),
        signal,
        (event) => {
          if ('storage' in event) this.storageFailure = event.storage.failure;
        },
      ),
    ];
  }

  /** What a person would be told is wrong; empty where nothing is. */
  banners(): string[] {
    return [
      ...(this.engine?.phase === 'ready' && this.engine.failure === null ? [] : [`engine ${this.engine?.phase}`]),
      ...(this.rowsAreOld ? ['containers are old'] : []),
      ...(this.imagesAreOld ? ['images are old'] : []),
      ...(this.storageFailure === null ? [] : ['storage']),
    ];
  }

  async close(): Promise<void> {
    this.leaving.abort();
    await Promise.all(this.watches);
  }
}

/** Reads a watch until `signal` aborts. @throws where it ends or fails by itself: a page would show what is old */
async function follow<T>(
  open: () => Promise<AsyncIterable<T>>,
  signal: AbortSignal,
  take: (item: T) => void,
): Promise<void> {
  try {
    for await (const item of await open()) take(item);
    if (!signal.aborted) throw new Error('a watch of the page ended by itself');
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
