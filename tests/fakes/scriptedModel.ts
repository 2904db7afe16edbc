import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request as the scripted service got it. */
export interface AskedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Empty where nothing was sent. */
  body: {
    messages?: { role: string; content: string }[];
    message?: string;
    stream?: boolean;
    model?: string;
    [more: string]: unknown;
  };
}

/** How a script answers: in pieces that leave one by one, or not to the end. */
export class Reply {
  /** Resolves when the connection is closed, by whoever. */
  readonly closed: Promise<void>;
  isClosed = false;

  constructor(private readonly response: ServerResponse) {
    this.closed = new Promise((resolve) => {
      response.on('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
  }

  /** Sends the head of a stream, of events unless `mediaType` says otherwise. */
  stream(mediaType = 'text/event-stream; charset=utf-8', status = 200): void {
    this.response.writeHead(status, { 'content-type': mediaType });
    this.response.flushHeaders();
  }

  /** Sends bytes as they are and resolves when the system took them. */
  raw(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.response.write(bytes, () => resolve());
    });
  }

  /** Sends one event. */
  event(fields: object): Promise<void> {
    return this.raw(`data: ${JSON.stringify(fields)}\n\n`);
  }

  /** Sends one line of JSON, as Ollama's own API does. */
  line(fields: object): Promise<void> {
    return this.raw(`${JSON.stringify(fields)}\n`);
  }

  /** Sends the last event and ends. */
  async done(facts: object = {}): Promise<void> {
    await this.event({ done: true, model: 'echo', backend: 'echo', ...facts });
    this.end();
  }

  /** Answers at once with a status and a body. */
  whole(status: number, body: string, headers: Record<string, string> = {}): void {
    this.response.writeHead(status, { 'content-type': 'application/json', ...headers });
    this.response.end(body);
  }

  /** Ends properly, said everything or not. */
  end(): void {
    this.response.end();
  }

  /** Closes the connection in the middle. */
  cut(): void {
    this.response.destroy();
  }

  /** Resets the connection. */
  reset(): void {
    (this.response.socket as Socket).resetAndDestroy();
  }
}

/** Answers one request. */
export type Script = (asked: AskedRequest, reply: Reply) => void | Promise<void>;

/** A service that does what the script says, on a free port of this machine. */
export class ScriptedModel {
  readonly asked: AskedRequest[] = [];
  readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(public script: Script) {
    this.server = createServer((request, response) => {
      const reply = new Reply(response);
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const isJson = body !== '' && headers['content-type'] !== 'application/octet-stream';
        const asked = { method, path: url, headers, body: isJson ? JSON.parse(body) : {} };
        this.asked.push(asked);
        void this.script(asked, reply);
      });
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
  }

  /**
   * Starts to listen and answers the port.
   * @param address of this machine; containers reach the one of their bridge
   */
  listen(address = '127.0.0.1'): Promise<number> {
    return new Promise((resolve) => {
      this.server.listen(0, address, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  /** Closes every connection and stops listening. */
  close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }
}
