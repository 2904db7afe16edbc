import { lookup as lookUp } from 'node:dns';
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as openHttp } from 'node:http';
import { request as openHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { readStream } from '../../docker/stream';
import { isLinkLocal } from './address';

/** A request to a server that answers. */
export interface Ask {
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** `http:` or `https:`; redirects are not followed. */
  url: string;
  headers: Record<string, string>;
  /** JSON as it is sent, or bytes as they come, which are destroyed when the request is over; null sends none. */
  body: string | { bytes: Readable; sizeBytes: number } | null;
  signal: AbortSignal;
  /** Link-local addresses are refused unless a person allowed them: clouds keep their machines' secrets there. */
  allowLinkLocal?: boolean;
  /** The connection stands and the request is on its way. */
  onConnected?: () => void;
}

/** What the server answered, its body still to come. */
export interface StreamedResponse {
  status: number;
  headers: IncomingHttpHeaders;
  /** Media type in lower case without parameters; empty where none was given. */
  mediaType: string;
  /** The body as text, UTF-8 over chunk borders; throws ECONNRESET where it ends too early. Leaving it closes the connection. */
  text: AsyncGenerator<string, void, void>;
}

/** The body is longer than it may be. */
export class BodyTooLong extends Error {}

/** A silent connection is probed from here on, so that a machine that went away is noticed without any time limit. */
const probeAfterMs = 30_000;

const lookupOutsideOfLinkLocal: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, found) => {
    const addresses = error ? [] : found;
    if (!error && addresses.some(({ address }) => isLinkLocal(address))) {
      callback(Object.assign(new Error(`${hostname} is link-local`), { code: 'ELINKLOCAL' }), '', 0);
    } else if (error) {
      callback(error, '', 0);
    } else if (options.all) {
      callback(null, addresses);
    } else {
      callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
    }
  });
};

/**
 * Sends a request and resolves with the head of the answer, however long that takes: a model may load for minutes. One
 * connection of its own each; aborting closes it at any time (on Node 16 a signal alone does nothing after the head).
 * @throws the connection's error (`ECONNREFUSED`, `ECONNRESET`, `HPE_...`, `ELINKLOCAL`)
 */
export function askHttp(ask: Ask): Promise<StreamedResponse> {
  const { method, url, headers, body, signal } = ask;
  return new Promise((resolve, reject) => {
    const open = url.startsWith('https:') ? openHttps : openHttp;
    const request: ClientRequest = open(url, {
      method,
      agent: false,
      ...(ask.allowLinkLocal ? {} : { lookup: lookupOutsideOfLinkLocal }),
      headers: {
        ...headers,
        ...bodyHeaders(body),
      },
    });
    const abort = () => {
      request.destroy();
      reject(new Error('aborted'));
    };
    signal.addEventListener('abort', abort, { once: true });
    request.on('close', () => {
      signal.removeEventListener('abort', abort);
      if (typeof body === 'object') body?.bytes.destroy();
    });
    // Stays for good: a destroyed socket may still report its reset.
    request.on('error', reject);
    request.on('socket', (socket) => {
      socket.setKeepAlive(true, probeAfterMs);
      socket.once(url.startsWith('https:') ? 'secureConnect' : 'connect', () => ask.onConnected?.());
    });
    request.on('response', (response) =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        mediaType: (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
        text: decoded(response, signal),
      }),
    );
    if (signal.aborted) abort();
    else if (body === null) request.end();
    else if (typeof body === 'string') request.end(body);
    else {
      body.bytes.once('error', (error) => {
        request.destroy();
        reject(error);
      });
      body.bytes.pipe(request);
    }
  });
}

function bodyHeaders(body: Ask['body']): Record<string, string> {
  if (body === null) return {};
  return typeof body === 'string'
    ? { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
    : { 'content-type': 'application/octet-stream', 'content-length': String(body.sizeBytes) };
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

/** The body's beginning, up to `limitLength`; what cannot be read of it is left out. */
export async function beginning(text: AsyncIterable<string>, limitLength: number): Promise<string> {
  let begun = '';
  try {
    for await (const chunk of text) {
      begun += chunk;
      if (begun.length >= limitLength) break;
    }
  } catch {
    // The status says enough where its body is cut.
  }
  return begun.slice(0, limitLength);
}
