import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures, failureDetails, failureValue } from './failures';
import { imageTag } from './images';

/** What the bundled image is called where nobody says otherwise. */
export const bundledTag = 'llm-api:latest';

/** Where a build context comes from: the bundled `api-image`, or a folder a person chose. */
const buildSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bundled') }),
  z.strictObject({ kind: z.literal('folder'), path: z.string().min(1).max(4096) }),
]);

/** Path of a Dockerfile inside its folder, with slashes: never absolute, never out of it. */
export const dockerfilePath = z
  .string()
  .min(1)
  .max(1024)
  .refine((path) => !/^(\/|[A-Za-z]:)|\\|\0/.test(path) && !path.split('/').includes('..'), 'a path inside the folder');

/** A stage of a Dockerfile, by its name or its number from 0. */
export const stageName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][\w.-]*$/);

/** `os/architecture[/variant]`, as `--platform` takes it. */
export const platformName = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/);

/** What a person asks for when building. Strict, as `runRequest`. */
export const buildRequest = z.strictObject({
  source: buildSource,
  tag: imageTag,
  dockerfile: dockerfilePath.default('Dockerfile'),
  /** Stage to stop at; null for the last one. */
  target: stageName.nullable().default(null),
  buildArguments: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), z.string().max(4096)).default({}),
  noCache: z.boolean().default(false),
  /** Asks the registry for a newer base image even where the engine has one. */
  pull: z.boolean().default(false),
  platform: platformName.nullable().default(null),
  /** Passes on this machine's proxies; to the bundled image its certificates and pip settings, too. */
  hostSettings: z.boolean().default(true),
});
export type BuildRequest = z.infer<typeof buildRequest>;

/** What is looked through before a build: a folder, and the Dockerfile in it that says which ignore file counts. */
const contextRequest = z.strictObject({ source: buildSource, dockerfile: dockerfilePath });
export type ContextRequest = z.infer<typeof contextRequest>;

/** A file or folder of a context, with the bytes of all files in it. Paths have slashes and are untrusted text. */
const sizedPath = z.object({ path: z.string(), sizeBytes: z.number() });

/**
 * What a build of a folder would send, as far as it was looked through (`complete`). `largest` and `dropped.largest` hold
 * ten at most. A folder that is dropped counts as one entry.
 */
const contextPreview = z.object({
  complete: z.boolean(),
  fileCount: z.number(),
  sizeBytes: z.number(),
  largest: z.array(sizedPath),
  dropped: z.object({
    /** The ignore file that is in force; null for none. */
    ignoreFile: z.string().nullable(),
    entryCount: z.number(),
    sizeBytes: z.number(),
    /** False where there was too much to add all of it up. */
    sizeIsWhole: z.boolean(),
    largest: z.array(sizedPath),
  }),
  /** What keeps the folder from being built, by name; twenty at most. */
  refused: z.array(failureDetails.CONTEXT_REFUSED),
  /** Files of the folder that look like a Dockerfile. */
  dockerfiles: z.array(z.string()),
  /** Stages of the chosen Dockerfile in order. `base` is its `FROM`'s image, build arguments filled in by their defaults. */
  stages: z.array(z.object({ name: z.string().nullable(), base: z.string(), line: z.number() })),
  /** Build arguments that the chosen Dockerfile takes. */
  arguments: z.array(z.object({ name: z.string(), byDefault: z.string().nullable() })),
  /** The build argument by which the Dockerfile takes its base image; null where it names one itself. */
  baseArgument: z.string().nullable(),
  /** What `hostSettings` would pass on: names only, never a value. */
  hostSettings: z.object({ proxies: z.array(z.string()), certificates: z.boolean(), pip: z.boolean() }),
});
export type ContextPreview = z.infer<typeof contextPreview>;

