import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demux, unframed } from '../../electron/docker/demux';
import { logLines, pieceLimitBytes } from '../../electron/docker/logLines';
import { type LogLine, lineText } from '../../electron/docker/logs';
import { arriving, collect, cutAt, frame, stamp } from '../fakes/logStream';

const partBytes = 16 * 1024;

/** What the engine sends for one written line: parts of 16 KiB, each stamped. */
function engineParts(bytes: Buffer, time: string): Buffer[] {
  const parts: Buffer[] = [];
  let rest = Buffer.concat([bytes, Buffer.from('\n')]);
  while (rest.length > partBytes) {
    parts.push(Buffer.concat([Buffer.from(`${time} `), rest.subarray(0, partBytes)]));
    rest = rest.subarray(partBytes);
  }
  return [...parts, Buffer.concat([Buffer.from(`${time} `), rest])];
}

/** Lines as they are shown. */
const shown = ({ stream, time, bytes }: LogLine) => ({ stream, time, text: lineText(bytes) });

async function framedLines(wire: Buffer, cuts: Iterable<number> = []): Promise<LogLine[]> {
  return (await collect(logLines(demux(arriving(cutAt(wire, cuts)))))).flat();
}

const framed = async (wire: Buffer, cuts: Iterable<number> = []) => (await framedLines(wire, cuts)).map(shown);

async function terminalLines(wire: Buffer, cuts: Iterable<number> = []): Promise<LogLine[]> {
  return (await collect(logLines(unframed(arriving(cutAt(wire, cuts)))))).flat();
}

const terminal = async (wire: Buffer, cuts: Iterable<number> = []) => (await terminalLines(wire, cuts)).map(shown);

/** The plain reading of one written line, to compare with. */
function plainText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8').replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}

const lineBytes = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => Buffer.from(text.replaceAll('\n', ' '))),
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).map((byte) => (byte === 10 ? 13 : byte))),
  fc
    .constantFrom('', '\r', 'a\rb', 'a\r\r', '10%\r20%\r', '로그 한 줄', `${stamp(9)} `)
    .map((text) => Buffer.from(text)),
);

