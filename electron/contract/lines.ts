import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures, failureValue } from './failures';
import { fileGrant } from './host';
import { logLevels } from './logText';
import { containerId } from './runRequest';

/**
 * What lines are read from; all of it is spooled in main. `merged`: several containers' logs in one, ordered by time.
 * `search`: the lines that a search found, as long as its watch is open; its indexes count hits. `part`: one step of a build,
 * its own lines only, counted from 0, however they were interleaved with others.
 */
const lineSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('container'), id: containerId }),
  z.strictObject({ kind: z.literal('task'), taskId: z.string(), part: z.string().max(200).optional() }),
  z.strictObject({ kind: z.literal('merged'), ids: z.array(containerId).min(1).max(50) }),
  z.strictObject({ kind: z.literal('search'), searchId: z.string().max(40) }),
]);
export type LineSource = z.infer<typeof lineSource>;

/**
 * Which lines exist: [firstIndex, endIndex). `endIndex` grows as lines come; `firstIndex` grows as the oldest are dropped
 * and goes down once when older lines get their place before the others (`olderCount`). An index is a line's for good, and
 * 0 is nothing special: a log whose tail was read first begins far above it.
 */
const linesHead = z.object({
  firstIndex: z.number(),
  endIndex: z.number(),
  /** Lines that were kept once and were dropped for space, oldest first. */
  droppedCount: z.number(),
  /** Lines read so far that are older than `firstIndex` and get their place, all at once, when all are read; null: none. */
  olderCount: z.number().nullable(),
  /** Counts how often the lines were put in order anew (merged logs): the same indexes mean other lines then. */
  generation: z.number(),
  /**
   * `live`: following; `ended`: the writer is over (stopped container, finished task, search over what there is);
   * `reconnecting`: the stream was lost and is asked for again; `failed`: see `failure`.
   */
  state: z.enum(['opening', 'live', 'ended', 'reconnecting', 'failed']),
  failure: failureValue.nullable(),
});
export type LinesHead = z.infer<typeof linesHead>;

/**
 * What Wharf itself says between the lines of a container's log. `restarted`: the container was started again here;
 * `recreated`: a new container of the same name begins; `gap`: the engine no longer holds what came between the two times
 * (log rotated, truncated or removed). Epoch ms, null where unknown. The page owns the wording.
 */
const logMark = z.object({
  kind: z.enum(['restarted', 'recreated', 'gap']),
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
});
export type LogMark = z.infer<typeof logMark>;

/** One line, without its line break. */
const line = z.object({
  index: z.number(),
  /** Of a merged log or a search: the line's container and its index in what was merged or searched; null elsewhere. */
  from: z.object({ containerId: z.string().nullable(), index: z.number() }).nullable(),
  /** Engine's time stamp, epoch ms; null where the source has none. */
  atMs: z.number().nullable(),
  /** `mark` lines are Wharf's own: of a container's log see `mark`, of a task `text`. */
  stream: z.enum(['stdout', 'stderr', 'mark']),
  /** Untrusted; may hold ANSI sequences. What a terminal would leave of it: carriage returns start the line over. */
  text: z.string(),
  /** Bytes of the line that were left out because it is too long; 0 for a whole one, or a whole piece of more than 1 MiB. */
  cutBytes: z.number(),
  /** Guessed from the text; null where nothing speaks for a level. */
  level: z.enum(logLevels).nullable(),
  mark: logMark.nullable(),
});
export type Line = z.infer<typeof line>;

/** Lines of one `read`, at most. */
const linesPerRead = 1000;

/** Which lines to find: those that every part given fits. Text is compared without ANSI sequences, line by line. */
const lineQuery = z.strictObject({
  /** Plain text, or a regular expression (JavaScript's, without flags); empty: any line. */
  text: z.string().max(1000).default(''),
  /** Leaves out the lines that hold this, read as `text` is; empty: none. */
  exclude: z.string().max(1000).default(''),
  isRegex: z.boolean().default(false),
  matchCase: z.boolean().default(false),
  wholeWord: z.boolean().default(false),
  /** Levels to keep, `none` for lines without; empty: all. A line that continues another counts as the level of that. */
  levels: z.array(z.enum([...logLevels, 'none'])).default([]),
  /** Channels to keep; empty: both. */
  streams: z.array(z.enum(['stdout', 'stderr'])).default([]),
  /** Epoch ms: lines at or after, and before; null: no bound. */
  fromMs: z.number().nullable().default(null),
  beforeMs: z.number().nullable().default(null),
});
export type LineQuery = z.infer<typeof lineQuery>;

/**
 * How far a search is. Its hits are the lines of the source `{ kind: 'search', searchId }`: [firstHit, endHit), oldest
 * first. It begins at the newest line and goes back, so `firstHit` goes down as older ones are found; lines that come
 * later are searched as they come and `endHit` grows.
 */
