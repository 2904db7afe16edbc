import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, failureValue } from './failures';

/** One request of an answer, as the list shows it. Times in ms. */
const requestEntry = z.object({
  /** The `x-request-id` that was sent along. */
  id: z.string(),
  conversationId: z.string(),
  /** The answer that it was asked for. */
  messageId: z.string(),
  startedAtMs: z.number(),
  /** Null while it is under way. */
  durationMs: z.number().nullable(),
  targetName: z.string(),
  /** Null for an endpoint. */
  containerId: z.string().nullable(),
  model: z.string().nullable(),
  method: z.string(),
  url: z.string(),
  /** HTTP status; null where no answer came. */
  status: z.number().nullable(),
  promptTokens: z.number().nullable(),
  completionTokens: z.number().nullable(),
  /** How the answer ended; null while it is under way and for one that ended well. */
  failure: failureValue.nullable(),
});
export type RequestEntry = z.infer<typeof requestEntry>;

const headers = z.array(z.tuple([z.string(), z.string()]));

/** A text that was cut to its beginning and its end; `leftOut` are the UTF-16 units between them. */
const boundedText = z.object({ head: z.string(), tail: z.string(), leftOut: z.number() });
export type BoundedText = z.infer<typeof boundedText>;

/** A request as it went over the wire. Keys are masked, wherever they stand; long bodies are cut. */
const rawRequest = z.object({
  entry: requestEntry,
  requestHeaders: headers,
  requestBody: boundedText,
  responseHeaders: headers,
  responseBody: boundedText,
});
export type RawRequest = z.infer<typeof rawRequest>;

/** What stands in place of a secret. */
export const maskedSecret = '••••••••';

const one = z.strictObject({ requestId: z.string().max(128) });

export const requests = {
  /** Watches the requests of a conversation, newest first, at most 200. Every item is the whole list, latest wins. */
  watch: oc
    .input(z.strictObject({ conversationId: z.string() }))
    .output(eventIterator(z.object({ requests: z.array(requestEntry) })))
    .errors(declare('STORAGE_FAILED')),
  /** One request with all that is kept of it; null where nothing is (any more). */
  read: oc
    .input(one)
    .output(z.object({ request: rawRequest.nullable() }))
    .errors(declare('STORAGE_FAILED')),
  /** The turn that a request id belongs to, for a log line that holds one; null for requests of others. */
  find: oc
    .input(one)
    .output(z.object({ turn: z.object({ conversationId: z.string(), messageId: z.string() }).nullable() }))
    .errors(declare('STORAGE_FAILED')),
};

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * The request as a `curl` line for a POSIX shell. A masked key becomes `$API_KEY`, to be set by the person; null where the
 * body was cut, since half of one asks for something else.
 */
export function asCurl({ entry, requestHeaders, requestBody }: RawRequest): string | null {
  if (requestBody.leftOut > 0) return null;
  const words = ['curl', '-N', '-X', entry.method, quoted(entry.url)];
  for (const [name, value] of requestHeaders) {
    if (name === 'content-length' || name === 'host') continue;
    const header = `${name}: ${value}`;
    if (!header.includes(maskedSecret)) words.push('-H', quoted(header));
    else words.push('-H', `"${header.replace(/["$`\\]/g, '\\$&').replaceAll(maskedSecret, '$API_KEY')}"`);
  }
  if (requestBody.head !== '') words.push('--data-raw', quoted(requestBody.head));
  return words.join(' ');
}
