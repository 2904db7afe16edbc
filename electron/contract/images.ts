import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures } from './failures';

const tagged =
  /^(?:[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*(?::[\w][\w.-]{0,127})?$/;

/** An image reference as Docker takes it for `-t`: `[registry/]name[:tag]`, lower case, no digest. */
export const imageTag = z.string().max(255).regex(tagged);

/** What `docker pull` takes: a tag, or a digest behind `@`, or both. */
export const pullReference = z
  .string()
  .max(512)
  .regex(new RegExp(`${tagged.source.slice(0, -1)}(?:@sha256:[0-9a-f]{64})?$`));

/** How an image is named to the engine: a tag, a digest reference, or an id. Never an option of a command line. */
export const imageReference = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/:@-]*$/);

/** One image of the engine. `tags` is empty for a dangling one. */
const image = z.object({
  id: z.string(),
  tags: z.array(z.string()),
  createdAtMs: z.number(),
  sizeBytes: z.number(),
  /** Containers made from it, by name. */
  usedBy: z.array(z.string()),
  servesApi: z.boolean(),
  /** Built by Wharf, by its label; of what was pulled or loaded nobody can tell. */
  builtByWharf: z.boolean(),
  /** Null until it was looked up, which follows the list. */
  layerCount: z.number().nullable(),
});
export type Image = z.infer<typeof image>;

/** What an image says of itself. All of it is its maker's text. */
const imageDetail = z.object({
  id: z.string(),
  tags: z.array(z.string()),
  /** As registries name it: `name@sha256:...`; empty for one that was never pulled or pushed. */
  digests: z.array(z.string()),
  createdAtMs: z.number().nullable(),
  sizeBytes: z.number(),
  /** `linux/amd64`, with the variant where there is one. */
  platform: z.string(),
  entrypoint: z.array(z.string()),
  command: z.array(z.string()),
  workingFolder: z.string(),
  /** User that its containers run as; empty for root. */
  user: z.string(),
  /** `8000/tcp` */
  exposedPorts: z.array(z.string()),
  environment: z.array(z.string()),
  volumes: z.array(z.string()),
  labels: z.array(z.object({ name: z.string(), value: z.string() })),
  /** The health check's command; null for none. */
  healthCheck: z.string().nullable(),
  layerCount: z.number(),
  /** The engine's whole answer (`docker image inspect`), for the tree. */
  inspect: z.unknown(),
});
export type ImageDetail = z.infer<typeof imageDetail>;

/** One step of an image's history, oldest first. Steps that only set something have no bytes and no layer. */
const historyStep = z.object({
  createdAtMs: z.number(),
  /** The instruction, as the builder wrote it down. Untrusted. */
  createdBy: z.string(),
  comment: z.string(),
  sizeBytes: z.number(),
  /** Tags of the image that ended here. */
  tags: z.array(z.string()),
});
export type HistoryStep = z.infer<typeof historyStep>;

export const images = {
  /** Watches the engine's images. Every item is the whole list, newest first, latest wins. */
  watch: oc.output(eventIterator(z.object({ images: z.array(image), stale: z.boolean() }))),
  /** Removes a tag, or the image where it was its last one (`docker rmi`). Never forced. */
  remove: oc
    .input(z.strictObject({ reference: imageReference }))
    .errors(declare(...engineFailures, 'IMAGE_MISSING', 'IMAGE_IN_USE', 'IMAGE_HAS_TAGS', 'IMAGE_HAS_CHILDREN')),
  /** Gives an image one more tag (`docker tag`); another image that has it loses it. */
  tag: oc
    .input(z.strictObject({ reference: imageReference, tag: imageTag }))
    .errors(declare(...engineFailures, 'IMAGE_MISSING')),
  /** Everything an image says of itself (`docker image inspect`). */
  inspect: oc
    .input(z.strictObject({ reference: imageReference }))
    .output(imageDetail)
    .errors(declare(...engineFailures, 'IMAGE_MISSING')),
  /** The steps that made an image (`docker history`). */
  history: oc
    .input(z.strictObject({ reference: imageReference }))
    .output(z.object({ steps: z.array(historyStep) }))
    .errors(declare(...engineFailures, 'IMAGE_MISSING')),
  /**
   * Pulls an image (`docker pull`) as a task, with the credentials that the docker command would use. `mirror`: from the
   * mirror that is set, under the image's own name in the end. The same image is not pulled twice at a time.
   */
  pull: oc
    .input(z.strictObject({ image: pullReference, from: z.enum(['registry', 'mirror']).default('registry') }))
    .output(z.object({ taskId: z.string() }))
    .errors(declare(...engineFailures, 'TASK_ALREADY_RUNNING', 'MIRROR_NOT_USABLE')),
};
