import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures, failureValue } from './failures';

/** An image reference as Docker takes it for `-t`: `[registry/]name[:tag]`, lower case, no digest. */
export const imageTag = z
  .string()
  .max(255)
  .regex(
    /^(?:[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*(?::[\w][\w.-]{0,127})?$/,
  );

/** One image of the engine. `tags` is empty for a dangling one. */
const image = z.object({
  id: z.string(),
  tags: z.array(z.string()),
  createdAtMs: z.number(),
  sizeBytes: z.number(),
  /** Containers made from it, by name. */
  usedBy: z.array(z.string()),
  servesApi: z.boolean(),
});
export type Image = z.infer<typeof image>;

/** Where a build context comes from: the bundled `api-image`, or a folder a person chose. */
const buildSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bundled') }),
  z.strictObject({ kind: z.literal('folder'), path: z.string().min(1).max(4096) }),
]);

/** What a person asks for when building. Strict, as `runRequest`. */
export const buildRequest = z.strictObject({
  source: buildSource,
  tag: imageTag,
  noCache: z.boolean().default(false),
  buildArguments: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), z.string().max(4096)).default({}),
});
export type BuildRequest = z.infer<typeof buildRequest>;

/** One step of a build: a Dockerfile instruction (classic builder) or a BuildKit vertex. `outputFrom`/`outputEnd` is its part of the output, [from, end). */
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
  outputFrom: z.number().nullable(),
  outputEnd: z.number().nullable(),
});
export type BuildStep = z.infer<typeof buildStep>;

/** A build as it stands. `state: done` only after the engine named the image it made. */
const buildState = z.object({
  taskId: z.string(),
  tag: z.string(),
  builder: z.enum(['classic', 'buildkit']),
  state: z.enum(['packing', 'running', 'done', 'failed', 'interrupted', 'cancelled']),
  /** Total steps as far as the builder has told. */
  totalSteps: z.number(),
  steps: z.array(buildStep),
  contextBytes: z.number(),
  imageId: z.string().nullable(),
  failure: failureValue.nullable(),
});
export type BuildState = z.infer<typeof buildState>;

export const images = {
  /** Watches the engine's images. Every item is the whole list, newest first, latest wins. */
  watch: oc.output(eventIterator(z.object({ images: z.array(image), stale: z.boolean() }))),
  /** Starts a build (`docker build`) as a task and answers at once; the same tag cannot be built twice at a time. */
  build: oc
    .input(buildRequest)
    .output(z.object({ taskId: z.string() }))
    .errors(declare(...engineFailures, 'TASK_ALREADY_RUNNING', 'CONTEXT_REFUSED')),
  /** Watches a build as it stands, latest wins. Its output is read through `lines` with `{ kind: 'task', taskId }`. */
  watchBuild: oc
    .input(z.strictObject({ taskId: z.string() }))
    .output(eventIterator(buildState))
    .errors(declare('TASK_MISSING')),
  /** Removes a tag, or the image where it was its last one (`docker rmi`). Never forced. */
  remove: oc
    .input(z.strictObject({ reference: z.string().min(1).max(300) }))
    .errors(declare(...engineFailures, 'IMAGE_MISSING', 'IMAGE_IN_USE')),
};
