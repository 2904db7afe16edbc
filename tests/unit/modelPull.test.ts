import { describe, expect, it } from 'vitest';
import { modelReference } from '../../electron/contract/models';
import type { StreamLine } from '../../electron/services/ollama/client';
import { ollamasInContainers } from '../../electron/services/ollama/inContainers';
import { detailsOf } from '../../electron/services/ollama/modelDetails';
import { createFailure, pullFailure } from '../../electron/services/ollama/modelFailure';
import { parseModelfile } from '../../electron/services/ollama/modelfile';
import { writtenOutModel } from '../../electron/services/ollama/modelNames';
import { emptyModelPull, movedBytes, reduceModelPull } from '../../electron/services/ollama/modelPullProgress';
import { sampleContainer } from '../fakes/samples';

const line = (part: Partial<StreamLine>): StreamLine => ({
  status: null,
  error: null,
  digest: null,
  total: null,
  completed: null,
  ...part,
});
const layer = (digit: string, completed: number | null, total = 1000) =>
  line({ status: `pulling ${digit}`, digest: `sha256:${digit.repeat(64)}`, total, completed });
const after = (...lines: StreamLine[]) => lines.reduce(reduceModelPull, emptyModelPull);

describe('the progress of a model’s pull', () => {
  it('counts bytes that were there already as moved ones', () => {
    const pull = after(layer('a', 1000), layer('b', 0), layer('b', 400));
    expect(pull.layers.map(({ state }) => state)).toEqual(['present', 'downloading']);
    expect(movedBytes(pull)).toEqual({ done: 400, total: 1000 });
  });

  it('begins at nothing where a cut pull goes on', () => {
    expect(movedBytes(after(layer('a', 600)))).toEqual({ done: 600, total: 1000 });
  });

  it('stays behind what Ollama says in the end, or is done before it says so', () => {
    const all = [layer('a', 0), layer('a', 990), line({ status: 'verifying sha256 digest' })];
    expect(after(...all)).toMatchObject({ phase: 'verifying', layers: [{ state: 'done', bytes: 1000 }] });
    expect(after(...all, line({ status: 'writing manifest' })).phase).toBe('writing');
    expect(after(...all, line({ status: 'success' })).phase).toBe('done');
  });

  it('tells a page of lines that change nothing', () => {
    const pull = after(layer('a', 500));
    expect(reduceModelPull(pull, layer('a', 500))).toBe(pull);
    expect(reduceModelPull(pull, line({ status: 'pulling manifest' }))).toBe(pull);
    expect(reduceModelPull(pull, line({ status: 'new words of a later version' }))).toBe(pull);
  });

  it('divides by a size that is not known, or shows a layer without one as whole', () => {
    const pull = after(line({ status: 'pulling a', digest: 'sha256:aa', completed: 5 }));
    expect(pull.layers).toEqual([{ id: 'aa', state: 'downloading', bytes: 5, totalBytes: null }]);
    expect(movedBytes(pull)).toEqual({ done: 0, total: null });
  });
});

describe('what a pull failed of', () => {
  it.each([
    ['pull model manifest: file does not exist', 'unknownName'],
    ['write /root/.ollama/models/blobs/sha256-1-partial-0: no space left on device', 'noSpace'],
    ['dial tcp: lookup registry.ollama.ai on 127.0.0.11:53: no such host', 'name'],
    ['dial tcp 104.21.75.227:443: connect: connection refused', 'refused'],
    ['dial tcp 10.0.0.1:443: i/o timeout', 'timeout'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'certificate'],
    ['http: server gave HTTP response to HTTPS client', 'plainHttp'],
    ['pull model manifest: 401: {"errors":[{"code":"UNAUTHORIZED"}]}', 'denied'],
    ['pull model manifest: 429: too many requests', 'limit'],
    ['pull model manifest: 412: \nThe model you are attempting to pull requires a newer version of Ollama.', 'tooOld'],
    ['digest mismatch, file must be downloaded again', 'damaged'],
    ['invalid model name', 'badName'],
    ['max retries exceeded: unexpected EOF', 'lost'],
    ['max retries exceeded: write: no space left on device', 'noSpace'],
    ['words of a later version', 'other'],
  ])('is not named for: %s', (message, reason) => {
    expect(pullFailure('m', 'o', message).details).toMatchObject({ reason, message });
  });

  it('takes a file that is no model for a fault of Ollama, or passes a flood of words on', () => {
    expect(createFailure('m', 'o', 'invalid file magic').details.reason).toBe('notGguf');
    expect(pullFailure('m', 'o', 'x'.repeat(1_000_000)).details.message).toHaveLength(2_000);
  });
});

