import type { BuildEvent } from './build';
import { errorIn } from './errorIn';
import { OutputLines } from './outputLines';

/** Docker: a message of its own, its line break the next one. */
const dockerStep = /^Step (\d+)\/(\d+) : ([^\n]*)\n?$/;
/** Podman counts from 1 again in each stage. */
const podmanStep = /^(?:\[(\d+)\/(\d+)\] )?STEP (\d+)\/(\d+): ([^\n]*)\n?$/;
const usesCache = /^ ?-{2,3}> Using cache\b/;
/** How the classic builder marks what a command wrote to stderr. */
const stderrMark = /^\u001b\[91m([\s\S]*)\u001b\[0m$/;

/**
 * Reads what the classic builder says: `stream` (text), `status` (pulls), `aux` (the image), `errorDetail`.
 * Text comes from the commands too, so only what they cannot forge decides: the image is `aux`, never `Successfully built`.
 * Source: moby, builder/dockerfile/dispatchers.go and api/types/build; Podman, pkg/api/handlers/compat/images_build.go.
 */
export class ClassicBuild {
  private readonly stdout = new OutputLines();
  private readonly stderr = new OutputLines();
  private step: { id: string; index: number; total: number; cached: boolean; silent: boolean } | null = null;
  private steps = 0;
  private stepsOfEarlierStages = 0;
  private readonly statuses = new Map<string, string>();

  constructor(private readonly now: () => number) {}

  /** The events of one message, or null where it is none of a build. */
  read(message: unknown): BuildEvent[] | null {
    if (typeof message !== 'object' || message === null) return null;
    const { stream, status, id, progressDetail, aux } = message as Record<string, unknown>;
    const failure = errorIn(message);
    if (failure !== null) return this.failed(failure);
    const imageId = (aux as { ID?: unknown } | undefined)?.ID;
    if (typeof imageId === 'string') return [...this.end(), { type: 'image', imageId }];
    if (typeof stream === 'string') return this.stream(stream);
    if (typeof status === 'string') return this.status(status, id, progressDetail);
    return [];
  }

  /** What is still open when the stream ends. */
  end(): BuildEvent[] {
    return [...this.output('stdout', this.stdout.flush()), ...this.output('stderr', this.stderr.flush())];
  }

  private stream(text: string): BuildEvent[] {
    const header = this.header(text);
    if (header) return this.begin(header);
    if (this.step?.silent) {
      // The line break after Docker's header, then the builder's first words: commands have not begun yet.
      if (text === '\n') return [];
      this.step.silent = false;
      if (usesCache.test(text)) {
        this.step.cached = true;
        return [
          { type: 'stepState', id: this.step.id, state: 'cached', atMs: this.now() },
          ...this.output('stdout', this.stdout.add(text)),
        ];
      }
    }
    const marked = stderrMark.exec(text);
    return marked
      ? this.output('stderr', this.stderr.add(marked[1] as string))
      : this.output('stdout', this.stdout.add(text));
  }

  /** A step's header, or null. A command may print what looks like one, so it must also be the next in order. */
  private header(text: string): { index: number; total: number; instruction: string } | null {
    if (!this.stdout.isEmpty) return null;
    const docker = dockerStep.exec(text);
    if (docker) {
      const [, index, total, instruction] = docker;
      const isNext = Number(index) === this.steps + 1 && (this.step === null || Number(total) === this.step.total);
      return isNext ? { index: Number(index), total: Number(total), instruction: instruction as string } : null;
    }
    const podman = podmanStep.exec(text);
    if (!podman) return null;
    const [, , , index, total, instruction] = podman;
    if (Number(index) === 1) this.stepsOfEarlierStages = this.steps;
    const whole = this.stepsOfEarlierStages + Number(index);
    if (whole !== this.steps + 1) return null;
    return { index: whole, total: this.stepsOfEarlierStages + Number(total), instruction: instruction as string };
  }

  private begin({ index, total, instruction }: { index: number; total: number; instruction: string }): BuildEvent[] {
    const atMs = this.now();
    const events = [...this.end(), ...this.finishStep('done')];
    const id = String(index);
    this.steps = index;
    this.step = { id, index, total, cached: false, silent: true };
    events.push(
      { type: 'step', id, index, total, instruction, atMs },
      { type: 'stepState', id, state: 'running', atMs },
    );
    return [...events, ...this.output('stdout', [`Step ${index}/${total} : ${instruction}`])];
  }

  private finishStep(state: 'done' | 'failed'): BuildEvent[] {
    if (!this.step || (this.step.cached && state === 'done')) return [];
    return [{ type: 'stepState', id: this.step.id, state, atMs: this.now() }];
  }

  private failed(message: string): BuildEvent[] {
    return [...this.end(), ...this.finishStep('failed'), { type: 'failed', message, atMs: this.now() }];
  }

  /** Pulls of a base image: one line a state, none for the amounts in between. */
  private status(status: string, id: unknown, progressDetail: unknown): BuildEvent[] {
    const subject = typeof id === 'string' ? id : '';
    const counts = (progressDetail as { total?: unknown } | undefined)?.total !== undefined;
    if (counts || this.statuses.get(subject) === status || this.statuses.size > 10_000) return [];
    this.statuses.set(subject, status);
    return this.output('stdout', [subject === '' ? status : `${subject}: ${status}`]);
  }

  private output(stream: 'stdout' | 'stderr', lines: string[]): BuildEvent[] {
    const id = this.step?.id ?? null;
    return lines.map((text) => ({ type: 'output', id, stream, text, atMs: this.now() }));
  }
}
