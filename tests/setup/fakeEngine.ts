import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a route answers: JSON, or lines of JSON. */
interface Answer {
  status?: number;
  body?: unknown;
  lines?: unknown[];
}

/** By method and path without query; the request gives its query and what was uploaded. */
export type Routes = Record<string, (request: { query: URLSearchParams; bytes: number }) => Answer>;

export interface FakeEngine {
  endpoint: string;
  /** Every request so far as `METHOD path?query`, unescaped. */
  requests: string[];
  close(): Promise<void>;
}

/** An engine on a unix socket of its own that answers `/_ping` and the given routes, and 404 to everything else. */
export async function startFakeEngine(routes: Routes = {}): Promise<FakeEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-fake-'));
  const requests: string[] = [];
  const answers: Routes = { 'GET /_ping': () => ({ body: 'OK' }), ...routes };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://docker');
    const path = decodeURIComponent(url.pathname);
    requests.push(`${request.method} ${decodeURIComponent(`${url.pathname}${url.search}`)}`);
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      const missing: Answer = { status: 404, body: { message: `No such thing: ${path}` } };
      const {
        status = 200,
        body,
        lines,
      } = answers[`${request.method} ${path}`]?.({ query: url.searchParams, bytes }) ?? missing;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(lines ? lines.map((line) => `${JSON.stringify(line)}\n`).join('') : JSON.stringify(body));
    });
  });
  const socket = join(folder, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    endpoint: `unix://${socket}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
