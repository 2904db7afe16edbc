import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { get } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openBrowser, type RunningWebHost, startWebHost } from '../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';

const run = promisify(execFile);

let folder: string;
let engine: FakeEngine;
let host: RunningWebHost;
let cookie: string;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-attack-'));
  engine = await startFakeEngine({ containers: [{ name: 'victim', state: 'running' }] });
  host = await startWebHost({ dataFolder: folder, dockerHost: engine.endpoint.address });
  port = Number(new URL(host.url).port);
  const launched = await fetch(host.launchLink, { redirect: 'manual' });
  cookie = launched.headers.get('set-cookie')?.split(';')[0] ?? '';
});
afterAll(async () => {
  await host?.close();
  await engine?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the host answers to these bytes, as far as it does before it hangs up. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
      if (answer.includes('\r\n\r\n')) socket.end();
    });
    socket.once('close', () => resolve(answer));
    socket.once('error', reject);
  });
}

const request = (line: string, headers: Record<string, string>) =>
  raw(
    `${line} HTTP/1.1\r\n${Object.entries({ connection: 'close', ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );

const statusOf = (answer: string) => Number(answer.split(' ')[1]);

/** The status with which an upgrade is refused, or 101. */
function upgrade(headers: Record<string, string>, path = '/api'): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => {
      resolve(101);
      socket.close();
    });
    socket.on('error', () => undefined);
  });
}

/** Every route that there is, a file of the page, and what does not exist. */
const routes = [
  'GET /',
  'GET /index.html',
  'GET /icon.svg',
  'GET /api',
  'GET /exports/x',
  'GET /launch',
  'GET /launch?token=x',
  'GET /nothing',
  'GET /../../etc/passwd',
  'POST /uploads?name=x',
  'POST /',
  'PUT /uploads',
  'DELETE /exports/x',
  'HEAD /',
  'OPTIONS /',
];

describe('without a session', () => {
  it.each(routes)('%s answers with something else than 401', async (route) => {
    const answer = await request(route, { host: `127.0.0.1:${port}` });
    expect(statusOf(answer)).toBe(401);
    expect(answer).not.toMatch(/access-control-allow/i);
  });

  it.each([
    ['no cookie', {}],
    ['an invented one', { cookie: 'wharf-x=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ])('a web socket opens with %s', async (_, headers) => {
    expect(await upgrade({ origin: host.url, ...headers })).toBe(401);
  });

  it('a launch link works twice', async () => {
    const link = await host.newLink();
    const first = await fetch(link, { redirect: 'manual' });
    expect(first.status).toBe(303);
    expect(first.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict;/);
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(401);
  });

  it('tokens can be guessed for ever', async () => {
    const fresh = await startWebHost({
      dataFolder: join(folder, 'guessed'),
      dockerHost: engine.endpoint.address,
    });
    const statuses: number[] = [];
    for (let guess = 0; guess < 25; guess += 1) {
      statuses.push((await fetch(`${fresh.url}/launch?token=${guess}`, { redirect: 'manual' })).status);
    }
    // Even the right one waits then.
    const right = (await fetch(fresh.launchLink, { redirect: 'manual' })).status;
    await fresh.close();
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401));
    expect(statuses.slice(20)).toEqual(Array(5).fill(429));
    expect(right).toBe(429);
  });
});

describe('with the session of somebody who was lured away', () => {
  it.each([
    ['a rebound name', { host: 'evil.example' }, 421],
    ['a rebound name with our port', { host: 'evil.example:PORT' }, 421],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['another site', { origin: 'https://evil.example' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['another site, in its metadata', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port, in its metadata', { 'sec-fetch-site': 'same-site' }, 403],
  ])('%s is answered on a route or an upgrade', async (_, headers, status) => {
    const asked = Object.fromEntries(
      Object.entries({ host: `127.0.0.1:${port}`, ...headers }).map(([name, value]) => [
        name,
        value.replace('PORT', String(port)),
      ]),
    );
    for (const route of ['GET /', 'GET /exports/x', 'GET /launch?token=x', 'POST /uploads?name=x']) {
      expect(statusOf(await request(route, { ...asked, cookie }))).toBe(status);
    }
    expect(await upgrade({ origin: host.url, ...asked, cookie })).toBe(status);
  });

  it('a web socket opens without an origin', async () => {
    expect(await upgrade({ cookie })).toBe(403);
    expect(await upgrade({ cookie, origin: host.url })).toBe(101);
  });

  it('the cookie counts when another port of this machine added one of the same name', async () => {
    const twice = `${cookie}; ${cookie.split('=')[0]}=other`;
    expect(statusOf(await request('GET /', { host: `127.0.0.1:${port}`, cookie: twice }))).toBe(401);
  });

  it('a form can send a file, or a name can leave the folder', async () => {
    const own = { host: `127.0.0.1:${port}`, cookie, origin: host.url };
    expect(statusOf(await request('POST /uploads?name=x', own))).toBe(403);
    for (const name of ['..%2fsessions.json', '..%5csessions.json', '%2e%2e/sessions.json', '%zz', 'sessions.json']) {
      expect(statusOf(await request(`GET /exports/${name}`, own))).toBe(404);
    }
    for (const path of ['/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/%zz', '/a%00.html']) {
      expect(statusOf(await request(`GET ${path}`, own))).toBe(404);
    }
  });

  it('a frame larger than any call is taken', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api`, { headers: { cookie, origin: host.url } });
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.send(Buffer.alloc(17 * 1024 * 1024));
    // 1009: message too big (RFC 6455, 7.4.1). A reset on the way reads as 1006.
    expect([1009, 1006]).toContain(await closed);
    expect(statusOf(await request('GET /', { host: `127.0.0.1:${port}`, cookie }))).toBe(200);
  });

  it('connections without end are taken, or their end does not free the host', async () => {
    const own = { host: `127.0.0.1:${port}`, cookie };
    const held = await Promise.all(
      Array.from(
        { length: 256 },
        () =>
          new Promise<Socket>((resolve) => {
            const socket = connect(port, '127.0.0.1', () =>
              socket.write('GET / HTTP/1.1\r\nhost: ', () => resolve(socket)),
            );
            socket.on('error', () => undefined);
          }),
      ),
    );
    // Hung up on at once, before a byte of an answer.
    expect(await request('GET /', own).catch(() => '')).toBe('');
    for (const socket of held) socket.destroy();
    await expect.poll(async () => statusOf(await request('GET /', own).catch(() => '')), { timeout: 20_000 }).toBe(200);
  });

  it('secrets lie open on the disk', async () => {
    const file = join(folder, 'sessions.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain(cookie.split('=')[1] ?? 'nothing');
  });
});

