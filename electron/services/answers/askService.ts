import * as z from 'zod';
import { Failure } from '../../contract/failures';
import { BodyTooLong, eventData, postJson, type StreamedResponse, wholeText } from './httpStream';

/** One turn as the service takes it. */
export interface Turn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What a service is asked, and how. */
export interface Question {
  /** Base address, e.g. `http://127.0.0.1:8000`. */
  baseUrl: string;
  /** The conversation, oldest first; its last turn is the user's. */
  turns: Turn[];
  /** Sent as `x-request-id`. */
  requestId: string;
  signal: AbortSignal;
}

/** What a service says at the end of an answer; null where it does not say. */
export interface AnswerFacts {
  model: string | null;
  backend: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
}

/** A piece of the answer, or its end. An answer without `done` was cut off. */
export type AnswerPiece = { type: 'text'; text: string } | { type: 'done'; facts: AnswerFacts };

/** Longest answer that is taken, and with it the longest event, in UTF-16 units. */
const answerLengthLimit = 8 * 1024 * 1024;

/** What is read of an error's body, and what of it is shown. */
const errorBodyLimit = 64 * 1024;
const errorMessageLimit = 2_000;

const facts = z.object({
  model: z.string().nullish().catch(null),
  backend: z.string().nullish().catch(null),
  usage: z
    .object({ prompt_tokens: z.number().nullish().catch(null), completion_tokens: z.number().nullish().catch(null) })
    .nullish()
    .catch(null),
});
const wholeAnswer = facts.extend({ response: z.string() });
const failed = z.object({ error: z.object({ message: z.string() }) });
/** Any of the events; fields that are none of ours are ignored. */
const streamed = facts.extend({
  delta: z.string().optional(),
  done: z.boolean().optional(),
  error: z.unknown().optional(),
});

function answerFacts(said: z.infer<typeof facts>): AnswerFacts {
  return {
    model: said.model ?? null,
    backend: said.backend ?? null,
    promptTokens: said.usage?.prompt_tokens ?? null,
    completionTokens: said.usage?.completion_tokens ?? null,
  };
}

/**
 * Asks a service for an answer: `POST /chat` of the bundled API with the whole conversation, streamed as server-sent
 * events (`{"delta"}`, then `{"done":true,...}` or `{"error":{...}}`); a service that knows only the tutorial's
 * `{"message"}` -> `{"response"}` is asked again in its words. Waits without limit for the first piece.
 * Ends without an error when `signal` aborts.
 * @throws Failure CHAT_UPSTREAM where the service says no or makes no sense, CHAT_CUT_OFF where the answer ends before
 *   its end or is longer than `answerLengthLimit`; the connection's error where there was no answer at all
 */
export async function* askService(question: Question): AsyncGenerator<AnswerPiece, void, void> {
  const response = await open(question);
  try {
    if (response.mediaType === 'text/event-stream') yield* streamedAnswer(response);
    else yield* plainAnswer(response);
  } catch (error) {
    if (question.signal.aborted) return;
    if (error instanceof Failure) throw error;
    throw new Failure('CHAT_CUT_OFF', {}, { cause: error });
  }
}

async function open(question: Question): Promise<StreamedResponse> {
  const { baseUrl, turns, requestId, signal } = question;
  const post = (accept: string, body: object) =>
    postJson({ url: `${baseUrl}/chat`, headers: { accept, 'x-request-id': requestId }, body, signal });

  const response = await post('text/event-stream, application/json', { messages: turns, stream: true });
  if (response.status >= 200 && response.status < 300) return response;
  const body = await beginning(response);
  if (response.status === 422 && lacksMessage(body)) {
    const simple = await post('application/json', { message: turns.at(-1)?.content ?? '' });
    if (simple.status >= 200 && simple.status < 300) return simple;
    throw upstream(simple.status, await beginning(simple));
  }
  throw upstream(response.status, body);
}

/** FastAPI's words for a body without the field `message`: the tutorial's service knows no conversations. */
function lacksMessage(body: string): boolean {
  const detail = z.object({ detail: z.array(z.object({ loc: z.array(z.unknown()) })) }).safeParse(parseJson(body));
  return detail.success && detail.data.detail.some(({ loc }) => loc.at(-1) === 'message');
}

async function* streamedAnswer(response: StreamedResponse): AsyncGenerator<AnswerPiece, void, void> {
  let length = 0;
  for await (const events of eventData(response.text, answerLengthLimit)) {
    let text = '';
    let done: AnswerFacts | null = null;
    let failure: Failure | null = null;
    for (const event of events) {
      const said = streamed.safeParse(parseJson(event)).data;
      if (said === undefined || said.error !== undefined) failure = upstream(response.status, event);
      else if (said.delta !== undefined) text += said.delta;
      else if (said.done) done = answerFacts(said);
      if (done || failure) break;
    }
    length += text.length;
    if (length > answerLengthLimit) throw new BodyTooLong();
    if (text !== '') yield { type: 'text', text };
    if (failure) throw failure;
    if (done) {
      yield { type: 'done', facts: done };
      return;
    }
  }
  throw new Failure('CHAT_CUT_OFF', {});
}

async function* plainAnswer(response: StreamedResponse): AsyncGenerator<AnswerPiece, void, void> {
  const body = await wholeText(response.text, answerLengthLimit);
  const answer = wholeAnswer.safeParse(parseJson(body)).data;
  if (!answer) throw upstream(response.status, body);
  if (answer.response !== '') yield { type: 'text', text: answer.response };
  yield { type: 'done', facts: answerFacts(answer) };
}

async function beginning(response: StreamedResponse): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response.text) {
      text += chunk;
      if (text.length >= errorBodyLimit) break;
    }
  } catch {
    // The status says enough where its body is cut.
  }
  return text.slice(0, errorBodyLimit);
}

/** The service's own words, out of the shapes in which services say no. */
function upstream(status: number, body: string): Failure<'CHAT_UPSTREAM'> {
  const parsed = parseJson(body);
  const said =
    failed.safeParse(parsed).data?.error.message ??
    z.object({ error: z.string() }).safeParse(parsed).data?.error ??
    z.object({ detail: z.string() }).safeParse(parsed).data?.detail ??
    body;
  return new Failure('CHAT_UPSTREAM', { status, message: said.trim().slice(0, errorMessageLimit) });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
