import { oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures } from './failures';
import { imageReference } from './images';

/** What one kind of object takes. `reclaimableBytes` is what would come back if all that is unused went. */
const diskShare = z.object({
  count: z.number(),
  inUseCount: z.number(),
  sizeBytes: z.number(),
  reclaimableBytes: z.number(),
});
export type DiskShare = z.infer<typeof diskShare>;

/** An image that no container uses. `ownBytes` are in layers that no other image has: they come back for certain. */
const unusedImage = z.object({
  id: z.string(),
  tags: z.array(z.string()),
  createdAtMs: z.number(),
  sizeBytes: z.number(),
  ownBytes: z.number(),
  builtByWharf: z.boolean(),
  /** Builds start from it: without network it may not come back. */
  isBase: z.boolean(),
});
export type UnusedImage = z.infer<typeof unusedImage>;

/** One record of the build cache that no build uses now. */
const cacheRecord = z.object({
  id: z.string(),
  /** The engine's word: `regular`, `source.local`, `exec.cachemount`, ... */
  kind: z.string(),
  description: z.string(),
  sizeBytes: z.number(),
  lastUsedAtMs: z.number().nullable(),
});
export type CacheRecord = z.infer<typeof cacheRecord>;

/** The engine's disk (`docker system df`), with everything that a prune could take. */
const diskUse = z.object({
  images: diskShare,
  containers: diskShare,
  volumes: diskShare,
  buildCache: diskShare,
  unusedImages: z.array(unusedImage),
  unusedCache: z.array(cacheRecord),
});
export type DiskUse = z.infer<typeof diskUse>;

export const disk = {
  /** Asks the engine what takes how much, which may take it some seconds. */
  read: oc.output(diskUse).errors(declare(...engineFailures)),
  /**
   * Removes the images named, and the unused build cache where asked, as a task. Exactly these: each image goes by the tags
   * it had in the preview, never by force, so that one that is used or tagged again since stays.
   */
  prune: oc
    .input(
      z.strictObject({
        /** Tags, or the id of an image without tag. */
        references: z.array(imageReference).max(5_000),
        buildCache: z.boolean(),
      }),
    )
    .output(z.object({ taskId: z.string() }))
    .errors(declare(...engineFailures, 'TASK_ALREADY_RUNNING')),
};