describe('a page of another origin in a real browser', () => {
  let site: Server;
  let siteUrl: string;
  beforeAll(async () => {
    site = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>evil</title><body></body>');
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  });
  afterAll(() => new Promise((resolve) => site.close(resolve)));

  it('reads, posts, frames or opens a socket with the session that this browser has', async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(await host.newLink());
      await page.getByRole('navigation').waitFor();
      await page.goto(siteUrl);
      const before = engine.requests.length;
      const tried = await page.evaluate(
        async ({ url, socketUrl }) => {
          const outcome = (promise: Promise<unknown>) =>
            promise.then(
              () => 'went through',
              () => 'refused',
            );
          const simple = fetch(`${url}/uploads?name=x`, {
            method: 'POST',
            mode: 'no-cors',
            body: 'x',
            credentials: 'include',
          });
          return {
            read: await outcome(fetch(url, { credentials: 'include' }).then((answer) => answer.text())),
            post: (await simple.then(({ type }) => type).catch(() => 'refused')) as string,
            header: await outcome(
              fetch(`${url}/uploads?name=x`, {
                method: 'POST',
                headers: { 'x-wharf-upload': '1' },
                body: 'x',
                credentials: 'include',
              }),
            ),
            socket: await outcome(
              new Promise((resolve, reject) => {
                const socket = new WebSocket(socketUrl);
                socket.onopen = resolve;
                socket.onerror = reject;
              }),
            ),
            image: await outcome(
              new Promise((resolve, reject) => {
                const image = new Image();
                image.onload = resolve;
                image.onerror = reject;
                image.src = `${url}/icon.svg`;
              }),
            ),
            frame: await new Promise((resolve) => {
              const frame = document.createElement('iframe');
              frame.src = url;
              frame.onload = () => {
                try {
                  resolve(frame.contentDocument === null ? 'refused' : 'went through');
                } catch {
                  resolve('refused');
                }
              };
              document.body.append(frame);
            }),
          };
        },
        { url: host.url, socketUrl: `${host.url.replace('http', 'ws')}/api` },
      );
      // An opaque answer says nothing to the page; that nothing was changed is asserted below.
      expect(tried).toEqual({
        read: 'refused',
        post: expect.stringMatching(/opaque|refused/),
        header: 'refused',
        socket: 'refused',
        image: 'refused',
        frame: 'refused',
      });
      expect(engine.requests.slice(before).filter((line) => !line.startsWith('GET'))).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

describe('the command line', () => {
  it.each([
    ['another address without TLS', ['--host', '0.0.0.0', '--beyond-this-machine'], /only with TLS/],
    ['another address without the flag', ['--host', '0.0.0.0', '--tls-cert', 'a', '--tls-key', 'b'], /only with TLS/],
    ['a port that is none', ['--port', '70000'], /is no port/],
    ['an unknown option', ['--open-to-all'], /Usage: wharf serve/],
  ])('serves %s', async (_, args, why) => {
    await expect(startWebHost({ dataFolder: join(folder, 'refused'), language: 'en', args })).rejects.toThrow(why);
  });

  it('cannot serve with TLS, or leaves the cookie to plain connections', async () => {
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
    ]);
    const args = ['--host', '0.0.0.0', '--beyond-this-machine', '--name', 'localhost'];
    const secure = await startWebHost({
      dataFolder: join(folder, 'secure'),
      dockerHost: engine.endpoint.address,
      args: [...args, '--tls-cert', certificate, '--tls-key', key],
    });
    const ca = await readFile(certificate, 'utf8');
    const answer = await new Promise<{ status: number; cookie: string }>((resolve, reject) => {
      get(secure.launchLink, { ca }, (response) =>
        resolve({ status: response.statusCode ?? 0, cookie: String(response.headers['set-cookie']) }),
      ).on('error', reject);
    });
    const plain = await fetch(secure.launchLink.replace('https:', 'http:')).catch(() => 'refused');
    await secure.close();
    expect(secure.url).toMatch(/^https:\/\/localhost:/);
    expect(answer).toEqual({ status: 303, cookie: expect.stringContaining('; Secure') });
    expect(plain).toBe('refused');
  });

  it('two hosts write into one data folder', async () => {
    await expect(startWebHost({ dataFolder: folder })).rejects.toThrow(/already serves this data folder/);
  });
});
