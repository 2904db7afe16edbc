import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures, failureValue } from './failures';
import { imageTaskSubjects } from './imageTransfers';
import { modelTaskSubjects } from './modelTasks';
import { ollamaTaskSubject } from './ollamaContainer';

/** What a task was about and what came of it. `buildAndRun` is Home's one button; its `build` is a task of its own. */
const taskSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('build'), tag: z.string(), imageId: z.string().nullable() }),
  z.object({
    kind: z.literal('buildAndRun'),
    tag: z.string(),
    phase: z.enum(['building', 'running', 'waitingForHealth', 'done']),
    buildTaskId: z.string().nullable(),
    containerId: z.string().nullable(),
    containerName: z.string().nullable(),
    hostPort: z.number().nullable(),
  }),
  /** A log on its way to a file that the person picked. `cutBytes`: what an earlier Wharf had not kept of over-long lines. */
  z.object({
    kind: z.literal('saveLog'),
    name: z.string(),
    fileName: z.string(),
    writtenBytes: z.number(),
    cutBytes: z.number(),
  }),
  ...imageTaskSubjects,
  ollamaTaskSubject,
  ...modelTaskSubjects,
  /** `name` is the new container's; it has another until the old one has made room. */
  z.object({
    kind: z.literal('replaceContainer'),
    containerId: z.string(),
    name: z.string(),
    phase: z.enum(['creating', 'starting', 'waitingForHealth', 'swapping', 'done']),
    newContainerId: z.string().nullable(),
  }),
]);
export type TaskSubject = z.infer<typeof taskSubject>;

/** Long work in main. It goes on whatever the page does; only `tasks.cancel` or closing Wharf ends it early. */
const task = z.object({
  id: z.string(),
  subject: taskSubject,
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  startedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  /** Steps done and known so far; null where nothing can be counted. */
  progress: z.object({ done: z.number(), total: z.number() }).nullable(),
  /**
   * Bytes moved so far, of how many as far as is known, and how many a second lately; null where the work moves none or
   * has not begun to. A total may grow while the work learns what there is.
   */
  bytes: z.object({ done: z.number(), total: z.number().nullable(), perSecond: z.number().nullable() }).nullable(),
  /** The `docker` line that does the same. */
  command: z.string(),
  failure: failureValue.nullable(),
  /** `tasks.retry` can start it again. */
  canRetry: z.boolean(),
});
export type Task = z.infer<typeof task>;

const tasksEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), tasks: z.array(task) }),
  z.object({ type: z.literal('patch'), upserted: z.array(task) }),
]);
export type TasksEvent = z.infer<typeof tasksEvent>;

export const tasks = {
  /** Watches all tasks of this run of Wharf, newest first. First item: a snapshot; then patches. */
  watch: oc.output(eventIterator(tasksEvent)),
  /** Cancels a running task; the engine's work stops with it. A task that is over is left alone. */
  cancel: oc.input(z.strictObject({ id: z.string() })).errors(declare('TASK_MISSING')),
  /** Starts a new task for what the task `id`, which is over, was asked to do. Only where it says `canRetry`. */
  retry: oc
    .input(z.strictObject({ id: z.string() }))
    .output(z.object({ taskId: z.string() }))
    .errors(
      declare(...engineFailures, 'TASK_MISSING', 'TASK_NOT_REPEATABLE', 'TASK_ALREADY_RUNNING', 'CONTEXT_REFUSED'),
    ),
  /** Builds the bundled image, runs it on a free loopback port and waits until it is healthy. One at a time. */
  buildAndRun: oc
    .output(z.object({ taskId: z.string() }))
    .errors(declare('TASK_ALREADY_RUNNING', 'ENGINE_UNREACHABLE')),
};
