import { createHash } from 'node:crypto';
import type { BuildDetails, BuildState } from '../contract/builds';
import type { FailureValue } from '../contract/failures';
import type { BuildEvent, SendingWatcher } from '../docker/build';
import type { BuildContext } from '../docker/buildContext';
import { readDockerfile } from '../docker/dockerfile';
import { type AskedBuild, type BuildChange, newBuild, reduceBuild, rememberedLines } from '../docker/reduceBuild';
import { LiveValue } from './live';
import type { TaskWork } from './tasks';

/** Between two tellings of how much was sent. */
const sentEveryMs = 100;

/** UTF-16 units of a Dockerfile that are kept; a longer one is none that anybody wrote. */
const keptDockerfileLength = 256 * 1024;

/** One build under way: its state for those who watch, its output in the task's lines, its progress in the task. */
export class BuildProgress implements SendingWatcher {
  readonly live: LiveValue<BuildState>;
  private record;
  private dockerfile: string | null = null;
  private reported = '';
  private sentBytes = 0;
  private sentToldAtMs = 0;
  private isSending = false;
  /** Who wrote last, and lines of theirs that are not in the record yet. */
  private written: { id: string | null; texts: string[] } | null = null;

  /** @param onChange told of every change of the state */
  constructor(
    asked: Omit<AskedBuild, 'taskId'>,
    private readonly work: TaskWork,
    private readonly onChange: () => void = () => {},
  ) {
    this.record = newBuild({ ...asked, taskId: work.id });
    this.live = new LiveValue(this.record.state);
  }

  get state(): BuildState {
    return this.record.state;
  }

  /** What is kept beside the state. */
  get details(): BuildDetails {
    this.rememberWritten();
    const lastLines = Object.fromEntries(Object.entries(this.record.lastLines).map(([id, lines]) => [id, [...lines]]));
    return { dockerfile: this.dockerfile, lastLines };
  }

  /** The folder was looked through. */
  packed({ dockerfile, fileCount, sizeBytes }: BuildContext): void {
    this.dockerfile = dockerfile.slice(0, keptDockerfileLength);
    this.apply({
      type: 'packed',
      fileCount,
      sizeBytes,
      dockerfileHash: createHash('sha256').update(dockerfile).digest('hex'),
      dockerfile: readDockerfile(dockerfile),
    });
  }

  /** The engine begins to take the context. */
  begun(): void {
    this.isSending = true;
    this.tellSent(Date.now());
  }

  /** So many more bytes of the context went to the engine. */
  sent(bytes: number): void {
    this.sentBytes += bytes;
    const nowMs = Date.now();
    if (nowMs - this.sentToldAtMs >= sentEveryMs) this.tellSent(nowMs);
  }

  /** The engine has all of the context that it wanted. */
  ended(): void {
    this.isSending = false;
    this.tellSent(Date.now());
  }

  /** The builder said something. */
  take(event: BuildEvent): void {
    if (event.type === 'output') {
      this.write(event);
      return;
    }
    this.rememberWritten();
    this.apply(event);
  }

  /** The task is over, whatever the builder said or did not say. */
  over(failure: FailureValue | null): void {
    this.rememberWritten();
    if (failure) this.apply({ type: 'gaveUp', failure, atMs: Date.now() });
  }

  private tellSent(nowMs: number): void {
    this.sentToldAtMs = nowMs;
    this.apply({ type: 'sent', sentBytes: this.sentBytes, isSending: this.isSending });
  }

  /** Among the lines of all steps, those of one that goes on after another's are headed by its name, as on a terminal. */
  private write({ id, text, stream, atMs }: Extract<BuildEvent, { type: 'output' }>): void {
    if (this.written?.id !== id) {
      this.rememberWritten();
      const step = id === null ? undefined : this.state.steps.find((one) => one.id === id);
      if (step?.hasOutput) this.work.output.append({ stream: 'stdout', atMs, text: step.instruction });
      this.written = { id, texts: [] };
      this.apply({ type: 'output', id, texts: [] });
    }
    this.work.output.append({ stream, atMs, text, ...(id !== null && { part: id }) });
    const { texts } = this.written;
    texts.push(text);
    if (texts.length > rememberedLines * 10) texts.splice(0, texts.length - rememberedLines);
  }

  /** The last lines become part of the record with the next thing that happens, not one by one. */
  private rememberWritten(): void {
    if (!this.written) return;
    const { id, texts } = this.written;
    this.written = null;
    this.apply({ type: 'output', id, texts });
  }

  private apply(change: BuildChange): void {
    const before = this.record.state;
    this.record = reduceBuild(this.record, change);
    const { state } = this.record;
    if (state === before) return;
    this.live.set(state);
    this.onChange();
    const done = state.steps.filter((step) => step.state === 'done' || step.state === 'cached').length;
    const reported = `${done}/${state.totalSteps}`;
    if (state.totalSteps > 0 && reported !== this.reported) this.work.progress({ done, total: state.totalSteps });
    this.reported = reported;
  }
}
