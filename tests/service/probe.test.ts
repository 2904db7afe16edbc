import { createServer, type RequestListener } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { judge, Probe } from '../../electron/services/probe';
import type { FakeContainer } from '../fakes/fakeEngineTypes';
import { linkedContainers } from '../fakes/linkedEngine';

async function served(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A container that publishes `hostPort`, and the three requests to it. */
async function probing(hostPort: number | null, values: Partial<FakeContainer> = {}) {
  const ports = hostPort === null ? [] : [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort }];
  const { fake, link, containers } = await linkedContainers({ containers: [{ name: 'api', ports, ...values }] });
  const id = [...fake.containers.keys()][0] ?? '';
  await expect.poll(() => containers.table().length).toBe(1);
  const probe = new Probe({
    engineLink: link,
    containers,
    timeoutMs: { root: 200, health: 200, chat: 200 },
  });
  return { id, probe, fake };
}

const json = (body: object) => JSON.stringify(body);

describe('the verdict', () => {
  it.each([
    ['root', 200, json({ message: 'LLM API Server', status: 'running' }), 'asTutorial'],
    ['root', 200, json({ message: 'My API', status: 'running', version: '1' }), 'fits'],
    ['root', 200, json({ hello: 'world' }), 'wrongFields'],
    ['health', 200, json({ status: 'healthy' }), 'asTutorial'],
    ['health', 200, json({ status: 'healthy', backend: 'echo' }), 'fits'],
    ['health', 200, json({ status: 'starting' }), 'wrongFields'],
    ['health', 503, json({ status: 'healthy' }), 'wrongStatus'],
    ['chat', 200, json({ response: 'Echo: 안녕' }), 'asTutorial'],
    ['chat', 200, json({ response: 'Hi!', model: 'llama3' }), 'fits'],
    ['chat', 200, json({ response: 7 }), 'wrongFields'],
    ['chat', 200, json(['Echo: 안녕']), 'wrongFields'],
    ['chat', 422, json({ detail: [] }), 'wrongStatus'],
    ['chat', 401, '', 'needsKey'],
    ['root', 200, '<html>', 'notJson'],
    ['root', 200, 'null', 'wrongFields'],
  ] as const)('%s %d %s is judged wrongly', (probe, status, text, verdict) => {
    expect(judge(probe, '안녕', { status, text })).toBe(verdict);
  });
});

describe('a probe', () => {
  it('asks something else than the tutorial does, or withholds the key that main knows', async () => {
    const seen: string[] = [];
    const port = await served(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`);
      response.setHeader('content-type', 'Application/JSON; charset=utf-8').end(json({ response: 'Echo: 안녕' }));
    });
    const { id, probe } = await probing(port, { environment: ['API_KEY=sk-1'] });
    expect(await probe.run(id, 'chat', '안녕')).toMatchObject({
      kind: 'answered',
      url: `http://127.0.0.1:${port}/chat`,
      status: 200,
      mediaType: 'application/json',
      body: '{"response":"Echo: 안녕"}',
      cutCharacters: 0,
      verdict: 'asTutorial',
    });
    await probe.run(id, 'root', 'x');
    await probe.run(id, 'health', 'x');
    expect(seen).toEqual([
      'POST /chat Bearer sk-1 {"message":"안녕"}',
      'GET / Bearer sk-1 ',
      'GET /health Bearer sk-1 ',
    ]);
  });

  it('follows a redirect to somewhere else', async () => {
    const port = await served((_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end());
    const { id, probe } = await probing(port);
    expect(await probe.run(id, 'root', 'x')).toMatchObject({ status: 302, verdict: 'wrongStatus' });
  });

  it('waits for ever, or blames the service for a container that is not there to answer', async () => {
    const silent = await served(() => {});
    const noHttp = net.createServer((socket) => void socket.end('SSH-2.0-OpenSSH\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => noHttp.once('listening', resolve));
    onTestFinished(() => void noHttp.close());
    const reasonAt = async (port: number | null, values: Partial<FakeContainer> = {}) => {
      const { id, probe } = await probing(port, values);
      const outcome = await probe.run(id, 'health', 'x');
      return outcome.kind === 'noAnswer' ? outcome.reason : outcome;
    };
    expect(await reasonAt(silent)).toBe('timeout');
    expect(await reasonAt((noHttp.address() as AddressInfo).port)).toBe('notHttp');
    expect(await reasonAt(1)).toBe('refused');
    expect(await reasonAt(null)).toBe('noPort');
    expect(await reasonAt(silent, { state: 'exited' })).toBe('stopped');
  });

  it('keeps main busy with an endless body', async () => {
    const port = await served((_, response) => {
      response.writeHead(200);
      const pour = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', pour);
      };
      pour();
    });
    const { id, probe } = await probing(port);
    const outcome = await probe.run(id, 'root', 'x');
    expect(outcome).toMatchObject({ kind: 'answered', verdict: 'notJson' });
    if (outcome.kind === 'answered') {
      expect(outcome.body.length).toBe(65_536);
      expect(outcome.cutCharacters).toBeGreaterThan(0);
    }
  });
});
