/** Tokens by which two counts of the same text may differ: templates add a few around each turn. */
const slackTokens = 32;
/** Characters of a token, more than any text has on average. */
const longestTokenLength = 8;

/** What is known of an answer when it is over. */
export interface ContextFigures {
  /** Context in force, in tokens; null where nobody told. */
  contextTokens: number | null;
  /** As the service counted them; null where it did not tell. */
  promptTokens: number | null;
  completionTokens: number | null;
  /** UTF-16 units of all that was sent. */
  sentLength: number;
  /** The finished answer before it on the same branch, by the same model with the same settings; null where there is none. */
  before: { promptTokens: number; textLength: number } | null;
}

/**
 * Whether the service silently left something out. Ollama drops the oldest messages, or the middle of one, until the
 * prompt fits, and shifts the context while it writes; its only sign is `prompt_eval_count`:
 * the prompt fills the context to the last token, prompt and answer are longer than the context together, or the prompt
 * is shorter than what was sent, or than the turns before it already were.
 */
export function hasOverflowed({
  contextTokens,
  promptTokens,
  completionTokens,
  sentLength,
  before,
}: ContextFigures): boolean {
  if (promptTokens === null) return false;
  if (contextTokens !== null && promptTokens >= contextTokens - 1) return true;
  if (contextTokens !== null && completionTokens !== null && promptTokens + completionTokens > contextTokens)
    return true;
  if (promptTokens + slackTokens < Math.floor(sentLength / longestTokenLength)) return true;
  // What the model answered before is part of this prompt now; a shorter one has lost something.
  const atLeast = before && before.promptTokens + Math.floor(before.textLength / longestTokenLength);
  return atLeast !== null && promptTokens + slackTokens < atLeast;
}
