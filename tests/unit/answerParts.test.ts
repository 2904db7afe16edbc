import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asCurl, maskedSecret, type RawRequest } from '../../electron/contract/requests';
import { baseUrlOf, isLinkLocal, ollamaAddress } from '../../electron/services/answers/address';
import { hasOverflowed } from '../../electron/services/answers/contextUse';
import { AnswerQueue } from '../../electron/services/answers/queue';
import { retryAfterSeconds, upstreamFailure } from '../../electron/services/answers/upstreamFailure';
import { textLines } from '../../electron/services/answers/wire';

const never = new AbortController().signal;

describe('the line in front of a target', () => {
  it('lets more run than it may, out of order, or tells wrong places', async () => {
    const queue = new AnswerQueue();
    const places: Record<string, number[]> = { b: [], c: [] };
    const leaveA = await queue.enter('x', 1, never, () => expect.unreachable());
    const order: string[] = [];
    const wait = (name: 'b' | 'c') =>
      queue
        .enter('x', 1, never, (place) => places[name]?.push(place))
        .then((leave) => {
          order.push(name);
          return leave;
        });
    const b = wait('b');
    const c = wait('c');
    await Promise.resolve();
    expect(places).toEqual({ b: [1], c: [2] });
    leaveA?.();
    leaveA?.();
    const leaveB = await b;
    expect(order).toEqual(['b']);
    expect(places.c).toEqual([2, 1]);
    leaveB?.();
    (await c)?.();
    expect(order).toEqual(['b', 'c']);
    expect(queue.size).toBe(0);
  });

  it('keeps the place of who went away, so that others wait for nobody', async () => {
    const queue = new AnswerQueue();
    const leaveA = await queue.enter('x', 1, never, () => undefined);
    const gone = new AbortController();
    const b = queue.enter('x', 1, gone.signal, () => undefined);
    const places: number[] = [];
    const c = queue.enter('x', 1, never, (place) => places.push(place));
    gone.abort();
    expect(await b).toBeNull();
    expect(places).toEqual([2, 1]);
    leaveA?.();
    (await c)?.();
    expect(queue.size).toBe(0);
  });

  it('makes one target wait for another', async () => {
    const queue = new AnswerQueue();
    await queue.enter('x', 1, never, () => undefined);
    expect(await queue.enter('y', 1, never, () => expect.unreachable())).not.toBeNull();
  });
});

