import * as z from 'zod';

/**
 * One layer of a pull. `bytes` are those downloaded, `totalBytes` its size in the registry (compressed) once the engine has
 * told; `present` layers are on the engine already and move no bytes; `retrying`: it was cut and is asked for again.
 */
const pullLayer = z.object({
  /** The engine's short name for it, 12 digits. */
  id: z.string(),
  state: z.enum(['waiting', 'downloading', 'retrying', 'verifying', 'downloaded', 'extracting', 'done', 'present']),
  bytes: z.number(),
  totalBytes: z.number().nullable(),
});
export type PullLayer = z.infer<typeof pullLayer>;

/** What an offline kit says of itself. Untrusted until it was checked, and still somebody else's text after that. */
const kitSummary = z.object({
  createdAtMs: z.number(),
  /** Digest of its manifest: the same on the machine that made it. */
  fingerprint: z.string(),
  images: z.array(z.string()),
  /** The base image that the kit's maker had set, to be taken over by hand; null for none. */
  baseImage: z.string().nullable(),
  /** Run presets that came along, to be taken over by hand. */
  presets: z.array(z.object({ name: z.string(), image: z.string() })),
  /** Models of an Ollama that came along, to be put into a container by hand. */
  models: z.array(z.object({ name: z.string(), sizeBytes: z.number() })),
});
export type KitSummary = z.infer<typeof kitSummary>;

/** Subjects of the tasks that bring images here, take them elsewhere, or remove them. */
export const imageTaskSubjects = [
  /** `docker pull`. `image` is what it is called in the end, `from` what the registry was asked for. */
  z.object({
    kind: z.literal('pull'),
    image: z.string(),
    from: z.string(),
    layers: z.array(pullLayer),
    imageId: z.string().nullable(),
  }),
  /** `docker save`, and the offline kit, which is such an archive with a manifest. */
  z.object({
    kind: z.literal('saveImages'),
    images: z.array(z.string()),
    fileName: z.string(),
    isKit: z.boolean(),
    /** Size of the finished archive; null before. */
    sizeBytes: z.number().nullable(),
    /** A kit's fingerprint once it is written. */
    fingerprint: z.string().nullable(),
  }),
  /** `docker load`: the archive is read and checked as a whole before anything of it is loaded. */
  z.object({
    kind: z.literal('loadImages'),
    fileName: z.string(),
    phase: z.enum(['checking', 'loading', 'done']),
    /** Tags in the archive once they are known. */
    images: z.array(z.string()),
    kit: kitSummary.nullable(),
  }),
  /** Models of a kit on their way into a container's Ollama. */
  z.object({
    kind: z.literal('loadModels'),
    fileName: z.string(),
    models: z.array(z.string()),
    containerId: z.string(),
    containerName: z.string(),
  }),
  /** Removal of what nothing uses. */
  z.object({
    kind: z.literal('prune'),
    imageCount: z.number(),
    withBuildCache: z.boolean(),
    /** What the engine's disk got back; null while it runs. */
    freedBytes: z.number().nullable(),
    /** Images that stayed, since something began to use them after the preview. */
    kept: z.array(z.string()),
  }),
] as const;
