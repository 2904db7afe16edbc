/**
 * Watches of state. Both classes hold the present state and hand it to any number of readers as an AsyncIterable whose
 * first item is a snapshot. They are conflated: while a reader is busy, changes merge and it gets the merged one next, so
 * a slow page costs one pending item and no queue. Leaving a watch (return or abort) forgets the reader at once.
 */

interface Reader {
  wake: (() => void) | null;
}

abstract class Watched<Item> {
  private readonly readers = new Set<Reader & { pending: Item | null }>();

  /** How many readers are open; tests count them. */
  get readerCount(): number {
    return this.readers.size;
  }

  protected abstract first(): Item;
  protected abstract merge(pending: Item, next: Item): Item;

  protected publish(item: Item): void {
    for (const reader of this.readers) {
      reader.pending = reader.pending === null ? item : this.merge(reader.pending, item);
      reader.wake?.();
    }
  }

  /** Yields a snapshot, then what changed, until `signal` aborts. */
  async *watch(signal?: AbortSignal): AsyncGenerator<Item, void, void> {
    const reader: Reader & { pending: Item | null } = { wake: null, pending: this.first() };
    const onAbort = () => reader.wake?.();
    this.readers.add(reader);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal?.aborted) {
        if (reader.pending === null) {
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
          reader.wake = null;
          continue;
        }
        const item = reader.pending;
        reader.pending = null;
        yield item;
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.readers.delete(reader);
    }
  }
}

/** One value, latest wins. */
export class LiveValue<T> extends Watched<T> {
  constructor(private current: T) {
    super();
  }

  get value(): T {
    return this.current;
  }

  /** Replaces the value and tells every reader. */
  set(next: T): void {
    this.current = next;
    this.publish(next);
  }

  /** Replaces the value and tells every reader, unless it is the same as JSON. */
  change(next: T): void {
    if (JSON.stringify(next) !== JSON.stringify(this.current)) this.set(next);
  }

  protected first(): T {
    return this.current;
  }

  protected merge(_pending: T, next: T): T {
    return next;
  }
}

/** Events of one subject where the owner says how a snapshot looks and how two pending events become one. */
export class LiveEvents<E> extends Watched<E> {
  constructor(
    private readonly snapshot: () => E,
    private readonly mergeEvents: (pending: E, next: E) => E,
  ) {
    super();
  }

  /** Tells every reader. The owner has changed its own state before. */
  emit(event: E): void {
    this.publish(event);
  }

  protected first(): E {
    return this.snapshot();
  }

  protected merge(pending: E, next: E): E {
    return this.mergeEvents(pending, next);
  }
}