describe('an address of an endpoint', () => {
  it.each([
    ['http://127.0.0.1:11434/', 'ollama', 'http://127.0.0.1:11434'],
    ['localhost:8080/v1/', 'openai', 'http://localhost:8080'],
    ['https://openrouter.ai/api/v1', 'openai', 'https://openrouter.ai/api'],
    ['http://gpu:11434/api', 'ollama', 'http://gpu:11434'],
    ['HTTP://[::1]:9', 'openai', 'http://[::1]:9'],
  ] as const)('is stored as another one: %s', (written, kind, base) => {
    expect(baseUrlOf(written, kind, false)).toBe(base);
  });

  it.each([
    ['file:///etc/passwd', 'scheme'],
    ['javascript:alert(1)', 'notAnAddress'],
    ['ftp://x', 'scheme'],
    ['http://me:secret@host', 'credentials'],
    ['http://host/?key=1', 'query'],
    ['http://', 'notAnAddress'],
    ['http://a b', 'notAnAddress'],
    ['http://169.254.169.254', 'linkLocal'],
    ['http://2852039166/', 'linkLocal'],
    ['http://0xa9fea9fe/', 'linkLocal'],
    ['http://[fe80::1]/', 'linkLocal'],
    ['http://[::ffff:169.254.169.254]/', 'linkLocal'],
    ['http://metadata.google.internal./', 'linkLocal'],
    ['http://[fd00:ec2::254]/', 'linkLocal'],
  ])('that no endpoint has is taken: %s', (written, reason) => {
    expect(() => baseUrlOf(written, 'openai', false)).toThrowError(
      expect.objectContaining({ code: 'ENDPOINT_REFUSED', details: { reason } }),
    );
  });

  it('that is link-local cannot be had although a person allows it', () => {
    expect(baseUrlOf('http://169.254.10.1:8080', 'openai', true)).toBe('http://169.254.10.1:8080');
    expect(isLinkLocal('192.168.0.1')).toBe(false);
  });

  it.each([
    [undefined, 'http://127.0.0.1:11434'],
    ['', 'http://127.0.0.1:11434'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:8080', 'http://127.0.0.1:8080'],
    ['gpu-box', 'http://gpu-box:11434'],
    ['http://gpu-box:1234/', 'http://gpu-box:1234'],
    ['https://ollama.example', 'https://ollama.example'],
    ['"127.0.0.1:9999"', 'http://127.0.0.1:9999'],
    [':::not an address', 'http://127.0.0.1:11434'],
  ])('by OLLAMA_HOST is another one than Ollama means: %s', (variable, address) => {
    expect(ollamaAddress(variable)).toBe(address);
  });
});

describe('what a service says no with', () => {
  const refusal = (status: number, body: string, headers = {}) =>
    upstreamFailure({ name: 'gpu', status, body, headers, model: 'm', key: 'k-1' }).toValue();

  it.each([
    [404, '{"error":"model \'m\' not found"}', 'CHAT_MODEL_MISSING'],
    [404, '{"error":{"message":"The model `m` does not exist","code":"model_not_found"}}', 'CHAT_MODEL_MISSING'],
    [404, '{"error":{"code":"model_not_found","message":"x","request_id":"1"}}', 'CHAT_MODEL_MISSING'],
    [404, '404 page not found', 'CHAT_UPSTREAM'],
    [401, '{"error":{"message":"Incorrect API key"}}', 'CHAT_UNAUTHORIZED'],
    [503, '{"error":"server busy, please try again. maximum pending requests exceeded"}', 'CHAT_OVERLOADED'],
    [429, '{"error":{"message":"Rate limit"}}', 'CHAT_OVERLOADED'],
    [503, '{"error":{"code":"shutting_down","message":"x"}}', 'CHAT_UPSTREAM'],
    [400, '{"error":{"code":"context_length_exceeded","message":"x"}}', 'CHAT_CONTEXT_OVERFLOW'],
    [400, '{"error":{"message":"This model\'s maximum context length is 4096 tokens"}}', 'CHAT_CONTEXT_OVERFLOW'],
    [200, '{"error":"the input length exceeds the context length"}', 'CHAT_CONTEXT_OVERFLOW'],
    [500, '{"error":"llama runner process has terminated"}', 'CHAT_UPSTREAM'],
    [422, '{"detail":"x"}', 'CHAT_UPSTREAM'],
    [500, '', 'CHAT_UPSTREAM'],
  ])('is told as something else: %i %s', (status, body, code) => {
    expect(refusal(status, body).code).toBe(code);
  });

  it('makes the key known that was sent along', () => {
    const message = 'Incorrect API key provided: k-1. You can find your key k-1 at ...';
    const failure = refusal(500, JSON.stringify({ error: { message } }));
    expect(JSON.stringify(failure)).not.toContain('k-1');
    expect(failure.code).toBe('CHAT_UPSTREAM');
  });

  it('forgets when it wants to be asked again', () => {
    expect(refusal(503, '{}', { 'retry-after': '7' })).toMatchObject({ details: { retryAfterSeconds: 7 } });
    expect(retryAfterSeconds('Mon, 23 Nov 2026 13:00:30 GMT', Date.UTC(2026, 10, 23, 13, 0, 0))).toBe(30);
    expect(retryAfterSeconds('soon')).toBeNull();
  });
});

describe('lines of JSON', () => {
  it('differ where the text is cut into other pieces, where lines are blank, or at the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('{"a":"가🚢"}', '{"b":1}', '', '  ', '{"c":"\\n"}'), { maxLength: 12 }),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 30 }),
        async (lines, endsWithBreak, sizes) => {
          const text = lines.join('\n') + (endsWithBreak ? '\n' : '');
          async function* pieces() {
            let at = 0;
            for (let turn = 0; at < text.length; turn += 1) {
              const size = sizes[turn % sizes.length] ?? 1;
              yield text.slice(at, at + size);
              at += size;
            }
          }
          const got: string[] = [];
          for await (const batch of textLines(pieces(), 1000)) got.push(...batch);
          expect(got).toEqual(lines.filter((line) => line.trim() !== ''));
        },
      ),
    );
  });

  it('without end fill the memory', async () => {
    async function* flood() {
      for (;;) yield 'x'.repeat(1000);
    }
    await expect(async () => {
      for await (const _ of textLines(flood(), 10_000)) expect.unreachable();
    }).rejects.toThrow();
  });
});

describe('a silent overflow of the context', () => {
  const figures = { contextTokens: 4096, promptTokens: 100, completionTokens: 10, sentLength: 300, before: null };
  it.each([
    ['all fits', figures, false],
    ['nobody told', { ...figures, promptTokens: null }, false],
    ['the prompt fills the context', { ...figures, promptTokens: 4096 }, true],
    ['the answer shifted it', { ...figures, promptTokens: 4000, completionTokens: 200 }, true],
    ['far less was counted than sent', { ...figures, contextTokens: null, sentLength: 90_000 }, true],
    ['less than the turn before already had', { ...figures, before: { promptTokens: 3000, textLength: 800 } }, true],
    ['a little more than the turn before', { ...figures, before: { promptTokens: 60, textLength: 80 } }, false],
  ])('is told wrongly where %s', (_name, given, expected) => {
    expect(hasOverflowed(given)).toBe(expected);
  });
});

describe('a request as curl', () => {
  const raw = (body: string, headers: [string, string][]): RawRequest => ({
    entry: { method: 'POST', url: "http://127.0.0.1:1/chat?a='b'" } as RawRequest['entry'],
    requestHeaders: headers,
    requestBody: { head: body, tail: '', leftOut: 0 },
    responseHeaders: [],
    responseBody: { head: '', tail: '', leftOut: 0 },
  });

  it('runs what a model or a person wrote in the shell, or sends another body', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }).filter((text) => !text.includes('\0')),
        (text) => {
          const line = asCurl(raw(text, [['x-note', text.replace(/[\r\n]/g, ' ')]])) ?? '';
          const words = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' }).split('\0');
          if (text !== '') expect(words).toContain(text);
          expect(words[4]).toBe("http://127.0.0.1:1/chat?a='b'");
        },
      ),
      { numRuns: 60 },
    );
  });

  it('holds the key, or what stands for it', () => {
    const line = asCurl(raw('{}', [['authorization', `Bearer ${maskedSecret}`]])) ?? '';
    expect(line).toContain('"authorization: Bearer $API_KEY"');
    expect(line).not.toContain(maskedSecret);
  });

  it('asks for half of a body that was cut', () => {
    expect(asCurl({ ...raw('{}', []), requestBody: { head: '{', tail: '', leftOut: 1 } })).toBeNull();
  });
});
