import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { manifestAddress, mayFollow, PullSizes } from '../../electron/services/ollama/pullSizes';
import { type Reply, ScriptedModel } from '../fakes/scriptedModel';

const path = '/v2/library/small/manifests/1b';
const layer = (kind: string, size: number) => ({
  mediaType: `application/vnd.ollama.image.${kind}`,
  size,
  digest: 'x',
});
const manifest = (layers: object[]) =>
  JSON.stringify({ schemaVersion: 2, config: { size: 485 }, layers: [layer('license', 11_358), ...layers] });

let registry: ScriptedModel;
let host: string;
let answer: (reply: Reply, asked: string) => void | Promise<void>;
/** Where the Ollama is that pulls. */
let place: { baseUrl: string; containerName: string | null };

beforeEach(async () => {
  registry = new ScriptedModel((asked, reply) => answer(reply, asked.path));
  host = `127.0.0.1:${await registry.listen()}`;
  place = { baseUrl: 'http://127.0.0.1:11434', containerName: null };
});
afterEach(() => registry.close());

const ask = (model = `${host}/library/small:1b`, signal?: AbortSignal, patienceMs = 5_000) => {
  const { baseUrl, containerName } = place;
  const server = { name: 'Ollama', kind: 'ollama' as const, baseUrl, key: 'secret', allowLinkLocal: false };
  const sizes = new PullSizes({ ollamas: { place: async () => ({ server, containerName }) }, patienceMs });
  return sizes.size({ endpointId: 'ollama', model, allowPlainHttp: true }, signal);
};
const reasonOf = async (...asked: Parameters<typeof ask>) => {
  const told = await ask(...asked);
  return told.kind === 'unknown' ? told.reason : told;
};

