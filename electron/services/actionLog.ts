import { randomUUID } from 'node:crypto';
import type { Action } from '../contract/actions';
import { type FailureValue, isFailure } from '../contract/failures';
import { LiveValue } from './live';

const keptActions = 300;

/** What was done to containers, as `docker` lines, newest first. It ends with Wharf. */
export class ActionLog {
  private readonly live = new LiveValue<Action[]>([]);

  /** @param now clock in epoch ms */
  constructor(private readonly now: () => number = Date.now) {}

  /** Yields all actions now and whenever one begins or ends. */
  async *watch(signal?: AbortSignal): AsyncGenerator<{ actions: Action[] }, void, void> {
    for await (const actions of this.live.watch(signal)) yield { actions };
  }

  /**
   * Runs `act` and writes down how it ended.
   * @param command the line without values of secrets; asked again at the end, when ports and names are certain
   */
  async record<T>(command: () => string, act: () => Promise<T>): Promise<T> {
    const id = randomUUID();
    const begun: Action = { id, command: command(), startedAtMs: this.now(), finishedAtMs: null, failure: null };
    this.live.set([begun, ...this.live.value].slice(0, keptActions));
    try {
      const result = await act();
      this.end(id, command(), null);
      return result;
    } catch (error) {
      this.end(id, command(), isFailure(error) ? error.toValue() : { code: 'INTERNAL', details: { logId: '' } });
      throw error;
    }
  }

  private end(id: string, command: string, failure: FailureValue | null): void {
    const ended = { command, finishedAtMs: this.now(), failure };
    this.live.set(this.live.value.map((one) => (one.id === id ? { ...one, ...ended } : one)));
  }
}
