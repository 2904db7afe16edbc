import * as z from 'zod';

/** One layer of a model's pull, by its digest's first 12 digits. `present`: it was there already. */
const modelLayer = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'downloading', 'done', 'present']),
  bytes: z.number(),
  totalBytes: z.number().nullable(),
});
export type ModelLayer = z.infer<typeof modelLayer>;

/** Which Ollama a task works on: its endpoint, and its name for people. */
const place = { endpointId: z.string(), ollama: z.string() };

/** Subjects of the tasks that bring models to an Ollama. */
export const modelTaskSubjects = [
  /** `ollama pull`. Layers are named one after the other, as Ollama comes to them. */
  z.object({
    kind: z.literal('pullModel'),
    ...place,
    model: z.string(),
    phase: z.enum(['asking', 'downloading', 'verifying', 'writing', 'done']),
    layers: z.array(modelLayer),
  }),
  /** `ollama create`. `fileName` is the GGUF file's; null where none is uploaded. */
  z.object({
    kind: z.literal('createModel'),
    ...place,
    model: z.string(),
    fileName: z.string().nullable(),
    phase: z.enum(['hashing', 'uploading', 'creating', 'done']),
  }),
] as const;