describe('a Modelfile', () => {
  it('loses texts of several lines, quotes inside of them, repeated stops, or case', () => {
    const file = parseModelfile(
      [
        '# comment',
        'from llama3.2:3b',
        'TEMPLATE """{{ .System }}',
        'say "hi" # no comment',
        '"""',
        'system You are "brief".',
        'PARAMETER stop "<|a|>"',
        'PARAMETER stop <|b|>',
        'parameter temperature 0.5',
        'PARAMETER num_ctx 4096',
        'PARAMETER penalize_newline false',
        'MESSAGE user "Hello there"',
        'MESSAGE assistant Hi',
        'LICENSE """MIT',
        'all of it"""',
      ].join('\r\n'),
    );
    expect(file).toEqual({
      from: { name: 'llama3.2:3b', line: 2 },
      template: '{{ .System }}\nsay "hi" # no comment\n',
      system: 'You are "brief".',
      licenses: ['MIT\nall of it'],
      parameters: { stop: ['<|a|>', '<|b|>'], temperature: 0.5, num_ctx: 4096, penalize_newline: false },
      messages: [
        { role: 'user', content: 'Hello there' },
        { role: 'assistant', content: 'Hi' },
      ],
    });
  });

  it.each([
    ['FROM x\nSYSTEM """never', 'unclosed', 2],
    ['FROM x\nRUN rm -rf /', 'unknown', 2],
    ['FROM', 'value', 1],
    ['FROM x\n\nPARAMETER temperature', 'value', 3],
    ['FROM x\nMESSAGE wizard hi', 'value', 2],
    ['FROM x\nADAPTER /etc/passwd', 'file', 2],
  ] as const)('is passed on although it is wrong: %j', (text, reason, at) => {
    expect(() => parseModelfile(text)).toThrowError(
      expect.objectContaining({ code: 'MODELFILE_REFUSED', details: expect.objectContaining({ reason, line: at }) }),
    );
  });
});

describe('the name of a model', () => {
  it.each([
    'llama3.2',
    'qwen2.5-coder:7b-instruct-q4_K_M',
    'hf.co/bartowski/Llama-3.2-GGUF:Q4_K_M',
    '127.0.0.1:5000/library/small:latest',
    'me/my_model',
  ])('is refused: %s', (name) => expect(modelReference.safeParse(name).success).toBe(true));
  it.each(['', ' ', 'a b', '-rf', '../x', 'http://x/y', 'a/b/c/d', 'x:', 'x;y', 'x\ny'])('is taken: %j', (name) =>
    expect(modelReference.safeParse(name).success).toBe(false),
  );
  it('is another one with its tag written out', () => {
    expect(writtenOutModel('127.0.0.1:5000/library/small')).toBe('127.0.0.1:5000/library/small:latest');
    expect(writtenOutModel('llama3.2:3b')).toBe('llama3.2:3b');
  });
});

describe('what a model says of itself', () => {
  it('breaks the page where it is nonsense, or loses what can be read of it', () => {
    expect(detailsOf('m', null)).toMatchObject({ name: 'm', template: '', parameters: [], contextTokens: null });
    const said = {
      template: 7,
      license: ['A', 'B'],
      parameters: 'num_ctx    2048\nstop    "a\\"b"\nbroken',
      model_info: {
        'general.architecture': 'gemma3',
        'gemma3.block_count': 34,
        'gemma3.attention.head_count_kv': [4, 8, 4],
        'gemma3.context_length': 'many',
      },
    };
    expect(detailsOf('m', said)).toMatchObject({
      license: 'A\n\nB',
      contextTokens: 2048,
      parameters: [
        { name: 'num_ctx', value: '2048' },
        { name: 'stop', value: 'a"b' },
      ],
      shape: { architecture: 'gemma3', blockCount: 34, headCountKv: 8, contextLength: null },
    });
  });
});

describe('an Ollama in a container', () => {
  const port = (containerPort: number, hostPort: number, hostIp = '127.0.0.1') =>
    ({ containerPort, hostPort, hostIp, protocol: 'tcp' }) as const;
  it('is found by its name only, or a database is asked in HTTP', () => {
    const rows = [
      sampleContainer({ servesApi: false, name: 'anything', image: 'corp/llm:1', ports: [port(11_434, 32_001)] }),
      sampleContainer({
        servesApi: false,
        name: 'other-port',
        image: 'mirror:5000/ollama/ollama:0.6@sha256:ab',
        ports: [port(8080, 32_002)],
      }),
      sampleContainer({ servesApi: false, name: 'db', image: 'postgres:16', ports: [port(5432, 5432)] }),
      sampleContainer({ servesApi: false, name: 'front', image: 'open-webui:ollama', ports: [port(8080, 3000)] }),
    ];
    expect(ollamasInContainers(rows).map(({ name, baseUrl }) => [name, baseUrl])).toEqual([
      ['anything', 'http://127.0.0.1:32001'],
      ['other-port', 'http://127.0.0.1:32002'],
    ]);
  });

  it('vanishes where it is stopped or publishes nothing here, instead of saying why', () => {
    const rows = [
      sampleContainer({ servesApi: false, name: 'down', image: 'ollama/ollama', state: 'exited' as const, ports: [] }),
      sampleContainer({ servesApi: false, name: 'inside', image: 'ollama/ollama', ports: [] }),
      sampleContainer({
        servesApi: false,
        name: 'elsewhere',
        image: 'ollama/ollama',
        ports: [port(11_434, 1, '192.168.7.7')],
      }),
    ];
    expect(ollamasInContainers(rows).map(({ obstacle }) => obstacle)).toEqual(['stopped', 'noPort', 'noPort']);
  });
});
