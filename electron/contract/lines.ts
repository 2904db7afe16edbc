import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { containerId } from './containers';
import { declare, engineFailures, failureValue } from './failures';

/** What lines are read from: a container's log or a task's output. Both are spooled in main. */
const lineSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('container'), id: containerId }),
  z.strictObject({ kind: z.literal('task'), taskId: z.string() }),
]);
export type LineSource = z.infer<typeof lineSource>;

/**
 * Which lines exist: [firstIndex, endIndex). `firstIndex` is also how many were dropped for space. `live`: following;
 * `ended`: the writer is over (stopped container, finished task); `reconnecting`: the stream was lost and is asked for
 * again; `failed`: see `failure`.
 */
const linesHead = z.object({
  firstIndex: z.number(),
  endIndex: z.number(),
  state: z.enum(['opening', 'live', 'ended', 'reconnecting', 'failed']),
  failure: failureValue.nullable(),
});
export type LinesHead = z.infer<typeof linesHead>;

/** One line, without its line break. `text` is untrusted and may hold ANSI sequences. `mark` lines are Wharf's own (gap, restart). */
const line = z.object({
  index: z.number(),
  /** Engine's time stamp, epoch ms; null where the source has none. */
  atMs: z.number().nullable(),
  stream: z.enum(['stdout', 'stderr', 'mark']),
  text: z.string(),
  /** Bytes of the line that were cut away because it was too long; 0 for a whole line. */
  cutBytes: z.number(),
});
export type Line = z.infer<typeof line>;

/**
 * Text of the `mark` lines in a container's log. `restarted`: the container was started again here; `gap`: the engine no
 * longer holds what came here (log rotated or truncated). The page owns the wording.
 */
const logMark = z.enum(['restarted', 'gap']);
export type LogMark = z.infer<typeof logMark>;

/** Lines of one `read`, at most. */
const linesPerRead = 1000;

export const lines = {
  /** Watches how many lines there are, latest wins; bulk never crosses. Opens the source's stream for as long as somebody follows. */
  follow: oc
    .input(lineSource)
    .output(eventIterator(linesHead))
    .errors(declare(...engineFailures, 'CONTAINER_MISSING', 'TASK_MISSING')),
  /**
   * Reads the lines [fromIndex, toIndex) that still exist, at most `linesPerRead`. Opens nothing: an unfollowed source has
   * no lines. Asked for many very long lines at once it cuts them (`cutBytes`); one line alone comes as long as it is kept.
   */
  read: oc
    .input(
      z
        .strictObject({ source: lineSource, fromIndex: z.int().min(0), toIndex: z.int().min(0) })
        .refine((range) => range.toIndex - range.fromIndex <= linesPerRead, 'too many lines at once'),
    )
    .output(z.object({ lines: z.array(line) }))
    .errors(declare('STORAGE_FAILED')),
};
