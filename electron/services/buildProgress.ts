import type { FailureValue } from '../contract/failures';
import type { BuildState } from '../contract/images';
import type { BuildEvent } from '../docker/build';
import { readDockerfile } from '../docker/dockerfile';
import { type BuildChange, newBuild, reduceBuild } from '../docker/reduceBuild';
import { LiveValue } from './live';
import type { TaskWork } from './tasks';

/** What a build is known by before anything happened. */
export interface AskedBuild {
  tag: string;
  builder: BuildState['builder'];
  buildArguments: Readonly<Record<string, string>>;
}

/** One build under way: its state for those who watch, its output in the task's lines, its progress in the task. */
export class BuildProgress {
  readonly live: LiveValue<BuildState>;
  private record;
  private reported = '';

  constructor(
    asked: AskedBuild,
    private readonly work: TaskWork,
  ) {
    this.record = newBuild(work.id, asked.tag, asked.buildArguments, asked.builder);
    this.live = new LiveValue(this.record.state);
  }

  get state(): BuildState {
    return this.record.state;
  }

  /** The folder was looked through. */
  packed(contextBytes: number, dockerfile: string): void {
    this.apply({ type: 'packed', contextBytes, dockerfile: readDockerfile(dockerfile) });
  }

  /** The builder said something. */
  take(event: BuildEvent): void {
    if (event.type !== 'output') {
      this.apply(event);
      return;
    }
    const { id, text, stream, atMs } = event;
    this.apply({ type: 'output', id, text, lineIndex: this.work.output.append({ stream, atMs, text }) });
  }

  /** The task is over, whatever the builder said or did not say. */
  over(failure: FailureValue | null): void {
    if (failure) this.apply({ type: 'gaveUp', failure, atMs: Date.now() });
  }

  private apply(change: BuildChange): void {
    const before = this.record.state;
    this.record = reduceBuild(this.record, change);
    const { state } = this.record;
    if (state === before) return;
    this.live.set(state);
    const done = state.steps.filter((step) => step.state === 'done' || step.state === 'cached').length;
    const reported = `${done}/${state.totalSteps}`;
    if (state.totalSteps > 0 && reported !== this.reported) this.work.progress({ done, total: state.totalSteps });
    this.reported = reported;
  }
}
