import * as z from 'zod';

/** Failures of an Ollama's models; part of `failureDetails`. */
export const modelFailures = {
  /**
   * A model could not be pulled. `unknownName`: the registry has none of that name; `noSpace`: Ollama's disk is full; `name`,
   * `refused`, `timeout`, `lost`, `certificate`, `plainHttp`: how the registry could not be talked to; `denied`: it wants an
   * account; `limit`: it asks to wait; `tooOld`: the model needs a later Ollama; `damaged`: what came is not what was asked
   * for; `cut`: Ollama's answer ended unsaid. `message` is Ollama's text, untrusted.
   */
  MODEL_PULL_FAILED: z.object({
    model: z.string(),
    ollama: z.string(),
    reason: z.enum([
      'unknownName',
      'noSpace',
      'name',
      'refused',
      'timeout',
      'lost',
      'certificate',
      'plainHttp',
      'denied',
      'limit',
      'tooOld',
      'damaged',
      'badName',
      'cut',
      'other',
    ]),
    message: z.string(),
  }),
  /** A model could not be created. `message` is Ollama's text, untrusted. */
  MODEL_CREATE_FAILED: z.object({
    model: z.string(),
    ollama: z.string(),
    reason: z.enum(['noSpace', 'notGguf', 'unsupported', 'lost', 'other']),
    message: z.string(),
  }),
  /** The Ollama has a model of that name already. */
  MODEL_NAME_TAKEN: z.object({ model: z.string() }),
  /**
   * The Modelfile cannot be used, for what stands in `line` (1-based; 0: the whole). `noFrom`: nothing to begin with;
   * `unknown`: no instruction of a Modelfile; `unclosed`: a text that never ends; `value`: an instruction without what it
   * needs; `file`: a file that was not picked.
   */
  MODELFILE_REFUSED: z.object({
    line: z.number(),
    reason: z.enum(['noFrom', 'unknown', 'unclosed', 'value', 'file']),
    text: z.string(),
  }),
} as const;