describe('the size of a model before it is pulled', () => {
  it.each([
    ['llama3.2', false, 'https://registry.ollama.ai/v2/library/llama3.2/manifests/latest'],
    // Only a registry that the name says may be spoken to in the clear.
    ['mina/qwen3:4b', true, 'https://registry.ollama.ai/v2/mina/qwen3/manifests/4b'],
    ['hf.co/mina/small-GGUF:Q8_0', false, 'https://hf.co/v2/mina/small-GGUF/manifests/Q8_0'],
    ['localhost:5000/library/small', true, 'http://localhost:5000/v2/library/small/manifests/latest'],
    ['host:99999/library/small', false, undefined],
  ])('is asked for elsewhere than Ollama pulls: %s', (model, allowPlainHttp, address) => {
    expect(manifestAddress(model, allowPlainHttp)?.href).toBe(address);
  });

  it('leaves out layers, or tells the registry more than the name', async () => {
    answer = (reply) => reply.whole(200, manifest([layer('model', 2_019_377_376), layer('params', 96)]));
    expect(await ask()).toEqual({ kind: 'known', host, sizeBytes: 485 + 11_358 + 2_019_377_376 + 96 });
    expect(registry.asked).toMatchObject([{ method: 'GET', path, body: {} }]);
    expect(Object.keys(registry.asked[0]?.headers ?? {}).sort()).toEqual(['accept', 'connection', 'host']);
    expect(registry.asked[0]?.headers.accept).toBe('application/vnd.docker.distribution.manifest.v2+json');
  });

  it.each([
    ['no such model', 'missing', (reply: Reply) => reply.whole(404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')],
    ['a locked registry', 'refused', (reply) => reply.whole(401, '{}', { 'www-authenticate': 'Bearer realm="x"' })],
    ['a page', 'notUnderstood', (reply) => reply.whole(200, '<html>Log in to the guest network</html>')],
    ['an image', 'notUnderstood', (reply) => reply.whole(200, manifest([{ mediaType: 'tar', size: 7 }]))],
    ['a negative size', 'notUnderstood', (reply) => reply.whole(200, manifest([layer('model', -1)]))],
    [
      'a flood',
      'notUnderstood',
      (reply) => reply.whole(200, ' '.repeat(4 * 1024 * 1024 + 1) + manifest([layer('model', 7)])),
    ],
    ['a hang-up', 'unreachable', (reply) => reply.cut()],
  ] as [string, string, (reply: Reply) => void][])(
    'fails, or is made up, where there is %s',
    async (_what, reason, script) => {
      answer = script;
      expect(await reasonOf()).toBe(reason);
    },
  );

  it('is waited for without end, or asked for after nobody wants it', async () => {
    const closed: Promise<void>[] = [];
    const silent = (reply: Reply) => void closed.push(reply.closed);
    answer = silent;
    expect(await reasonOf(undefined, undefined, 50)).toBe('unreachable');
    // The same in the middle of an answer, which must not pass for one.
    answer = async (reply) => {
      silent(reply);
      reply.stream('application/json');
      await reply.raw('{"config":');
    };
    expect(await reasonOf(undefined, undefined, 200)).toBe('unreachable');
    // A refusal says enough with its beginning.
    answer = (reply) => {
      reply.stream('text/html', 404);
      void reply.raw('x'.repeat(8 * 1024));
    };
    expect(await reasonOf(undefined, undefined, 600_000)).toBe('missing');
    answer = silent;
    const leaving = new AbortController();
    const asked = reasonOf(undefined, leaving.signal);
    await vi.waitFor(() => expect(closed).toHaveLength(3));
    leaving.abort();
    expect(await asked).toBe('unreachable');
    await Promise.all(closed);
  });

  it('is not found behind the registry’s own redirect, or is looked for without end', async () => {
    answer = (reply, asked) =>
      asked === path
        ? reply.whole(307, '', { location: `${path}?moved` })
        : reply.whole(200, manifest([layer('model', 1000)]));
    expect(await ask()).toMatchObject({ kind: 'known' });
    answer = (reply) => reply.whole(307, '', { location: path });
    registry.asked.length = 0;
    expect(await reasonOf()).toBe('refused');
    expect(registry.asked).toHaveLength(4);
  });

  it('makes Wharf ask whom a registry likes: another host in the clear, a cloud’s secrets, with an account', async () => {
    const other = new ScriptedModel((_asked, reply) => reply.whole(200, manifest([layer('model', 1000)])));
    const port = await other.listen();
    const places = [
      `http://127.0.0.1:${port}${path}`,
      `http://u:p@${host}${path}`,
      'https://169.254.169.254/latest',
      'file:///x',
    ];
    for (const location of places) {
      registry.asked.length = 0;
      answer = (reply) => reply.whole(302, '', { location });
      expect([location, await reasonOf(), registry.asked.length]).toEqual([location, 'refused', 1]);
    }
    expect(await reasonOf('169.254.169.254:80/library/small')).toBe('refused');
    expect(other.asked).toEqual([]);
    await other.close();
  });

  it.each([
    ['https://hub.example', 'https://127.0.0.1:9000', false],
    ['https://hub.example', 'https://localhost.', false],
    ['https://hub.example', 'https://registry.localhost', false],
    ['https://hub.example', 'https://[::1]:9000', false],
    ['https://hub.example', 'https://[::ffff:127.0.0.1]', false],
    ['https://hub.example', 'https://0.0.0.0', false],
    ['https://hub.example', 'http://hub.example', false],
    ['https://hub.example', 'https://cdn.example', true],
    ['http://127.0.0.1:5000', 'https://localhost:5001', true],
  ])('leads from outside to this machine, or out of encryption: %s to %s', (from, to, may) => {
    expect(mayFollow(new URL(from), new URL(to))).toBe(may);
  });

  it.each([
    { baseUrl: 'http://127.0.0.1:11434', containerName: 'wharf-ollama' },
    { baseUrl: 'http://gpu.example:11434', containerName: null },
  ])('is that of this machine’s registry for an Ollama elsewhere: %o', async (elsewhere) => {
    place = elsewhere;
    expect(await reasonOf()).toBe('elsewhere');
    expect(await reasonOf('localhost/library/small')).toBe('elsewhere');
    expect(registry.asked).toEqual([]);
  });
});