const searchProgress = z.object({
  searchId: z.string(),
  firstHit: z.number(),
  endHit: z.number(),
  /** Lines searched so far, of `lineCount`. */
  searchedCount: z.number(),
  lineCount: z.number(),
  /** `done`: all there is was searched. */
  state: z.enum(['searching', 'done', 'failed']),
  failure: failureValue.nullable(),
});
export type SearchProgress = z.infer<typeof searchProgress>;

/** A log that Wharf keeps on disk, perhaps longer than its container. */
const keptLog = z.object({
  /** The newest container that wrote it. */
  containerId: z.string(),
  name: z.string(),
  sizeBytes: z.number(),
  newestAtMs: z.number().nullable(),
});
export type KeptLog = z.infer<typeof keptLog>;

export const lines = {
  /** Watches how many lines there are, latest wins; bulk never crosses. Opens the source's stream for as long as somebody follows. */
  follow: oc
    .input(lineSource)
    .output(eventIterator(linesHead))
    .errors(declare(...engineFailures, 'CONTAINER_MISSING', 'TASK_MISSING', 'SEARCH_MISSING')),
  /**
   * Reads the lines [fromIndex, toIndex) that still exist, at most `linesPerRead`. Opens nothing: an unfollowed source has
   * only the lines kept from earlier. Asked for many very long lines at once it cuts them (`cutBytes`); one line alone
   * comes as long as it is kept.
   */
  read: oc
    .input(
      z
        .strictObject({ source: lineSource, fromIndex: z.int().min(0), toIndex: z.int().min(0) })
        .refine((range) => range.toIndex - range.fromIndex <= linesPerRead, 'too many lines at once'),
    )
    .output(z.object({ lines: z.array(line) }))
    .errors(declare('STORAGE_FAILED')),
  /**
   * Searches a followed container, task or merged log for as long as the watch is open, latest wins. The first item comes
   * at once. A regular expression that cannot be finished ends the search as SEARCH_TOO_SLOW in `failure`.
   */
  search: oc
    .input(z.strictObject({ source: lineSource, query: lineQuery }))
    .output(eventIterator(searchProgress))
    .errors(declare('SEARCH_PATTERN_INVALID', 'SEARCH_MISSING')),
  /** The hit next to line `index` of the searched source, in either direction; both null where there is none. */
  nearestHit: oc
    .input(z.strictObject({ searchId: z.string().max(40), index: z.int(), direction: z.enum(['next', 'previous']) }))
    .output(z.object({ hit: z.number().nullable(), index: z.number().nullable() }))
    .errors(declare('SEARCH_MISSING')),
  /** Index of the first line at or after `atMs` (epoch ms); null where all are earlier. */
  atTime: oc
    .input(z.strictObject({ source: lineSource, atMs: z.number() }))
    .output(z.object({ index: z.number().nullable() }))
    .errors(declare('STORAGE_FAILED')),
  /**
   * Writes a source's lines to a file that the person picked (`host.pickSaveFile`), as a task: byte for byte what the
   * container wrote, without Wharf's marks. A `search` source writes what was found when the task began.
   */
  save: oc
    .input(
      z.strictObject({
        source: lineSource,
        grant: fileGrant,
        /** Channels to write; empty: both, in the order they were written. */
        streams: z.array(z.enum(['stdout', 'stderr'])).default([]),
        /** Begins each line with its time stamp (`docker logs -t`). */
        timestamps: z.boolean().default(false),
      }),
    )
    .output(z.object({ taskId: z.string() }))
    .errors(declare('FILE_NOT_PICKED', 'SEARCH_MISSING')),
  /**
   * Puts the lines [fromIndex, toIndex) on the clipboard as text, without ANSI sequences and marks. Answers how many fit:
   * at most 10 million characters are copied.
   */
  copy: oc
    .input(z.strictObject({ source: lineSource, fromIndex: z.int().min(0), toIndex: z.int().min(0) }))
    .output(z.object({ copiedCount: z.number(), isWhole: z.boolean() }))
    .errors(declare('STORAGE_FAILED')),
  /** Forgets the lines that a container's log has so far; `unclear` brings them back for `undoMs`, then they are removed from the disk. */
  clear: oc.input(z.strictObject({ id: containerId })).output(z.object({ undoMs: z.number() })),
  /** Brings back what the last `clear` of this log took; false where it is too late. */
  unclear: oc.input(z.strictObject({ id: containerId })).output(z.object({ restored: z.boolean() })),
  /** The containers' logs that are kept on disk, newest first: also of containers that are gone. */
  kept: oc.output(z.object({ logs: z.array(keptLog) })),
};
