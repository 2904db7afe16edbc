import { labels } from '../contract/containerSpec';
import { isFailure } from '../contract/failures';
import type { Containers } from './containers';
import type { EngineLink } from './engine';

/** What `OwnNetworks` works with. */
export interface OwnNetworksOptions {
  engineLink: EngineLink;
  containers: Containers;
  log(line: string): void;
  /** Labels of networks that are ours to remove. */
  ownLabels?: Record<string, string>;
  /** A network younger than this may be waiting for its first container; ms. */
  graceMs?: number;
}

/** Takes networks that Wharf made away again once the last container on them is removed, by whomever. */
export class OwnNetworks {
  private sweeping: Promise<void> | null = null;
  private isStale = false;
  private readonly stopListening: () => void;

  constructor(private readonly options: OwnNetworksOptions) {
    this.stopListening = options.containers.onContainerEvent((_id, action) => {
      if (action === 'destroy') void this.sweep();
    });
  }

  /** Removes those of our networks that no container is on. One sweep at a time; asked for meanwhile, one more follows. */
  sweep(): Promise<void> {
    this.isStale = true;
    this.sweeping ??= this.sweepWhileStale().finally(() => {
      this.sweeping = null;
    });
    return this.sweeping;
  }

  /** Listens no more. */
  close(): void {
    this.stopListening();
  }

  private async sweepWhileStale(): Promise<void> {
    const { engineLink, containers, log, ownLabels = { [labels.managed]: 'true' }, graceMs = 60_000 } = this.options;
    while (this.isStale) {
      this.isStale = false;
      try {
        const engine = engineLink.current();
        for (const { name, createdAtMs, containerIds } of await engine.networksOf(ownLabels)) {
          const isYoung = Date.now() - createdAtMs < graceMs;
          if (containerIds.length > 0 || isYoung || containers.runs.isNetworkHeld(name)) continue;
          await engine.removeNetwork(name);
        }
      } catch (error) {
        // An engine that went away, or a container that was quicker: the next removal looks again.
        if (!isFailure(error)) throw error;
        log(`networks of ours were not cleared: ${error.code}`);
      }
    }
  }
}
