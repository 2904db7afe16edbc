import type { Container } from '../contract/containers';
import { isFailure } from '../contract/failures';
import type { Engine } from '../docker/engine';
import { lineText } from '../docker/logs';
import { withTimeLimit } from './timeLimit';

/** A program for another processor ends its container at once with one of these, and says why only in the log. */
const suspectCodes = new Set([1, 126, 255]);
const atOnceMs = 2_000;
const readTimeoutMs = 3_000;
const keptAnswers = 1_000;

/**
 * Why a process could not be started where the engine itself does not know: the kernel refuses a program for another
 * processor (ENOEXEC) only after the container counts as started, and the runtime writes that to the container's log.
 */
export class StartProblems {
  /** By container and start, so that each is looked at once. */
  private readonly known = new Map<string, Container['startProblem']>();

  /** The row with its problem, where there is one to be found. */
  async explain(engine: Engine, row: Container, signal?: AbortSignal): Promise<Container> {
    const { startedAtMs, finishedAtMs, exitCode } = row;
    if (row.state !== 'exited' || row.startProblem !== null || !suspectCodes.has(exitCode ?? 0)) return row;
    if (startedAtMs === null || finishedAtMs === null || finishedAtMs - startedAtMs > atOnceMs) return row;
    const key = `${row.id} ${startedAtMs}`;
    if (!this.known.has(key)) {
      this.known.set(key, await this.look(engine, row.id, signal));
      const [oldest] = this.known.keys();
      if (this.known.size > keptAnswers && oldest !== undefined) this.known.delete(oldest);
    }
    return { ...row, startProblem: this.known.get(key) ?? null };
  }

  private async look(engine: Engine, id: string, signal?: AbortSignal): Promise<Container['startProblem']> {
    const read = async (limited: AbortSignal) => {
      for await (const batch of engine.logs(id, { follow: false, since: null, tail: 3 }, limited)) {
        if (batch.some(({ bytes }) => /exec format error/i.test(lineText(bytes)))) return 'notRunnable';
      }
      return null;
    };
    try {
      return await withTimeLimit(readTimeoutMs, read, signal);
    } catch (error) {
      // A log that cannot be read tells nothing; the exit code still stands.
      if (!isFailure(error)) throw error;
      return null;
    }
  }
}
