import type { BuildEvent } from './build';
import { type BuildkitLog, type BuildkitProgress, type BuildkitVertex, readTrace } from './buildkitTrace';
import { errorIn } from './errorIn';
import { OutputLines } from './outputLines';

type StepState = Extract<BuildEvent, { type: 'stepState' }>['state'];

interface KnownStep {
  state: StepState | 'waiting';
  stdout: OutputLines;
  stderr: OutputLines;
}

/** Reads what BuildKit says through the build API: its trace, the image's id, and Docker's own words around it. */
export class BuildkitBuild {
  private readonly steps = new Map<string, KnownStep>();
  private readonly finishedProgress = new Set<string>();

  constructor(private readonly now: () => number) {}

  /** The events of one message, or null where it is none of a build. */
  read(message: unknown): BuildEvent[] | null {
    if (typeof message !== 'object' || message === null) return null;
    const { id, aux, stream } = message as Record<string, unknown>;
    const failure = errorIn(message);
    if (failure !== null) return [...this.end(), { type: 'failed', message: failure, atMs: this.now() }];
    if (id === 'moby.buildkit.trace') return typeof aux === 'string' ? this.trace(aux) : null;
    const imageId = (aux as { ID?: unknown } | undefined)?.ID;
    if (typeof imageId === 'string') return [{ type: 'image', imageId }];
    if (typeof stream === 'string') {
      const lines = stream.replace(/\n$/, '').split('\n');
      return lines.map((line) => ({ type: 'output', id: null, stream: 'stdout', text: line, atMs: this.now() }));
    }
    return [];
  }

  /** What is still open when the stream ends. */
  end(): BuildEvent[] {
    const events: BuildEvent[] = [];
    for (const [id, step] of this.steps) events.push(...this.flush(id, step));
    return events;
  }

  private trace(base64: string): BuildEvent[] | null {
    try {
      const trace = readTrace(Buffer.from(base64, 'base64'));
      return [
        ...this.announce(trace.vertices),
        ...trace.vertices.flatMap((vertex) => this.begun(vertex)),
        ...trace.logs.flatMap((log) => this.log(log)),
        ...trace.progress.flatMap((progress) => this.progress(progress)),
        ...trace.vertices.flatMap((vertex) => this.finished(vertex)),
      ];
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  private announce(vertices: BuildkitVertex[]): BuildEvent[] {
    const fresh = vertices.filter(({ digest }, at) => {
      const known = this.steps.has(digest) || vertices.findIndex((vertex) => vertex.digest === digest) < at;
      return !known;
    });
    const before = this.steps.size;
    const total = before + fresh.length;
    return fresh.map(({ digest, name }, at) => {
      this.steps.set(digest, { state: 'waiting', stdout: new OutputLines(), stderr: new OutputLines() });
      return { type: 'step', id: digest, index: before + at + 1, total, instruction: name, atMs: this.now() };
    });
  }

  private begun({ digest, name, startedAtMs }: BuildkitVertex): BuildEvent[] {
    const step = this.steps.get(digest) as KnownStep;
    if (startedAtMs === null || step.state !== 'waiting') return [];
    step.state = 'running';
    return [
      { type: 'stepState', id: digest, state: 'running', atMs: startedAtMs },
      { type: 'output', id: digest, stream: 'stdout', text: name, atMs: startedAtMs },
    ];
  }

  private finished(vertex: BuildkitVertex): BuildEvent[] {
    const { digest, completedAtMs, error } = vertex;
    const step = this.steps.get(digest) as KnownStep;
    const state = stateOf(vertex);
    if (state === step.state || (state === 'waiting' && step.state !== 'waiting')) return [];
    step.state = state;
    if (state === 'waiting') return [];
    const atMs = completedAtMs ?? vertex.startedAtMs ?? this.now();
    const events: BuildEvent[] = state === 'running' ? [] : this.flush(digest, step);
    const said = state === 'failed' ? `ERROR: ${error}` : state === 'cached' ? 'CACHED' : null;
    if (said !== null) {
      const stream = state === 'failed' ? 'stderr' : 'stdout';
      events.push({ type: 'output', id: digest, stream, text: said, atMs });
    }
    events.push({ type: 'stepState', id: digest, state, atMs });
    return events;
  }

  private log({ vertex, stream, bytes, atMs }: BuildkitLog): BuildEvent[] {
    const step = this.steps.get(vertex);
    const name = stream === 2 ? 'stderr' : 'stdout';
    const lines = step ? step[name].addBytes(bytes) : [Buffer.from(bytes).toString('utf8')];
    return lines.map((text) => ({
      type: 'output',
      id: step ? vertex : null,
      stream: name,
      text,
      atMs: atMs ?? this.now(),
    }));
  }

  /** Layers of a pull, parts of the export: one line when each is over. */
  private progress({ id, vertex, name, completedAtMs }: BuildkitProgress): BuildEvent[] {
    const key = `${vertex} ${id}`;
    if (completedAtMs === null || !this.steps.has(vertex) || this.finishedProgress.has(key)) return [];
    this.finishedProgress.add(key);
    return [{ type: 'output', id: vertex, stream: 'stdout', text: `${name || id} done`, atMs: completedAtMs }];
  }

  private flush(id: string, step: KnownStep): BuildEvent[] {
    return (['stdout', 'stderr'] as const).flatMap((stream) =>
      step[stream].flush().map((text): BuildEvent => ({ type: 'output', id, stream, text, atMs: this.now() })),
    );
  }
}

function stateOf({ startedAtMs, completedAtMs, cached, error }: BuildkitVertex): KnownStep['state'] {
  if (completedAtMs === null) return startedAtMs === null ? 'waiting' : 'running';
  // What other steps did when one of them failed.
  if (/context canceled/.test(error)) return 'cancelled';
  if (error !== '') return 'failed';
  return cached ? 'cached' : 'done';
}
