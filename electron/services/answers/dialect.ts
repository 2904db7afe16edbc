import * as z from 'zod';
import type { Parameters } from '../../contract/answers';
import { parseJson } from './wire';

/** One turn as a service takes it. */
export interface Turn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What is asked, in no API's words: the conversation, oldest first, its last turn the user's or the one to go on with. */
export interface Prompt {
  turns: Turn[];
  /** Null leaves the choice to the service. */
  model: string | null;
  parameters: Parameters;
}

/** What a service says at the end of an answer; null where it does not say. Times in ms. */
export interface AnswerFacts {
  model: string | null;
  backend: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
  finishReason: string | null;
  loadMs: number | null;
  promptMs: number | null;
  generateMs: number | null;
}

/** What one event of a stream means. `thinking`: the model writes what it keeps to itself. `refused`: the service's words. */
type Said =
  | { type: 'text'; text: string }
  | { type: 'thinking' }
  | { type: 'facts'; facts: Partial<AnswerFacts> }
  | { type: 'done'; facts: Partial<AnswerFacts> }
  | { type: 'nothing' }
  | { type: 'refused' };

/** How one API is asked and how it answers. */
export interface Dialect {
  path: string;
  /** Server-sent events, or one JSON object a line. */
  framing: 'events' | 'lines';
  body(prompt: Prompt): object;
  /** Pure: facts that come in several events are put together by the reader. */
  read(event: string): Said;
  /** A body that is one JSON object and no stream; null where it is no answer. */
  readWhole(body: string): { text: string; facts: Partial<AnswerFacts> } | null;
  /** Another body to try where the first was refused; null where there is none. */
  simpler?(status: number, body: string, prompt: Prompt): object | null;
}

const count = z.number().nullish().catch(null);
const word = z.string().nullish().catch(null);