/** One step of a build: a Dockerfile instruction (classic builder) or a BuildKit vertex. Its lines are read with its id as the `part`. */
const buildStep = z.object({
  /** Stable within the build: `1`, `2`, ... or BuildKit's vertex digest. */
  id: z.string(),
  /** As the builder prints it, e.g. `FROM python:3.11-slim`, `RUN pip install ...`. Untrusted. */
  instruction: z.string(),
  /** 1-based Dockerfile line where it is known. */
  line: z.number().nullable(),
  state: z.enum(['waiting', 'running', 'done', 'cached', 'failed', 'cancelled']),
  startedAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
  hasOutput: z.boolean(),
});
export type BuildStep = z.infer<typeof buildStep>;

/** A build as it stands, or as it ended. `state: done` only after the engine named the image it made. */
export const buildState = z.object({
  taskId: z.string(),
  tag: z.string(),
  request: buildRequest,
  /** The `docker build` line that does the same. */
  command: z.string(),
  builder: z.enum(['classic', 'buildkit']),
  state: z.enum(['packing', 'running', 'done', 'failed', 'interrupted', 'cancelled']),
  startedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  /** Total steps as far as the builder has told. */
  totalSteps: z.number(),
  steps: z.array(buildStep),
  /**
   * What is sent to the engine; null until the folder was looked through. `sentBytes` counts the archive; with BuildKit, which
   * takes what it misses, the bytes of those files. `isSending` while the engine takes it.
   */
  context: z
    .object({ fileCount: z.number(), sizeBytes: z.number(), sentBytes: z.number(), isSending: z.boolean().optional() })
    .nullable(),
  /** SHA-256 of the Dockerfile, in hexadecimal digits; null until it was read. */
  dockerfileHash: z.string().nullable(),
  /** Images that the Dockerfile's stages start from, build arguments filled in. */
  baseImages: z.array(z.string()),
  imageId: z.string().nullable(),
  failure: failureValue.nullable(),
});
export type BuildState = z.infer<typeof buildState>;

/** One build among all that are remembered. */
const buildSummary = buildState
  .pick({ taskId: true, tag: true, builder: true, state: true, startedAtMs: true, finishedAtMs: true })
  .extend({
    source: buildSource,
    dockerfileHash: z.string().nullable(),
    imageId: z.string().nullable(),
    stepCount: z.number(),
    cachedCount: z.number(),
  });
export type BuildSummary = z.infer<typeof buildSummary>;

/** What is kept of a build beside its state: the Dockerfile's text as it was built, and the last lines of each step. Untrusted. */
export const buildDetails = z.object({
  dockerfile: z.string().nullable(),
  lastLines: z.record(z.string(), z.array(z.string())),
});
export type BuildDetails = z.infer<typeof buildDetails>;

export const builds = {
  /** Watches what a build would send while it is looked through, and again whenever the folder's own entries change. Latest wins. */
  watchContext: oc.input(contextRequest).output(eventIterator(contextPreview)).errors(declare('CONTEXT_REFUSED')),
  /** Starts a build (`docker build`) as a task and answers at once; the same tag cannot be built twice at a time. */
  start: oc
    .input(buildRequest)
    .output(z.object({ taskId: z.string() }))
    .errors(declare(...engineFailures, 'TASK_ALREADY_RUNNING', 'CONTEXT_REFUSED')),
  /**
   * Watches a build as it stands, latest wins; one of an earlier run of Wharf is a single item. Output is read through
   * `lines` with `{ kind: 'task', taskId }`, that of one step with its id as `part`, for as long as Wharf runs.
   */
  watch: oc
    .input(z.strictObject({ taskId: z.string() }))
    .output(eventIterator(buildState))
    .errors(declare('TASK_MISSING')),
  /** What is kept of a build beside its state. */
  details: oc
    .input(z.strictObject({ taskId: z.string() }))
    .output(buildDetails)
    .errors(declare('TASK_MISSING')),
  /** Watches all remembered builds, newest first; they outlive Wharf. Latest wins. */
  watchHistory: oc.output(eventIterator(z.object({ builds: z.array(buildSummary) }))),
  /** Forgets builds that are over. Their images stay. */
  forget: oc.input(z.strictObject({ taskIds: z.array(z.string()).min(1).max(1000) })).errors(declare('STORAGE_FAILED')),
};
