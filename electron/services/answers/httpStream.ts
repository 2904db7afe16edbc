import { type IncomingMessage, request as openRequest } from 'node:http';
import { createParser } from 'eventsource-parser';
import { readStream } from '../../docker/stream';

/** A POST with a JSON body to a service on this machine. */
export interface JsonPost {
  /** `http:` only; redirects are not followed. */
  url: string;
  headers: Record<string, string>;
  body: unknown;
  signal: AbortSignal;
}

/** What the service answered, its body still to come. */
export interface StreamedResponse {
  status: number;
  /** Media type in lower case without parameters; empty where none was given. */
  mediaType: string;
  /** The body as text, UTF-8 over chunk borders; throws ECONNRESET where it ends too early. Leaving it closes the connection. */
  text: AsyncGenerator<string, void, void>;
}

/** The body is longer than it may be. */
export class BodyTooLong extends Error {}

/**
 * Sends a request and resolves with the head of the answer, however long that takes: a model may load for minutes. One
 * connection of its own each; aborting closes it at any time (on Node 16 a signal alone does nothing after the head).
 * @throws the connection's error (`ECONNREFUSED`, `ECONNRESET`, `HPE_...`)
 */
export function postJson({ url, headers, body, signal }: JsonPost): Promise<StreamedResponse> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const request = openRequest(url, {
      method: 'POST',
      agent: false,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      },
    });
    const abort = () => {
      request.destroy();
      reject(new Error('aborted'));
    };
    signal.addEventListener('abort', abort, { once: true });
    request.on('close', () => signal.removeEventListener('abort', abort));
    // Stays for good: a destroyed socket may still report its reset.
    request.on('error', reject);
    request.on('response', (response) =>
      resolve({
        status: response.statusCode ?? 0,
        mediaType: (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
        text: decoded(response, signal),
      }),
    );
    if (signal.aborted) abort();
    else request.end(text);
  });
}

async function* decoded(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  for await (const chunk of readStream(response, signal)) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/**
 * The data of server-sent events (WHATWG HTML, "Server-sent events"), those of one chunk together.
 * @param limitLength longest event, in UTF-16 units
 * @throws BodyTooLong
 */
export async function* eventData(
  text: AsyncIterable<string>,
  limitLength: number,
): AsyncGenerator<string[], void, void> {
  let arrived: string[] = [];
  let tooLong = false;
  const parser = createParser({
    maxBufferSize: limitLength,
    onEvent: (event) => {
      arrived.push(event.data);
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') tooLong = true;
    },
  });
  for await (const chunk of text) {
    parser.feed(chunk);
    if (arrived.length > 0) yield arrived;
    arrived = [];
    if (tooLong) throw new BodyTooLong();
  }
}

/**
 * The whole body.
 * @param limitLength UTF-16 units it may have
 * @throws BodyTooLong
 */
export async function wholeText(text: AsyncIterable<string>, limitLength: number): Promise<string> {
  let whole = '';
  for await (const chunk of text) {
    whole += chunk;
    if (whole.length > limitLength) throw new BodyTooLong();
  }
  return whole;
}
