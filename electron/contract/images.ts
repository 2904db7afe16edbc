import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures } from './failures';

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

export const images = {
  /** Watches the engine's images. Every item is the whole list, newest first, latest wins. */
  watch: oc.output(eventIterator(z.object({ images: z.array(image), stale: z.boolean() }))),
  /** Removes a tag, or the image where it was its last one (`docker rmi`). Never forced. */
  remove: oc
    .input(z.strictObject({ reference: z.string().min(1).max(300) }))
    .errors(declare(...engineFailures, 'IMAGE_MISSING', 'IMAGE_IN_USE')),
};
