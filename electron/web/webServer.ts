import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { isFailure } from '../contract/failures';
import { type AppLog, logDefect } from '../rpc/appLog';
import type { SocketServer } from '../rpc/socketServer';
import type { FileGrants } from '../services/fileGrants';
import { pageHeaders, readPageFile } from '../services/pageFiles';
import { Attempts } from './attempts';
import type { Exports } from './exports';
import { checkSender, cookieValue } from './requestGuard';
import type { Sessions } from './sessions';
import { signInPage } from './signInPage';

/** One page needs one web socket and a handful of connections for its files. */
const connectionLimit = 256;
const socketLimit = 64;
/** Largest message of a page: a conversation to be imported, or 10 million characters for the clipboard. */
const frameLimitBytes = 16 * 1024 * 1024;
const headersTimeoutMs = 10_000;
const idleTimeoutMs = 30_000;
const headerLimitBytes = 16 * 1024;
/** So many wrong tokens a minute; a guess has one chance in 2^256 anyway. */
const wrongTokenLimit = 20;

export interface WebServerOptions {
  /** Address to listen on. */
  address: string;
  port: number;
  /** Names besides the address under which browsers may call it, such as `gpu-box.local`. */
  names: string[];
  tls: { certificate: string; key: string } | null;
  /** Absolute path of the built page. */
  pageFolder: string;
  /** Absolute path of the settings, for the page's first paint. */
  settingsFile: string;
  sessions: Sessions;
  exports: Exports;
  log: AppLog;
}

/** Who is asking, where a route needs to know. */
interface Visit {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
}

/**
 * The page's files, the web socket of the contract, and the files that cross. Every route and every upgrade passes the
 * same door: our own name, our own origin, a session. Only `/launch` is answered without a session, to open one.
 */
export class WebServer {
  readonly #server: Server;
  readonly #webSockets = new WebSocketServer({ noServer: true, maxPayload: frameLimitBytes, perMessageDeflate: false });
  readonly #connections = new Set<Socket>();
  readonly #wrongTokens = new Attempts(wrongTokenLimit, 60_000);
  #hosts: ReadonlySet<string> = new Set();
  #headers: Record<string, string> = {};
  #served: { sockets: SocketServer; fileGrants: FileGrants } | null = null;

  constructor(private readonly options: WebServerOptions) {
    const limits = { maxHeaderSize: headerLimitBytes };
    const { tls } = options;
    this.#server = tls ? createTlsServer({ ...limits, cert: tls.certificate, key: tls.key }) : createServer(limits);
    this.#server.maxConnections = connectionLimit;
    this.#server.headersTimeout = headersTimeoutMs;
    this.#server.keepAliveTimeout = idleTimeoutMs;
    this.#server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response).catch((error) => this.#failed(response, error));
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
  }

