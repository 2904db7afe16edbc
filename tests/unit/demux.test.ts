import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../electron/contract/failures';
import { demux, type Frame } from '../../electron/docker/demux';
import { arriving, collect, cutAt, frame } from '../fakes/logStream';

/** Messages that frames make up: pieces joined. */
function messages(frames: Frame[]): { stream: string; bytes: Buffer }[] {
  const whole: { stream: string; bytes: Buffer }[] = [];
  for (const { stream, bytes, message } of frames) {
    const last = whole.at(-1);
    if (message === 'continues' && last) last.bytes = Buffer.concat([last.bytes, bytes]);
    else whole.push({ stream, bytes: Buffer.from(bytes) });
  }
  return whole;
}

async function offsetOf(stream: AsyncIterable<unknown>): Promise<number> {
  try {
    await collect(stream);
  } catch (error) {
    if (isFailure(error, 'LOG_STREAM_CORRUPTED')) return error.details.offset;
    throw error;
  }
  throw new Error('the stream was taken');
}

describe('demux', () => {
  it('loses or mixes bytes where a header or a payload is split over chunks', async () => {
    const oneFrame = fc.record({
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(oneFrame, { maxLength: 20 }),
        fc.array(fc.nat(900), { maxLength: 30 }),
        async (sent, cuts) => {
          const wire = Buffer.concat(sent.map((one) => frame(one.stream, one.bytes)));
          const got = messages((await collect(demux(arriving(cutAt(wire, cuts))))).flat());
          expect(got).toEqual(sent.map(({ stream, bytes }) => ({ stream, bytes: Buffer.from(bytes) })));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is off by one at some split, byte by byte', async () => {
    const wire = Buffer.concat([frame('stdout', 'one\n'), frame('stderr', 'two\n'), frame('stdout', 'three\n')]);
    for (let size = 1; size <= wire.length; size += 1) {
      const cuts = Array.from({ length: Math.ceil(wire.length / size) }, (_, at) => at * size);
      const got = messages((await collect(demux(arriving(cutAt(wire, cuts))))).flat());
      expect(got.map(({ stream, bytes }) => [stream, bytes.toString()])).toEqual([
        ['stdout', 'one\n'],
        ['stderr', 'two\n'],
        ['stdout', 'three\n'],
      ]);
    }
  });

  it('takes an empty frame for the end, or for the next header', async () => {
    const wire = Buffer.concat([frame('stdout', ''), frame('stderr', 'x'), frame('stdout', '')]);
    const got = (await collect(demux(arriving([wire])))).flat();
    expect(got.map(({ stream, bytes }) => [stream, bytes.toString()])).toEqual([['stderr', 'x']]);
  });

  it('holds memory for what a forged length announces', async () => {
    const wire = frame('stdout', 'abc');
    wire.writeUInt32BE(2 ** 32 - 1, 4);
    const frames = demux(arriving([wire, Buffer.from('def')]));
    expect((await frames.next()).value?.map((one) => one.bytes.toString())).toEqual(['abc']);
    expect((await frames.next()).value?.map((one) => [one.bytes.toString(), one.message])).toEqual([
      ['def', 'continues'],
    ]);
    expect(await offsetOf(frames)).toBe(wire.length + 3);
  });

  it('overflows the stack on many tiny frames in one chunk', async () => {
    const wire = Buffer.concat(Array.from({ length: 100_000 }, () => frame('stderr', 'x')));
    const batches = await collect(demux(arriving([wire])));
    expect(batches).toHaveLength(1);
    expect(batches[0]).toHaveLength(100_000);
  });

  it.each([
    ['an unknown channel', [7, 0, 0, 0, 0, 0, 0, 1, 65]],
    ['a header with a set second byte', [1, 9, 0, 0, 0, 0, 0, 1, 65]],
    ['a header with a set third byte', [1, 0, 9, 0, 0, 0, 0, 1, 65]],
    ['a header with a set fourth byte', [1, 0, 0, 9, 0, 0, 0, 1, 65]],
  ])('shows rubbish as a log: %s', async (_name, header) => {
    const good = frame('stdout', 'fine\n');
    for (const cut of [0, good.length, good.length + 3]) {
      const wire = Buffer.concat([good, Buffer.from(header)]);
      expect(await offsetOf(demux(arriving(cutAt(wire, [cut]))))).toBe(good.length);
    }
  });

  it('takes an end inside a frame or a header for the end of the log', async () => {
    const wire = frame('stdout', 'whole\n');
    for (let length = 1; length < wire.length; length += 1) {
      expect(await offsetOf(demux(arriving([wire.subarray(0, length)])))).toBe(length);
    }
    expect(await collect(demux(arriving([wire])))).toHaveLength(1);
  });

  it('leaves the source open when the reader leaves', async () => {
    let closed = false;
    async function* source() {
      try {
        while (true) yield frame('stdout', 'x');
      } finally {
        closed = true;
      }
    }
    for await (const _frames of demux(source())) break;
    expect(closed).toBe(true);
  });
});
