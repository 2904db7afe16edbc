// @ts-check
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';

/**
 * Just enough of the Docker Engine API for set-up, over node:http so that it works before any package is installed.
 * https://docs.docker.com/reference/api/engine/version/v1.41/
 *
 * @typedef {{ endpoint: string, tlsDirectory?: string }} EngineAddress
 */

/**
 * The variables by which programs that read `DOCKER_HOST` reach the engine.
 *
 * @param {EngineAddress} address
 * @returns {Record<string, string>}
 */
export function engineVariables({ endpoint, tlsDirectory }) {
  return {
    DOCKER_HOST: endpoint,
    ...(tlsDirectory !== undefined && { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: tlsDirectory }),
  };
}

/** An answer of the engine that is not a success. */
export class EngineAnswer extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.name = 'EngineAnswer';
    this.status = status;
  }
}

/**
 * Whether something that talks like a Docker Engine answers there.
 *
 * @param {EngineAddress} address
 * @param {number} [timeoutMs]
 * @returns {Promise<{ answers: true } | { answers: false, reason: string }>} `reason` is a system error code such as
 *   `ENOENT`, `EACCES`, `ECONNREFUSED` or `timeout`, `ssh` for an address that set-up cannot ask, or the HTTP status.
 */
export async function ping(address, timeoutMs = 1500) {
  if (address.endpoint.startsWith('ssh://')) return { answers: false, reason: 'ssh' };
  try {
    await ask(address, { path: '/_ping', timeoutMs });
    return { answers: true };
  } catch (error) {
    if (error instanceof EngineAnswer) return { answers: false, reason: `HTTP ${error.status}` };
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    return { answers: false, reason: code ?? message };
  }
}

/**
 * One request with a JSON answer.
 *
 * @param {EngineAddress} address
 * @param {{ method?: string, path: string, body?: unknown, timeoutMs?: number, signal?: AbortSignal }} request
 * @returns {Promise<any>} Parsed JSON; the text where it is not JSON; undefined for an empty answer.
 * @throws {EngineAnswer | Error}
 */
export async function ask(address, { method = 'GET', path, body, timeoutMs = 30_000, signal }) {
  const json = body === undefined ? undefined : JSON.stringify(body);
  const response = await send(address, {
    method,
    path,
    headers:
      json === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) },
    write: (request) => request.end(json),
    silenceMs: timeoutMs,
    signal,
  });
  const text = await textOf(response);
  if (text === '') return undefined;
  return (response.headers['content-type'] ?? '').startsWith('application/json') ? JSON.parse(text) : text;
}

/**
 * A request whose answer is a stream of JSON objects, one a line: pull, load, import. An object with `error` fails it.
 *
 * @param {EngineAddress} address
 * @param {object} request
 * @param {string} request.path
 * @param {import('node:stream').Readable} [request.upload] A tar archive.
 * @param {number} [request.silenceMs] Give up when nothing arrived for this long.
 * @param {(item: Record<string, any>) => void} [request.onItem]
 * @returns {Promise<void>}
 * @throws {EngineAnswer | Error}
 */
export async function stream(address, { path, upload, silenceMs = 600_000, onItem = () => {} }) {
  const response = await send(address, {
    method: 'POST',
    path,
    headers: upload ? { 'content-type': 'application/x-tar' } : { 'content-length': 0 },
    write: (request) => {
      if (!upload) return request.end();
      upload.once('error', (error) => request.destroy(error));
      upload.pipe(request);
    },
    silenceMs,
  });
  let rest = '';
  await eachChunk(response, (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  take(rest);

  /** @param {string} line */
  function take(line) {
    if (line.trim() === '') return;
    const item = JSON.parse(line);
    if (item.error) throw new EngineAnswer(500, String(item.error));
    onItem(item);
  }
}

/**
 * @param {EngineAddress} address
 * @param {object} request
 * @param {string} request.method
 * @param {string} request.path
 * @param {http.OutgoingHttpHeaders} request.headers
 * @param {(request: http.ClientRequest) => void} request.write
 * @param {number} request.silenceMs
 * @param {AbortSignal} [request.signal]
 * @returns {Promise<http.IncomingMessage>}
 */
function send(address, { method, path, headers, write, silenceMs, signal }) {
  const { client, options } = connection(address);
  return new Promise((resolve, reject) => {
    const request = client.request({
      ...options,
      method,
      path,
      signal,
      headers: { host: 'docker', ...headers },
      agent: false,
    });
    request.setTimeout(silenceMs, () => {
      request.destroy(Object.assign(new Error(`no answer for ${silenceMs / 1000} s`), { code: 'timeout' }));
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const status = response.statusCode ?? 0;
      if (status < 300) return resolve(response);
      textOf(response).then((text) => {
        let message = text;
        try {
          message = JSON.parse(text).message ?? text;
        } catch {
          // Not JSON: the text itself is the message.
        }
        reject(new EngineAnswer(status, message.trim()));
      }, reject);
    });
    write(request);
  });
}

/** @param {EngineAddress} address @returns {{ client: typeof http | typeof https, options: https.RequestOptions }} */
function connection({ endpoint, tlsDirectory }) {
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(endpoint)?.[1];
  if (socket) return { client: http, options: { socketPath: socket } };
  const url = new URL(endpoint.replace(/^tcp:/, tlsDirectory ? 'https:' : 'http:'));
  const options = { hostname: url.hostname, port: url.port || (tlsDirectory ? 2376 : 2375) };
  if (url.protocol !== 'https:') return { client: http, options };
  /** @param {string} name */
  const pem = (name) => (tlsDirectory ? readFileSync(join(tlsDirectory, name)) : undefined);
  return { client: https, options: { ...options, ca: pem('ca.pem'), cert: pem('cert.pem'), key: pem('key.pem') } };
}

/** @param {http.IncomingMessage} response */
async function textOf(response) {
  let text = '';
  await eachChunk(response, (chunk) => {
    text += chunk;
  });
  return text;
}

/**
 * @param {http.IncomingMessage} response
 * @param {(text: string) => void} take What it throws ends the response and rejects.
 * @returns {Promise<void>} Resolves at the end of the body.
 */
function eachChunk(response, take) {
  return new Promise((resolve, reject) => {
    response.setEncoding('utf8');
    response.on('data', (chunk) => {
      try {
        take(chunk);
      } catch (error) {
        // First: destroying it is an early end too, with a poorer reason.
        reject(error);
        response.destroy();
      }
    });
    response.once('end', resolve);
    response.once('error', reject);
    response.once('aborted', () => reject(new Error('the engine ended its answer too early')));
  });
}
