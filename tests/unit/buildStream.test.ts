import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../electron/docker/build';
import { readTrace } from '../../electron/docker/buildkitTrace';
import { outputLineLimit } from '../../electron/docker/outputLines';
import {
  type Builder,
  buildAfter,
  dockerfile,
  eventsOf,
  log,
  messages,
  recorded,
  trace,
  vertex,
} from '../fixtures/builds/readBuilds';

const recordings: [string, Builder][] = [
  ['classic-stages', 'classic'],
  ['classic-failed', 'classic'],
  ['buildkit-stages', 'buildkit'],
  ['buildkit-cached', 'buildkit'],
  ['buildkit-failed', 'buildkit'],
];

const everyByte = (bytes: Buffer) => Array.from(bytes, (byte) => Uint8Array.of(byte));

function linesOf(events: BuildEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'output' ? [event.text] : []));
}

describe.each(recordings)('the recording %s', (name, builder) => {
  it('reads the same when the connection cuts it at every byte', async () => {
    const bytes = recorded(name);
    expect(await eventsOf(builder, everyByte(bytes))).toEqual(await eventsOf(builder, [bytes]));
  });

  it('reads the same when the connection cuts it anywhere', async () => {
    const bytes = recorded(name);
    const whole = await eventsOf(builder, [bytes]);
    const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        const ends = [...at, bytes.length].sort((left, right) => left - right);
        const parts = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(await eventsOf(builder, parts)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('never passes for a finished build when it is lost before its end', async () => {
    const bytes = recorded(name);
    for (let end = 0; end < bytes.length; end += 7) {
      const { state } = buildAfter(builder, await eventsOf(builder, [bytes.subarray(0, end)], true));
      expect(['interrupted', 'failed'], `cut at byte ${end}`).toContain(state.state);
      expect(state.imageId).toBeNull();
    }
  });
});

describe('a finished build', () => {
  it.each([
    ['classic', 'classic-stages', 'sha256:'],
    ['buildkit', 'buildkit-stages', 'sha256:be753cc14823'],
  ] as const)('of %s has its image, its steps and their Dockerfile lines', async (builder, name, imageId) => {
    const { state } = buildAfter(builder, await eventsOf(builder, [recorded(name)]), dockerfile('stages'));
    expect(state.state).toBe('done');
    expect(state.imageId).toContain(imageId);
    expect(state.failure).toBeNull();
    expect(new Set(state.steps.map((step) => step.state))).not.toContain('running');
    const lineOf = (text: string) => state.steps.find((step) => step.instruction.includes(text))?.line;
    expect(lineOf('WORKDIR')).toBe(5);
    expect(lineOf('RUN echo first')).toBe(6);
    expect(lineOf('--from=builder')).toBe(12);
    expect(lineOf('no line break')).toBe(14);
  });

  it('marks the steps that BuildKit took from its cache', async () => {
    const { state } = buildAfter('buildkit', await eventsOf('buildkit', [recorded('buildkit-cached')]));
    expect(state.steps.find((step) => step.instruction.includes('echo first'))?.state).toBe('cached');
  });

  it('marks the steps that the classic builder took from its cache', async () => {
    const bytes = messages(
      { stream: 'Step 1/1 : RUN make' },
      { stream: '\n' },
      { stream: ' ---> Using cache\n' },
      { stream: ' ---> 0123456789ab\n' },
      { aux: { ID: 'sha256:made' } },
    );
    const { state } = buildAfter('classic', await eventsOf('classic', [bytes]));
    expect(state.steps[0]?.state).toBe('cached');
    expect(state.state).toBe('done');
  });

  it('keeps the output of each step together with its header', async () => {
    const events = await eventsOf('classic', [recorded('classic-stages')]);
    const { state } = buildAfter('classic', events);
    const step = state.steps.find(({ instruction }) => instruction.startsWith('RUN echo first'));
    const own = events.flatMap((event) => (event.type === 'output' && event.id === step?.id ? [event.text] : []));
    expect(own[0]).toContain('RUN echo first');
    expect(own).toContain('first');
    expect(own).toContain('한국어');
    expect(own.join('\n')).not.toContain('COPY');
  });

  it('tells stderr from stdout', async () => {
    for (const [name, builder] of [
      ['classic-stages', 'classic'],
      ['buildkit-stages', 'buildkit'],
    ] as const) {
      const events = await eventsOf(builder, [recorded(name)]);
      expect(events).toContainEqual(expect.objectContaining({ stream: 'stderr', text: '한국어' }));
      expect(events).toContainEqual(expect.objectContaining({ stream: 'stdout', text: 'first' }));
    }
  });

  it('does not take the image of an inner stage for the result when the rest never comes', async () => {
    const whole = recorded('classic-stages').toString('utf8');
    const afterFirstImage = whole.slice(0, whole.indexOf('"aux"'));
    const upToSecondStage = whole.slice(0, whole.indexOf('\n', whole.indexOf('Step 7/')) + 1);
    expect(afterFirstImage.length).toBeLessThan(upToSecondStage.length);
    const { state } = buildAfter('classic', await eventsOf('classic', [Buffer.from(upToSecondStage)]));
    expect(state.state).toBe('interrupted');
  });
});

describe('text that a command prints', () => {
  const step = (index: number, text: string) => [{ stream: `Step ${index}/2 : ${text}` }, { stream: '\n' }];

  it('cannot pass for a result: "Successfully built" without an image is interrupted', async () => {
    const bytes = messages(...step(1, 'FROM base'), { stream: 'Successfully built 0123456789ab\n' });
    expect(buildAfter('classic', await eventsOf('classic', [bytes])).state.state).toBe('interrupted');
  });

  it('cannot pass for a step that is not the next one', async () => {
    const bytes = messages(
      ...step(1, 'RUN evil'),
      { stream: 'Step 9/9 : FROM evil' },
      { stream: '\nStep 2/2 : RUN x\n' },
    );
    const events = await eventsOf('classic', [bytes]);
    expect(events.filter((event) => event.type === 'step')).toHaveLength(1);
    expect(linesOf(events)).toContain('Step 9/9 : FROM evil');
  });

  it('cannot mark its step as cached', async () => {
    const bytes = messages(
      ...step(1, 'RUN evil'),
      { stream: ' ---> Running in 0123\n' },
      { stream: ' ---> Using cache\n' },
    );
    const { state } = buildAfter('classic', await eventsOf('classic', [bytes]));
    expect(state.steps[0]?.state).not.toBe('cached');
  });

  it('of a progress bar leaves its last state, not a thousand lines', async () => {
    const bytes = messages(
      ...step(1, 'RUN pip'),
      { stream: ' 10%\r 50%' },
      { stream: '\r100%\r' },
      { stream: '\nnext\r\n' },
    );
    expect(linesOf(await eventsOf('classic', [bytes])).slice(1)).toEqual(['100%', 'next']);
  });

  it('without line breaks does not pile up in memory', async () => {
    const piece = 'x'.repeat(50_000);
    const bytes = messages(...step(1, 'RUN yes'), ...Array.from({ length: 10 }, () => ({ stream: piece })));
    const lines = linesOf(await eventsOf('classic', [bytes])).slice(1);
    expect(lines.join('')).toBe(piece.repeat(10));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(outputLineLimit);
  });

  it('keeps a character whole that BuildKit cut between two messages', async () => {
    const word = Buffer.from('한국어\n');
    const parts = Array.from(word, (byte) => trace(log('a', Uint8Array.of(byte))));
    const bytes = messages(trace(vertex({ digest: 'a', started: 1 })), ...parts);
    expect(linesOf(await eventsOf('buildkit', [bytes]))).toEqual(['a', '한국어']);
  });

  it('reads a line that the step never ended', async () => {
    const events = await eventsOf('buildkit', [recorded('buildkit-stages')]);
    expect(linesOf(events)).toContain('no line break');
  });
});

describe('a broken stream', () => {
  it.each([
    ['text that is no JSON', Buffer.from('<html>bad gateway</html>\n')],
    ['JSON that is no message', Buffer.from('42\n')],
    ['half a message', Buffer.from('{"stream":"Step 1/2')],
  ])('with %s is interrupted even when an image follows', async (_what, garbage) => {
    for (const builder of ['classic', 'buildkit'] as const) {
      const bytes = Buffer.concat([garbage, messages({ aux: { ID: 'sha256:made' }, id: 'moby.image.id' })]);
      expect(buildAfter(builder, await eventsOf(builder, [bytes])).state.state).toBe('interrupted');
    }
  });

  it('with a trace that is no protobuf is interrupted and throws nothing', async () => {
    const bytes = messages({ id: 'moby.buildkit.trace', aux: Buffer.from([0x0a, 0xff, 0xff]).toString('base64') });
    expect(await eventsOf('buildkit', [bytes])).toEqual([{ type: 'ended', complete: false, atMs: 1000 }]);
  });

  it('never makes the trace reader hang or throw anything but RangeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readTrace(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('Podman', () => {
  it('counts the steps of each stage from 1: they still stand in one row', async () => {
    const bytes = messages(
      { stream: '[1/2] STEP 1/2: FROM base AS builder\n' },
      { stream: '[1/2] STEP 2/2: RUN make\n' },
      { stream: '--> Using cache 0123456789ab\n' },
      { stream: '[2/2] STEP 1/1: FROM base\n' },
      { stream: 'COMMIT llm-api\n' },
      { aux: { ID: 'sha256:made' } },
    );
    const { state } = buildAfter('classic', await eventsOf('classic', [bytes]));
    expect(state.steps.map(({ id, state: now }) => [id, now])).toEqual([
      ['1', 'done'],
      ['2', 'cached'],
      ['3', 'done'],
    ]);
    expect(state.state).toBe('done');
  });
});

describe('BuildKit', () => {
  it('runs steps at once: one that fails cancels the others', async () => {
    const bytes = messages(
      trace(vertex({ digest: 'a', name: '[one 1/1] RUN a', started: 1 }), vertex({ digest: 'b', started: 1 })),
      trace(vertex({ digest: 'a', name: '[one 1/1] RUN a', started: 1, completed: 2, error: 'exit code: 1' })),
      trace(vertex({ digest: 'b', started: 1, completed: 2, error: 'context canceled' })),
      { errorDetail: { message: 'exit code: 1' }, error: 'exit code: 1' },
    );
    const { state } = buildAfter('buildkit', await eventsOf('buildkit', [bytes]));
    expect(state.steps.map((step) => step.state)).toEqual(['failed', 'cancelled']);
    expect(state.failure).toMatchObject({ code: 'BUILD_FAILED', details: { step: 1, total: 1 } });
  });

  it('repeats what it said: a step appears once and starts once', async () => {
    const again = trace(vertex({ digest: 'a', started: 5, completed: 7 }));
    const events = await eventsOf('buildkit', [messages(trace(vertex({ digest: 'a', started: 5 })), again, again)]);
    expect(events.filter((event) => event.type === 'step')).toHaveLength(1);
    expect(events.filter((event) => event.type === 'stepState')).toEqual([
      { type: 'stepState', id: 'a', state: 'running', atMs: 5000 },
      { type: 'stepState', id: 'a', state: 'done', atMs: 7000 },
    ]);
  });
});
