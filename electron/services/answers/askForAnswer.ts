import type { IncomingHttpHeaders } from 'node:http';
import { Failure } from '../../contract/failures';
import type { AnswerFacts, Dialect, Prompt } from './dialect';
import { type Ask, askHttp, BodyTooLong, beginning, type StreamedResponse, wholeText } from './httpStream';
import { upstreamFailure } from './upstreamFailure';
import { eventData, textLines } from './wire';

/** Notes what goes over the wire, for the inspector. */
export interface Recording {
  asked(request: { method: string; url: string; headers: Record<string, string>; body: string | null }): void;
  answered(status: number, headers: IncomingHttpHeaders): void;
  received(text: string): void;
}

/** What a service is asked, and how. */
export interface Question {
  /** The target's name, for people. */
  name: string;
  dialect: Dialect;
  /** Base address, e.g. `http://127.0.0.1:8000`. */
  baseUrl: string;
  /** Sent as `authorization: Bearer`; null sends none. */
  key: string | null;
  prompt: Prompt;
  /** Sent as `x-request-id`. */
  requestId: string;
  signal: AbortSignal;
  allowLinkLocal: boolean;
  recording: Recording;
  /** The connection stands; nothing has come yet. */
  onConnected(): void;
}

/** A piece of the answer, or its end. `thinking`: the model is at work, without text for us. */
export type AnswerPiece = { type: 'text'; text: string } | { type: 'thinking' } | { type: 'done'; facts: AnswerFacts };

/** Longest answer that is taken, and with it the longest event, in UTF-16 units. */
const answerLengthLimit = 8 * 1024 * 1024;

/** What is read of an error's body. */
const errorBodyLimit = 64 * 1024;

const noFacts: AnswerFacts = {
  model: null,
  backend: null,
  promptTokens: null,
  completionTokens: null,
  finishReason: null,
  loadMs: null,
  promptMs: null,
  generateMs: null,
};

/**
 * Asks a service for an answer and yields it as it comes. Waits without limit for the first piece: a model may load for
 * minutes. Ends without an error when the question's `signal` aborts.
 * @throws Failure CHAT_UNAUTHORIZED, CHAT_OVERLOADED, CHAT_MODEL_MISSING, CHAT_CONTEXT_OVERFLOW or CHAT_UPSTREAM where the
 *   service says no or makes no sense; CHAT_CUT_OFF where the answer ends before its end or is longer than 8 Mi characters;
 *   the connection's error where there was no answer at all
 */
export async function* askForAnswer(question: Question): AsyncGenerator<AnswerPiece, void, void> {
  let response: StreamedResponse;
  try {
    response = await open(question);
  } catch (error) {
    if (question.signal.aborted) return;
    throw error;
  }
  try {
    const { first, text } = await peeked(response.text);
    if (question.dialect.framing === 'lines') yield* streamed(question, textLines(text, answerLengthLimit));
    // What a service calls its answer is not always what it is; an event cannot begin with these.
    else if (first === '{' || first === '<' || first === '[') yield* whole(question, response.status, text);
    else yield* streamed(question, eventData(text, answerLengthLimit));
  } catch (error) {
    if (question.signal.aborted) return;
    if (error instanceof Failure) throw error;
    throw new Failure('CHAT_CUT_OFF', {}, { cause: error });
  }
}

async function open(question: Question): Promise<StreamedResponse> {
  const { dialect, prompt } = question;
  const response = await post(question, dialect.body(prompt));
  if (isFine(response)) return response;
  const body = await beginning(response.text, errorBodyLimit);
  const simpler = dialect.simpler?.(response.status, body, prompt) ?? null;
  if (simpler === null) throw refusal(question, response, body);
  const second = await post(question, simpler);
  if (isFine(second)) return second;
  throw refusal(question, second, await beginning(second.text, errorBodyLimit));
}

const isFine = ({ status }: StreamedResponse) => status >= 200 && status < 300;

async function post(question: Question, fields: object): Promise<StreamedResponse> {
  const { baseUrl, dialect, key, requestId, signal, allowLinkLocal, recording, onConnected } = question;
  const body = JSON.stringify(fields);
  const request: Ask & { body: string } = {
    method: 'POST',
    url: `${baseUrl}${dialect.path}`,
    headers: {
      accept: dialect.framing === 'events' ? 'text/event-stream, application/json' : 'application/x-ndjson',
      'x-request-id': requestId,
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    },
    body,
    signal,
    allowLinkLocal,
    onConnected,
  };
  recording.asked(request);
  const response = await askHttp(request);
  recording.answered(response.status, response.headers);
  return { ...response, text: recorded(response.text, recording) };
}

async function* recorded(text: AsyncIterable<string>, recording: Recording): AsyncGenerator<string, void, void> {
  for await (const chunk of text) {
    recording.received(chunk);
    yield chunk;
  }
}

function refusal(question: Question, { status, headers }: Pick<StreamedResponse, 'status' | 'headers'>, body: string) {
  const { name, key, prompt } = question;
  return upstreamFailure({ name, status, headers, body, model: prompt.model, key });
}

/** The first character that is not blank, and the whole text all the same. */
async function peeked(
  text: AsyncGenerator<string, void, void>,
): Promise<{ first: string; text: AsyncGenerator<string, void, void> }> {
  const taken: string[] = [];
  let first = '';
  while (first === '') {
    const { value, done } = await text.next();
    if (done) break;
    taken.push(value);
    first = value.replace(/^[\s\ufeff]+/, '').charAt(0);
  }
  async function* all() {
    try {
      yield* taken;
      yield* text;
    } finally {
      await text.return();
    }
  }
  return { first, text: all() };
}

async function* streamed(
  question: Question,
  batches: AsyncIterable<string[]>,
): AsyncGenerator<AnswerPiece, void, void> {
  let length = 0;
  let facts: AnswerFacts = noFacts;
  for await (const events of batches) {
    let text = '';
    let isThinking = false;
    let isDone = false;
    let refused: string | null = null;
    for (const event of events) {
      const said = question.dialect.read(event);
      if (said.type === 'text') text += said.text;
      else if (said.type === 'thinking') isThinking = true;
      else if (said.type === 'facts' || said.type === 'done') facts = { ...facts, ...said.facts };
      else if (said.type === 'refused') refused = event;
      isDone = said.type === 'done';
      if (isDone || refused !== null) break;
    }
    length += text.length;
    if (length > answerLengthLimit) throw new BodyTooLong();
    if (text !== '') yield { type: 'text', text };
    else if (isThinking) yield { type: 'thinking' };
    if (refused !== null) throw refusal(question, { status: 200, headers: {} }, refused);
    if (isDone) {
      yield { type: 'done', facts };
      return;
    }
  }
  // Some who speak like OpenAI leave out the last event; the reason for the end is an end too.
  if (facts.finishReason === null) throw new Failure('CHAT_CUT_OFF', {});
  yield { type: 'done', facts };
}

async function* whole(
  question: Question,
  status: number,
  text: AsyncIterable<string>,
): AsyncGenerator<AnswerPiece, void, void> {
  const body = await wholeText(text, answerLengthLimit);
  const answer = question.dialect.readWhole(body);
  if (!answer) throw refusal(question, { status, headers: {} }, body);
  if (answer.text !== '') yield { type: 'text', text: answer.text };
  yield { type: 'done', facts: { ...noFacts, ...answer.facts } };
}
