import { oc } from '@orpc/contract';
import * as z from 'zod';
import { declare } from './failures';
import { runRequest } from './runRequest';

const presetName = z.string().trim().min(1).max(60);

/** What a person runs an image with again and again. Values of secrets are not kept: they are asked for each time. */
const preset = z.object({ id: z.string(), name: z.string(), savedAtMs: z.number(), request: runRequest });
export type Preset = z.infer<typeof preset>;

export const presets = {
  /** Presets of an image, whatever its tag, newest first. */
  list: oc.input(z.strictObject({ image: z.string().min(1).max(255) })).output(z.object({ presets: z.array(preset) })),
  /** Keeps a request under a name; one of that name for the same image is replaced. */
  save: oc
    .input(z.strictObject({ name: presetName, request: runRequest }))
    .output(preset)
    .errors(declare('STORAGE_FAILED')),
  /** Forgets a preset; one that is not there is no error. */
  remove: oc.input(z.strictObject({ id: z.uuid() })).errors(declare('STORAGE_FAILED')),
};
