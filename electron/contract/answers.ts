import * as z from 'zod';

/** An answer under way. */
const underWay = ['queued', 'connecting', 'loading', 'generating'] as const;
/** An answer that is over. */
export const endings = ['done', 'stopped', 'cutOff', 'failed'] as const;
export type Ending = (typeof endings)[number];

/**
 * How an answer stands. Under way: `queued` (others of this target come first), `connecting`, `loading` (the server has
 * the request and has said nothing yet: a model is being loaded or reads the prompt), `generating`. Over: the rest;
 * `cutOff` ended without the server saying that it was done.
 */
export const answerState = z.enum([...underWay, ...endings]);
export type AnswerState = z.infer<typeof answerState>;

/** Whether nothing more will come. */
export const isEnding = (state: AnswerState): state is Ending => (endings as readonly string[]).includes(state);

/** What an answer waits for: its place in line (1 is next; null outside of the line) and since when, epoch ms. */
export const answerWaiting = z.object({ position: z.number().nullable(), sinceMs: z.number() });

/** Sampling parameters; what is left out is the server's own choice. Ranges are those that Ollama and OpenAI share. */
const parameters = z.strictObject({
  /** How freely words are chosen, 0 always takes the likeliest. */
  temperature: z.number().min(0).max(2).optional(),
  /** Only the likeliest words that together have this share are chosen from. */
  topP: z.number().min(0).max(1).optional(),
  /** Only so many likeliest words are chosen from. OpenAI's API has no such thing. */
  topK: z.int().min(1).max(1000).optional(),
  /** Words less likely than this share of the likeliest are left out. OpenAI's API has no such thing. */
  minP: z.number().min(0).max(1).optional(),
  /** The same seed gives the same answer, as far as the server can. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional(),
  /** Longest answer in tokens. */
  maxTokens: z.int().min(1).max(1_000_000).optional(),
  /** Context in tokens that the model is loaded with (Ollama's num_ctx). */
  contextTokens: z.int().min(256).max(1_000_000).optional(),
  /** The answer ends before any of these. */
  stop: z.array(z.string().min(1).max(200)).min(1).max(4).optional(),
  /** Above 1: words that were used lately become less likely. OpenAI's API has no such thing. */
  repeatPenalty: z.number().min(0).max(2).optional(),
  /** Words used at all become less likely. */
  presencePenalty: z.number().min(-2).max(2).optional(),
  /** Words become less likely each time they are used. */
  frequencyPenalty: z.number().min(-2).max(2).optional(),
});
export type Parameters = z.infer<typeof parameters>;

/** Longest system prompt, in UTF-16 units. */
export const systemLengthLimit = 100_000;

/** How a conversation wants to be answered. `system` may be empty. */
export const answerSettings = z.strictObject({ system: z.string().max(systemLengthLimit), parameters });
export type AnswerSettings = z.infer<typeof answerSettings>;

/** Settings of a conversation for which nobody has set any. */
export const plainSettings: AnswerSettings = { system: '', parameters: {} };

/** Whether settings leave everything to the server. */
export const isPlain = ({ system, parameters }: AnswerSettings) =>
  system === '' && Object.keys(parameters).length === 0;

/** What produced an answer, as known when it was produced. The container's fields are null for an endpoint. */
export const provenance = z.object({
  containerId: z.string().nullable(),
  containerName: z.string().nullable(),
  image: z.string().nullable(),
  imageId: z.string().nullable(),
  /** The server that was asked by address; null for a container. */
  endpoint: z
    .object({ id: z.string(), name: z.string(), kind: z.enum(['ollama', 'openai']), baseUrl: z.string() })
    .nullish(),
  backend: z.string().nullable(),
  model: z.string().nullable(),
  parameters: parameters.optional(),
  /** Whether a system prompt was sent along. */
  hasSystem: z.boolean().optional(),
  /** The `x-request-id` sent along: it stands in the container's log line too. */
  requestId: z.string(),
});
export type Provenance = z.infer<typeof provenance>;

/**
 * Numbers of an answer; null where the service did not tell. Times in ms; `firstTokenMs` and `totalMs` are measured in
 * main from the moment of sending (waiting in line is not counted), the others are the server's own.
 */
export const answerNumbers = z.object({
  firstTokenMs: z.number().nullable(),
  totalMs: z.number().nullable(),
  promptTokens: z.number().nullable(),
  completionTokens: z.number().nullable(),
  queuedMs: z.number().nullable().optional(),
  loadMs: z.number().nullable().optional(),
  promptMs: z.number().nullable().optional(),
  generateMs: z.number().nullable().optional(),
  /** Tokens that fit in the context in force for this answer. */
  contextTokens: z.number().nullable().optional(),
  /** The server silently left out the oldest messages, or shifted the context while it wrote. */
  overflowed: z.boolean().optional(),
  /** `length`: ended at the longest allowed answer. */
  finishReason: z.string().max(64).nullable().optional(),
});
export type AnswerNumbers = z.infer<typeof answerNumbers>;
