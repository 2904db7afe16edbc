import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { answerSettings } from './answers';
import { declare } from './failures';

/** A system prompt and parameters under a name, to be used again. */
const preset = z.strictObject({ id: z.uuid(), name: z.string().trim().min(1).max(80), settings: answerSettings });
export type AnswerPreset = z.infer<typeof preset>;

/** The file of presets as it stands on disk. */
export const presetList = z.array(preset).max(200);

export const answerPresets = {
  /** Watches the presets, by name. Every item is the whole list, latest wins. */
  watch: oc.output(eventIterator(z.object({ presets: z.array(preset) }))).errors(declare('STORAGE_FAILED')),
  /** Adds a preset or replaces the one with its id. */
  put: oc.input(preset).errors(declare('STORAGE_FAILED')),
  /** Forgets a preset; conversations that took it keep their settings. */
  remove: oc.input(z.strictObject({ id: z.uuid() })).errors(declare('STORAGE_FAILED')),
};