  /** Begins to listen. @returns the address of the page, such as `http://127.0.0.1:8642` */
  async listen(): Promise<string> {
    const { address, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: address, port, exclusive: true }, () => resolve());
    });
    const taken = (this.#server.address() as AddressInfo).port;
    const names = ['127.0.0.1', 'localhost', '[::1]', ...this.options.names];
    if (!['127.0.0.1', '::1', '0.0.0.0', '::'].includes(address)) names.push(address);
    this.#hosts = new Set(names.map((name) => `${name.toLowerCase()}:${taken}`));
    const scheme = this.options.tls ? 'wss' : 'ws';
    // Not every browser counts a web socket of the same origin as `'self'`; a policy cannot name IPv6 addresses (CSP 3, 2.3.1).
    const named = [...this.#hosts].filter((host) => !host.startsWith('['));
    this.#headers = {
      ...pageHeaders(named.map((host) => `${scheme}://${host}`)),
      'cross-origin-resource-policy': 'same-origin',
    };
    return `${this.#scheme}://${this.options.names[0] ?? '127.0.0.1'}:${taken}`;
  }

  /** Lets pages in: until then their sockets are asked to come again. */
  serve(sockets: SocketServer, fileGrants: FileGrants): void {
    this.#served = { sockets, fileGrants };
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    this.#served?.sockets.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  get #scheme(): 'http' | 'https' {
    return this.options.tls ? 'https' : 'http';
  }

  /** Cookies know no ports: two hosts on one machine must not overwrite each other's. */
  get #cookieName(): string {
    return `wharf-${(this.#server.address() as AddressInfo).port}`;
  }

  #isSignedIn(request: IncomingMessage): boolean {
    return this.options.sessions.isValid(cookieValue(request.headers.cookie, this.#cookieName));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(this.#headers)) response.setHeader(name, value);
    response.setHeader('cache-control', 'no-store');
    const refusal = checkSender(request.headers, { hosts: this.#hosts, scheme: this.#scheme }, false);
    if (refusal) return this.#refuse(request, response, refusal.status);
    const url = new URL(request.url ?? '/', 'http://any');
    const visit = { request, response, url };
    if (request.method === 'GET' && url.pathname === '/launch') return this.#launch(visit);
    if (!this.#isSignedIn(request)) return this.#signIn(visit);
    if (request.method === 'POST' && url.pathname === '/uploads') return this.#upload(visit);
    if (request.method !== 'GET') return this.#refuse(request, response, 405);
    return url.pathname.startsWith('/exports/') ? this.#fetchExport(visit) : this.#file(visit);
  }

  async #launch({ request, response, url }: Visit): Promise<void> {
    if (this.#wrongTokens.tooMany()) return this.#refuse(request, response, 429);
    const secret = await this.options.sessions.exchange(url.searchParams.get('token') ?? '');
    if (secret === null) {
      this.#wrongTokens.add();
      return this.#signIn({ request, response, url });
    }
    const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${30 * 24 * 60 * 60}`];
    if (this.options.tls) attributes.push('Secure');
    response.setHeader('set-cookie', [`${this.#cookieName}=${secret}`, ...attributes].join('; '));
    response.writeHead(303, { location: '/' }).end();
  }

  /** 401, with words where a person reads them. */
  async #signIn({ request, response }: Visit): Promise<void> {
    request.resume();
    response.writeHead(401, { 'content-type': 'text/html; charset=utf-8' });
    response.end(signInPage(request.headers['accept-language']));
  }

  #refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
    request.resume();
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end(`${status}\n`);
  }

  async #file({ request, response, url }: Visit): Promise<void> {
    const file = await readPageFile(this.options.pageFolder, url.pathname, this.options.settingsFile);
    if (file === null) return this.#refuse(request, response, 404);
    // Built files carry a hash of their contents in their names; the page itself is asked for each time.
    if (url.pathname.startsWith('/assets/')) {
      response.setHeader('cache-control', 'private, max-age=31536000, immutable');
    }
    response.writeHead(200, { 'content-type': file.mimeType, 'content-length': file.body.length }).end(file.body);
  }

  async #fetchExport({ request, response, url }: Visit): Promise<void> {
    const path = this.options.exports.find(decodeName(url.pathname.slice('/exports/'.length)));
    if (path === null) return this.#refuse(request, response, 404);
    const { size } = await stat(path);
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'content-length': size,
    });
    const stream = createReadStream(path);
    stream.on('error', () => response.destroy());
    response.on('close', () => stream.destroy());
    stream.pipe(response);
  }

  async #upload({ request, response, url }: Visit): Promise<void> {
    // A form of another page can post, but cannot set a header of its own.
    if (this.#served === null || request.headers['x-wharf-upload'] !== '1') return this.#refuse(request, response, 403);
    const name = url.searchParams.get('name') ?? 'file';
    const path = await this.options.exports.receive(name, request);
    const picked = this.#served.fileGrants.issue(path, 'open');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ picked: { grant: picked?.grant, name: name.slice(0, 255) } }));
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const cut = (status: number) => socket.end(`HTTP/1.1 ${status} \r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    socket.on('error', () => socket.destroy());
    const refusal = checkSender(request.headers, { hosts: this.#hosts, scheme: this.#scheme }, true);
    if (refusal) return void cut(refusal.status);
    if (!this.#isSignedIn(request)) return void cut(401);
    if (new URL(request.url ?? '/', 'http://any').pathname !== '/api') return void cut(404);
    const served = this.#served;
    if (served === null || served.sockets.openCount >= socketLimit) return void cut(503);
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => served.sockets.serve(webSocket));
  }

  #failed(response: ServerResponse, error: unknown): void {
    if (!isFailure(error)) logDefect(this.options.log, 'web request', error);
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'content-type': 'text/plain' }).end('500\n');
  }
}

/** The name in an address; one that is not well-formed is no file's. */
function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return '';
  }
}
