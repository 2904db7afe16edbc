import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type BuildState, type BuildSummary, buildDetails, buildState } from '../contract/builds';
import { Failure } from '../contract/failures';
import { reduceBuild } from '../docker/reduceBuild';
import { summaryOf } from './buildSummary';
import { LiveValue } from './live';
import { storageFailed } from './storageFailed';
import { writeWhole } from './writeWhole';

/** Builds that are remembered; the oldest go first. */
export const rememberedBuilds = 200;

/** Between two writes of a build that goes on. */
const writeEveryMs = 1000;

const keptBuild = z.object({ state: buildState, details: buildDetails });

/** A build as it is kept. */
export type KeptBuild = z.infer<typeof keptBuild>;

export interface BuildHistoryOptions {
  /** Private folder with one file a build; null to remember them only as long as the process runs. */
  folder: string | null;
  /** Takes one line for the app log. */
  log(line: string): void;
}

/**
 * What was built from what, and how it went. Each build is a file of its own, written beside and moved into place: a crash
 * leaves the build as it was a moment ago. Files are private to the user, since arguments and output may hold secrets.
 */
export class BuildHistory {
  private readonly live = new LiveValue<BuildSummary[]>([]);
  private readonly summaries = new Map<string, BuildSummary>();
  /** Builds of this run that the disk does not have as they stand. */
  private readonly unwritten = new Map<string, KeptBuild>();
  private loading: Promise<void> | null = null;
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: BuildHistoryOptions) {}

  /** Yields all builds, newest first, now and whenever one changes. */
  async *watch(signal?: AbortSignal): AsyncGenerator<BuildSummary[], void, void> {
    await this.load();
    yield* this.live.watch(signal);
  }

  /** Remembers a build as it stands. `build` is read again when it is written. */
  keep(build: KeptBuild): void {
    const summary = summaryOf(build.state);
    this.unwritten.set(summary.taskId, build);
    if (JSON.stringify(this.summaries.get(summary.taskId)) !== JSON.stringify(summary)) {
      this.summaries.set(summary.taskId, summary);
      this.show();
    }
    if (summary.finishedAtMs !== null) void this.settled();
    else this.timer ??= setTimeout(() => void this.settled(), writeEveryMs).unref();
  }

  /** Resolves when every build is on disk as it stood at the call, or could not be written, which the app log says. */
  async settled(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    while (this.writing) await this.writing;
    this.writing = this.write().finally(() => {
      this.writing = null;
    });
    await this.writing;
  }

  /**
   * Reads one build.
   * @throws TASK_MISSING
   */
  async read(taskId: string): Promise<KeptBuild> {
    await this.load();
    const unwritten = this.unwritten.get(taskId);
    if (unwritten) return unwritten;
    const { folder } = this.options;
    // Only ids of builds that are known become a path.
    const kept = folder !== null && this.summaries.has(taskId) ? await readKept(fileOf(folder, taskId)) : null;
    if (!kept) throw new Failure('TASK_MISSING', { id: taskId });
    return kept;
  }

  /**
   * Forgets builds; those that are not known are left alone.
   * @throws STORAGE_FAILED
   */
  async forget(taskIds: readonly string[]): Promise<void> {
    await this.load();
    const known = taskIds.filter((id) => this.summaries.has(id));
    while (this.writing) await this.writing;
    try {
      for (const id of known) await this.remove(id);
    } catch (error) {
      throw storageFailed(error);
    } finally {
      this.show();
    }
  }

  private async remove(taskId: string): Promise<void> {
    if (this.options.folder !== null) await rm(fileOf(this.options.folder, taskId), { force: true });
    this.unwritten.delete(taskId);
    this.summaries.delete(taskId);
  }

  private load(): Promise<void> {
    this.loading ??= this.loadAll();
    return this.loading;
  }

  private async loadAll(): Promise<void> {
    const { folder, log } = this.options;
    if (folder === null) return;
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((one) => one.endsWith('.json'))) {
      const kept = await readKept(join(folder, name));
      const isSound = kept !== null && `${kept.state.taskId}.json` === name;
      if (!isSound) {
        log(`build history: ${name} could not be read and was put aside`);
        await rename(join(folder, name), join(folder, `${name}.broken`)).catch(() => undefined);
      } else if (!this.summaries.has(kept.state.taskId)) {
        this.summaries.set(kept.state.taskId, summaryOf(kept.state));
      }
    }
    this.show();
  }

  private show(): void {
    this.live.set([...this.summaries.values()].sort((one, other) => other.startedAtMs - one.startedAtMs));
  }

  private async write(): Promise<void> {
    const { folder, log } = this.options;
    if (folder === null) return;
    await this.load();
    for (const [taskId, build] of [...this.unwritten]) {
      const { state, details } = build;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeWhole(fileOf(folder, taskId), (file) => file.writeFile(JSON.stringify({ state, details })));
        const isOver = state.finishedAtMs !== null;
        if (isOver) this.unwritten.delete(taskId);
      } catch (error) {
        log(`build history: ${taskId} could not be written: ${String(error)}`);
      }
    }
    const surplus = this.live.value.slice(rememberedBuilds).filter(({ taskId }) => !this.unwritten.has(taskId));
    if (surplus.length > 0) await this.forgetOldest(surplus.map(({ taskId }) => taskId));
  }

  private async forgetOldest(taskIds: string[]): Promise<void> {
    for (const id of taskIds)
      await this.remove(id).catch((error) => this.options.log(`build history: ${String(error)}`));
    this.show();
  }
}

function fileOf(folder: string, taskId: string): string {
  return join(folder, `${taskId}.json`);
}

/** A build from its file, null where it cannot be understood. One that was under way when Wharf ended was interrupted then. */
async function readKept(file: string): Promise<KeptBuild | null> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    const kept = keptBuild.parse(JSON.parse(text));
    return kept.state.finishedAtMs === null ? { ...kept, state: interrupted(kept.state, Math.round(mtimeMs)) } : kept;
  } catch {
    return null;
  }
}

function interrupted(state: BuildState, atMs: number): BuildState {
  const record = { state, dockerfile: [], buildArguments: {}, lastLines: {} };
  return reduceBuild(record, { type: 'gaveUp', failure: { code: 'APP_CLOSED', details: {} }, atMs }).state;
}
