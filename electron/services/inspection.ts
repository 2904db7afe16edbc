import { Failure, isFailure } from '../contract/failures';
import type { ContainerDetails } from '../contract/inspect';
import type { ContainerListener } from './containerTable';
import { delay } from './delay';
import type { EngineLink } from './engine';

/** What `Inspection` works with. */
export interface InspectionOptions {
  engineLink: EngineLink;
  containers: {
    /** Calls `listener` for each event of a container, with null after some may have been missed. Returns how to stop that. */
    onContainerEvent(listener: ContainerListener): () => void;
  };
  /** Between an event and the look at what it changed: they come in bursts, and before the engine wrote it down. */
  settleMs?: number;
}

/** Events after which an inspect answers the same. A health check that ended is an `exec_die`. */
const withoutEffect =
  /^(?:exec_create|exec_start|exec_detach|top|attach|detach|resize|export|archive-path|copy|commit)$/;

/** Looks into one container for as long as somebody wants to see it. */
export class Inspection {
  private readonly settleMs: number;

  constructor(private readonly options: InspectionOptions) {
    this.settleMs = options.settleMs ?? 150;
  }

  /** See `inspect.watch`. */
  async *watch(id: string, signal?: AbortSignal): AsyncGenerator<ContainerDetails, void, void> {
    const { containers } = this.options;
    let changed = true;
    let wake = () => {};
    const note = () => {
      changed = true;
      wake();
    };
    const stopListening = containers.onContainerEvent((subject, action) => {
      if (subject === null || (subject === id && !withoutEffect.test(action))) note();
    });
    const onAbort = () => wake();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      for (let told = ''; !signal?.aborted; ) {
        if (!changed) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          await delay(this.settleMs, signal);
          continue;
        }
        changed = false;
        const details = await this.look(id, told === '');
        if (details === 'removed') return;
        const text = JSON.stringify(details);
        if (details === null || text === told) continue;
        told = text;
        yield details;
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      stopListening();
    }
  }

  /** See `inspect.tree`. */
  async tree(id: string): Promise<{ json: string; hidden: string[][] }> {
    const { shown, hidden } = await this.options.engineLink.current().inspectTree(id);
    return { json: JSON.stringify(shown), hidden };
  }

  /** See `inspect.reveal`. */
  async reveal(id: string, path: string[]): Promise<string | null> {
    return this.options.engineLink.current().inspectText(id, path);
  }

  /** The first look says why it fails; later an engine that is away is waited for. */
  private async look(id: string, first: boolean): Promise<ContainerDetails | 'removed' | null> {
    try {
      return await this.options.engineLink.current().inspectDetails(id);
    } catch (error) {
      if (first || !(error instanceof Failure)) throw error;
      return isFailure(error, 'CONTAINER_MISSING') ? 'removed' : null;
    }
  }
}