/** `{name: value}` of what is given, under the names of Ollama's options, which the bundled API shares. */
function ollamaOptions(parameters: Parameters): Record<string, unknown> | null {
  const options = {
    temperature: parameters.temperature,
    top_p: parameters.topP,
    top_k: parameters.topK,
    min_p: parameters.minP,
    seed: parameters.seed,
    num_predict: parameters.maxTokens,
    num_ctx: parameters.contextTokens,
    stop: parameters.stop,
    repeat_penalty: parameters.repeatPenalty,
    presence_penalty: parameters.presencePenalty,
    frequency_penalty: parameters.frequencyPenalty,
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.length === 0 ? null : Object.fromEntries(given);
}

const bundledFacts = z.object({
  model: word,
  backend: word,
  finish_reason: word,
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(null),
  backend_timings: z.object({ load_ms: count, prompt_eval_ms: count, eval_ms: count }).nullish().catch(null),
});

function factsOfBundled(said: unknown): Partial<AnswerFacts> {
  const facts = bundledFacts.safeParse(said).data;
  return {
    model: facts?.model ?? null,
    backend: facts?.backend ?? null,
    finishReason: facts?.finish_reason ?? null,
    promptTokens: facts?.usage?.prompt_tokens ?? null,
    completionTokens: facts?.usage?.completion_tokens ?? null,
    loadMs: facts?.backend_timings?.load_ms ?? null,
    promptMs: facts?.backend_timings?.prompt_eval_ms ?? null,
    generateMs: facts?.backend_timings?.eval_ms ?? null,
  };
}

/** FastAPI's words for a body without the field `message`: the tutorial's service knows no conversations. */
const lacksMessage = (body: string) =>
  z
    .object({ detail: z.array(z.object({ loc: z.array(z.unknown()) })) })
    .safeParse(parseJson(body))
    .data?.detail.some(({ loc }) => loc.at(-1) === 'message') ?? false;

/**
 * The bundled API's `POST /chat`: `{"delta"}`, then `{"done":true,...}` or `{"error":{...}}` as events; a service that knows
 * only the tutorial's `{"message"}` -> `{"response"}` is asked again in its words.
 */
export const bundledDialect: Dialect = {
  path: '/chat',
  framing: 'events',
  body: ({ turns, model, parameters }) => {
    const options = ollamaOptions(parameters);
    return { messages: turns, ...(model === null ? {} : { model }), ...(options ? { options } : {}), stream: true };
  },
  read: (event) => {
    const said = parseJson(event) as { delta?: unknown; done?: unknown; error?: unknown } | null | undefined;
    if (typeof said !== 'object' || said === null || said.error !== undefined) return { type: 'refused' };
    if (typeof said.delta === 'string') return { type: 'text', text: said.delta };
    return said.done === true ? { type: 'done', facts: factsOfBundled(said) } : { type: 'nothing' };
  },
  readWhole: (body) => {
    const said = parseJson(body);
    const answer = z.object({ response: z.string() }).safeParse(said).data;
    return answer ? { text: answer.response, facts: factsOfBundled(said) } : null;
  },
  simpler: (status, body, { turns }) =>
    status === 422 && lacksMessage(body) ? { message: turns.at(-1)?.content ?? '' } : null,
};

const nanoseconds = 1_000_000;
const inMs = (duration: number | null | undefined) =>
  duration === null || duration === undefined ? null : Math.round(duration / nanoseconds);

/** What Ollama's last line tells (its docs/api.md, "Generate a chat completion"); durations in nanoseconds. */
const ollamaFacts = z.object({
  model: word,
  done_reason: word,
  prompt_eval_count: count,
  eval_count: count,
  load_duration: count,
  prompt_eval_duration: count,
  eval_duration: count,
});

function factsOfOllama(said: unknown): Partial<AnswerFacts> {
  const facts = ollamaFacts.safeParse(said).data;
  return {
    model: facts?.model ?? null,
    backend: 'ollama',
    finishReason: facts?.done_reason ?? null,
    promptTokens: facts?.prompt_eval_count ?? null,
    completionTokens: facts?.eval_count ?? null,
    loadMs: inMs(facts?.load_duration),
    promptMs: inMs(facts?.prompt_eval_duration),
    generateMs: inMs(facts?.eval_duration),
  };
}

interface OllamaLine {
  message?: { content?: unknown; thinking?: unknown };
  done?: unknown;
  error?: unknown;
}

/** Ollama's own API: one JSON object a line, the last with `"done": true`; an error may come as a line after status 200. */
export const ollamaDialect: Dialect = {
  path: '/api/chat',
  framing: 'lines',
  body: ({ turns, model, parameters }) => {
    const options = ollamaOptions(parameters);
    return { model, messages: turns, stream: true, ...(options ? { options } : {}) };
  },
  read: (line) => {
    const said = parseJson(line) as OllamaLine | null | undefined;
    if (typeof said !== 'object' || said === null || said.error !== undefined) return { type: 'refused' };
    if (said.done === true) return { type: 'done', facts: factsOfOllama(said) };
    const content = said.message?.content;
    if (typeof content === 'string' && content !== '') return { type: 'text', text: content };
    return typeof said.message?.thinking === 'string' ? { type: 'thinking' } : { type: 'nothing' };
  },
  readWhole: () => null,
};

/** OpenAI's facts: usage in the last chunk where it was asked for, the reason in the last choice. */
const openaiFacts = z.object({
  model: word,
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(null),
  choices: z
    .array(z.object({ finish_reason: word }))
    .nullish()
    .catch(null),
});

function factsOfOpenai(said: unknown): Partial<AnswerFacts> {
  const facts = openaiFacts.safeParse(said).data;
  const reason = facts?.choices?.[0]?.finish_reason;
  return {
    ...(facts?.model ? { model: facts.model } : {}),
    ...(reason ? { finishReason: reason } : {}),
    ...(facts?.usage
      ? {
          promptTokens: facts.usage.prompt_tokens ?? null,
          completionTokens: facts.usage.completion_tokens ?? null,
        }
      : {}),
  };
}

interface OpenaiChunk {
  choices?: {
    delta?: { content?: unknown; reasoning_content?: unknown; reasoning?: unknown };
    finish_reason?: unknown;
  }[];
  usage?: unknown;
  error?: unknown;
}

/** `POST /v1/chat/completions` of OpenAI and all who speak like it, as events that end with `[DONE]`. */
export const openaiDialect: Dialect = {
  path: '/v1/chat/completions',
  framing: 'events',
  body: ({ turns, model, parameters }) => {
    const named = {
      temperature: parameters.temperature,
      top_p: parameters.topP,
      max_tokens: parameters.maxTokens,
      seed: parameters.seed,
      stop: parameters.stop,
      presence_penalty: parameters.presencePenalty,
      frequency_penalty: parameters.frequencyPenalty,
    };
    const given = Object.entries(named).filter(([, value]) => value !== undefined);
    return {
      model,
      messages: turns,
      stream: true,
      stream_options: { include_usage: true },
      ...Object.fromEntries(given),
    };
  },
  read: (event) => {
    if (event.trim() === '[DONE]') return { type: 'done', facts: {} };
    const said = parseJson(event) as OpenaiChunk | null | undefined;
    if (typeof said !== 'object' || said === null || (said.error !== undefined && said.error !== null)) {
      return { type: 'refused' };
    }
    const choice = Array.isArray(said.choices) ? said.choices[0] : undefined;
    const content = choice?.delta?.content;
    if (typeof content === 'string' && content !== '') return { type: 'text', text: content };
    if (choice?.finish_reason != null || said.usage != null) return { type: 'facts', facts: factsOfOpenai(said) };
    const thought = choice?.delta?.reasoning_content ?? choice?.delta?.reasoning;
    return typeof thought === 'string' && thought !== '' ? { type: 'thinking' } : { type: 'nothing' };
  },
  readWhole: (body) => {
    const said = parseJson(body);
    const answer = z
      .object({ choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1) })
      .safeParse(said).data;
    return answer ? { text: answer.choices[0]?.message.content ?? '', facts: factsOfOpenai(said) } : null;
  },
};