describe('log lines', () => {
  it('differ from what was written for some way of splitting the stream', async () => {
    const oneLine = fc.record({ stream: fc.constantFrom('stdout' as const, 'stderr' as const), bytes: lineBytes });
    await fc.assert(
      fc.asyncProperty(
        fc.array(oneLine, { maxLength: 12 }),
        fc.array(fc.nat(1200), { maxLength: 40 }),
        async (written, cuts) => {
          const wire = Buffer.concat(
            written.flatMap(({ stream, bytes }, at) =>
              engineParts(Buffer.from(bytes), stamp(at)).map((part) => frame(stream, part)),
            ),
          );
          expect(await framed(wire, cuts)).toEqual(
            written.map(({ stream, bytes }, at) => ({ stream, time: stamp(at), text: plainText(bytes) })),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are not, put together again, the very bytes that were written', async () => {
    const oneLine = fc.record({ stream: fc.constantFrom('stdout' as const, 'stderr' as const), bytes: lineBytes });
    const lastHasBreak = fc.boolean();
    await fc.assert(
      fc.asyncProperty(
        fc.array(oneLine, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(1200), { maxLength: 40 }),
        lastHasBreak,
        async (written, cuts, hasBreak) => {
          const parts = written.flatMap(({ stream, bytes }, at) =>
            engineParts(Buffer.from(bytes), stamp(at)).map((part) => ({ stream, part })),
          );
          const last = parts.at(-1);
          if (last && !hasBreak) last.part = last.part.subarray(0, -1);
          const got = await framedLines(Buffer.concat(parts.map(({ stream, part }) => frame(stream, part))), cuts);
          for (const stream of ['stdout', 'stderr'] as const) {
            const own = got.filter((line) => line.stream === stream);
            const all = Buffer.concat(own.flatMap((line) => [line.bytes, Buffer.from(line.hasBreak ? '\n' : '')]));
            const expected = Buffer.concat(
              written
                .filter((one) => one.stream === stream)
                .flatMap(({ bytes }) => [Buffer.from(bytes), Buffer.from('\n')]),
            );
            const isLast = written.at(-1)?.stream === stream && !hasBreak;
            expect(all.equals(isLast ? expected.subarray(0, -1) : expected)).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of a terminal differ from what was written for some way of splitting the stream', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(lineBytes, { maxLength: 12 }),
        fc.array(fc.nat(1200), { maxLength: 40 }),
        async (written, cuts) => {
          const wire = Buffer.concat(
            written.flatMap((bytes, at) => engineParts(Buffer.concat([bytes, Buffer.from('\r')]), stamp(at))),
          );
          const got = await terminal(wire, cuts);
          expect(got.map(({ time, text }) => [time, text])).toEqual(
            written.map((bytes, at) => [stamp(at), plainText(bytes)]),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('differ from what was written when the stream is cut at one of its bytes', async () => {
    const written = ['로그 🚢', 'a\rb', '10%\r20%\r\r', '\rx', '', 'a\xff\ufffd'].map((text) => Buffer.from(text));
    const parts = written.map((bytes, at) => engineParts(bytes, stamp(at))).flat();
    const expected = written.map((bytes, at) => [stamp(at), plainText(bytes)]);
    const wire = Buffer.concat(parts.map((part, at) => frame(at % 2 ? 'stderr' : 'stdout', part)));
    for (let cut = 1; cut < wire.length; cut += 1) {
      const got = await framed(wire, [cut]);
      expect(got.map(({ time, text }) => [time, text])).toEqual(expected);
    }
    const bare = Buffer.concat(parts);
    for (let cut = 1; cut < bare.length; cut += 1) {
      const got = await terminal(bare, [cut, cut + 1]);
      expect(got.map(({ time, text }) => [time, text])).toEqual(expected);
    }
  });

  it('that come in one message become one line', async () => {
    const wire = frame('stdout', `${stamp(1)} one\ntwo\nthree\n`);
    const expected = ['one', 'two', 'three'].map((text) => ({ stream: 'stdout', time: stamp(1), text }));
    const afterOne = wire.indexOf('\n') + 1;
    for (const cuts of [[], [afterOne]]) expect(await framed(wire, cuts)).toEqual(expected);
  });

  it.each([partBytes - 1, partBytes, partBytes + 1, 3 * partBytes, 3 * partBytes + 5])(
    'of %i bytes are torn into parts, or keep the time stamps between them',
    async (sizeBytes) => {
      const text = '가'.repeat(Math.floor(sizeBytes / 3)) + 'x'.repeat(sizeBytes % 3);
      const parts = engineParts(Buffer.from(text), stamp(5));
      // A short line has no parts: what looks like their stamp was written.
      const after = `next ${stamp(6)} one`;
      const next = engineParts(Buffer.from(after), stamp(6));
      const wire = Buffer.concat([...parts, ...next].map((part) => frame('stdout', part)));
      expect((await framed(wire)).map((line) => line.text)).toEqual([text, after]);
      const bare = Buffer.concat([...parts, ...next]);
      for (const cuts of [[], [31 + partBytes - 1], [31 + partBytes], [31 + partBytes + 7], [31 + partBytes + 31]]) {
        expect((await terminal(bare, cuts)).map((line) => line.text)).toEqual([text, after]);
      }
    },
  );

  it('of a terminal keep time stamps between parts that json-file made longer', async () => {
    const wire = [`${'가'.repeat(5461)}\ufffd`, `\ufffd\ufffd${'가'.repeat(5460)}\r`, `\r10%\r20%\r\n`]
      .map((part) => `${stamp(1)} ${part}`)
      .join('');
    expect((await terminal(Buffer.from(wire))).map((line) => line.text)).toEqual(['20%']);
    const whole = wire.replaceAll('\r', '');
    expect((await terminal(Buffer.from(whole))).map((line) => line.text)).toEqual([
      `${'가'.repeat(5461)}\ufffd\ufffd\ufffd${'가'.repeat(5460)}10%20%`,
    ]);
  });

  it('swallow the first line of a new run when the last one had no line break', async () => {
    const half = Buffer.from(`${stamp(1)} ${'x'.repeat(partBytes)}`);
    const wire = Buffer.concat([frame('stdout', half), frame('stdout', `${stamp(2)} hello\n`)]);
    expect((await framed(wire)).map((line) => [line.time, line.text.length])).toEqual([
      [stamp(1), partBytes],
      [stamp(2), 5],
    ]);
  });

  it('mix the two channels where parts of long lines alternate', async () => {
    const out = engineParts(Buffer.from('o'.repeat(partBytes + 10)), stamp(1));
    const err = engineParts(Buffer.from('e'.repeat(partBytes + 10)), stamp(2));
    const inTurn = [0, 1].flatMap((at) => [frame('stdout', out[at] as Buffer), frame('stderr', err[at] as Buffer)]);
    const wire = Buffer.concat(inTurn);
    expect((await framed(wire)).map((line) => [line.stream, line.text])).toEqual([
      ['stdout', 'o'.repeat(partBytes + 10)],
      ['stderr', 'e'.repeat(partBytes + 10)],
    ]);
  });

  describe('over the limit', () => {
    /** Bytes of several pieces: some text, invalid UTF-8, a progress bar, and what looks like the stamp's beginning. */
    const written = Buffer.concat([
      Buffer.from(`xx${'가'.repeat(pieceLimitBytes / 2)}`),
      Buffer.alloc(400_000, 0xe2),
      Buffer.from(`${'.'.repeat(2_000)}${stamp(1).slice(0, 11)}`.repeat(700)),
      Buffer.from(`${Array.from({ length: 200_000 }, (_, at) => `${at}%`).join('\r')}`),
    ]);
    const parts = engineParts(written, stamp(1));
    const next = engineParts(Buffer.from('next'), stamp(2));
    const wire = Buffer.concat([...parts, ...next].map((part) => frame('stdout', part)));
    const put = (lines: LogLine[]) =>
      Buffer.concat(lines.flatMap(({ bytes, hasBreak }) => [bytes, Buffer.from(hasBreak ? '\n' : '')]));
    const expected = Buffer.concat([written, Buffer.from('\nnext\n')]);
    const digest = ({ bytes }: LogLine) => createHash('sha1').update(bytes).digest('hex');

    it('fill the memory, or are not, put together again, the very bytes that were written', async () => {
      const inOne = frame('stdout', Buffer.concat([Buffer.from(`${stamp(1)} `), written, Buffer.from('\n')]));
      const bare = Buffer.concat([...parts, ...next]);
      const apart = Buffer.concat([inOne, ...next.map((part) => frame('stdout', part))]);
      for (const got of [await framedLines(wire), await framedLines(apart), await terminalLines(bare)]) {
        expect(put(got).equals(expected)).toBe(true);
        expect(got.length).toBeGreaterThan(5);
        expect(got.map(({ continues }) => continues)).toEqual(got.map((_, at) => at > 0 && at < got.length - 1));
        expect(got.map(({ hasBreak }) => hasBreak)).toEqual(got.map((_, at) => at > got.length - 3));
        expect(Math.max(...got.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(pieceLimitBytes);
        expect(new Set(got.slice(0, -1).map(({ time }) => time))).toEqual(new Set([stamp(1)]));
      }
    });

    it('come in other pieces when the stream is cut elsewhere, so that a stream opened again repeats them', async () => {
      const whole = (await framedLines(wire)).map(digest);
      const bare = Buffer.concat([...parts, ...next]);
      const wholeBare = (await terminalLines(bare)).map(digest);
      const everywhere = Array.from({ length: 4_000 }, (_, at) => (at * 1_237) % wire.length);
      const around = Array.from({ length: 80 }, (_, at) => pieceLimitBytes + 2_000 - at * 5);
      for (const cuts of [everywhere, around, [31 + partBytes + 3]]) {
        expect((await framedLines(wire, cuts)).map(digest)).toEqual(whole);
        expect((await terminalLines(bare, cuts)).map(digest)).toEqual(wholeBare);
      }
    });

    it.each([1, 17, 30])(
      'of a terminal are cut %i bytes into the stamp of a part, which is then taken for text',
      async (into) => {
        // The engine's parts are 16 KiB; json-file makes some longer, which puts a stamp anywhere.
        const parts = 64;
        const sizes = Array.from({ length: parts }, () => 16_000);
        sizes[0] = pieceLimitBytes - into - (parts - 4) * 16_031;
        const text = 'y'.repeat(sizes.reduce((sum, size) => sum + size, 0));
        const wire = sizes.map((size) => `${stamp(1)} ${'y'.repeat(size)}`).join('');
        expect(String(put(await terminalLines(Buffer.from(`${wire}\n`))))).toBe(`${text}\n`);
      },
    );

    it('are cut inside a character, or inside a state of a progress bar', async () => {
      const got = await framedLines(wire);
      expect(String(got[0]?.bytes)).not.toContain('\ufffd');
      expect(String(got[1]?.bytes.subarray(0, 3))).toBe('가');
      const progress = Buffer.from(`${Array.from({ length: 300_000 }, (_, at) => `${at}%`).join('\r')}\r`);
      const states = await framed(Buffer.concat(engineParts(progress, stamp(1)).map((part) => frame('stderr', part))));
      expect(states.length).toBeGreaterThan(1);
      for (const { text } of states) expect(text).toMatch(/^\d+%$/);
      expect(states.at(-1)?.text).toBe('299999%');
    });
  });

  it('lose the last one when it has no line break', async () => {
    expect((await framed(frame('stdout', `${stamp(1)} bye`))).map((line) => line.text)).toEqual(['bye']);
    expect((await terminal(Buffer.from(`${stamp(1)} bye`))).map((line) => line.text)).toEqual(['bye']);
    expect((await terminal(Buffer.from('20'))).map((line) => line.text)).toEqual(['20']);
  });

  it('stop at invalid UTF-8, NUL or a text without time stamp', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${stamp(1)} a`),
      Buffer.from([0xff, 0x00, 0xe2, 0x82]),
      Buffer.from('b\n'),
    ]);
    const wire = Buffer.concat([frame('stdout', bytes), frame('stderr', 'Error grabbing logs: EOF\n')]);
    expect(await framed(wire)).toEqual([
      { stream: 'stdout', time: stamp(1), text: 'a\ufffd\u0000\ufffdb' },
      { stream: 'stderr', time: '', text: 'Error grabbing logs: EOF' },
    ]);
  });

  it('keep the stamp as text where the engine writes its local zone (Podman)', async () => {
    const wire = frame('stdout', '2026-03-04T05:06:07.12345678+09:00 안녕\n');
    expect(await framed(wire)).toEqual([
      { stream: 'stdout', time: '2026-03-04T05:06:07.12345678+09:00', text: '안녕' },
    ]);
  });

  it('pass on half a line when the connection breaks, which then comes a second time', async () => {
    async function* broken() {
      yield frame('stdout', `${stamp(1)} whole\n`);
      yield frame('stdout', `${stamp(2)} ${'h'.repeat(partBytes)}`);
      throw new Error('reset');
    }
    const got: string[] = [];
    await expect(async () => {
      for await (const batch of logLines(demux(broken()))) got.push(...batch.map((line) => lineText(line.bytes)));
    }).rejects.toThrow('reset');
    expect(got).toEqual(['whole']);
  });
});
