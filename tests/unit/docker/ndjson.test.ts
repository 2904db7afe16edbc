import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndjson } from '../../../electron/docker/ndjson';

async function* of(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function read(chunks: AsyncIterable<Uint8Array>, maxLineBytes?: number): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of ndjson(chunks, maxLineBytes)) values.push(value);
  return values;
}

/** Cuts bytes at the given places. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((left, right) => left - right);
  return [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
}

describe('ndjson', () => {
  it('reads the same values wherever the bytes are cut, in the middle of a character too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }), n: fc.integer() }), { maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.boolean(),
        async (values, places, lastBreak) => {
          const text = values.map((value) => JSON.stringify(value)).join('\n') + (lastBreak ? '\n' : '');
          expect(await read(of(...cut(Buffer.from(text), places)))).toEqual(values);
        },
      ),
    );
  });

  it('reads a value whose every byte comes alone', async () => {
    const bytes = Buffer.from('{"글":"🙂"}\r\n{"b":2}\n');
    expect(await read(of(...Array.from(bytes, (byte) => Uint8Array.of(byte))))).toEqual([{ 글: '🙂' }, { b: 2 }]);
  });

  it('goes on after lines that are no JSON, empty, half, or not UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('<html>\n\n   \n{"a":\n'),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from('{"good":1}\n'),
    ]);
    expect(await read(of(bytes))).toEqual([{ good: 1 }]);
  });

  it('skips a line of 300 MB without keeping it, and reads the next', async () => {
    let kept = 0;
    async function* flood(): AsyncGenerator<Uint8Array> {
      for (let part = 0; part < 300; part += 1) {
        yield Buffer.alloc(1024 * 1024, 'x');
        kept = Math.max(kept, process.memoryUsage().arrayBuffers);
      }
      yield Buffer.from('\n{"after":1}\n');
    }
    const before = process.memoryUsage().arrayBuffers;
    expect(await read(flood(), 1024 * 1024)).toEqual([{ after: 1 }]);
    expect(kept - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('takes a line of exactly the limit and skips one of a byte more', async () => {
    const line = (bytes: number) => `"${'x'.repeat(bytes - 2)}"\n`;
    const values = await read(of(Buffer.from(line(100)), Buffer.from(line(101)), Buffer.from(line(50))), 100);
    expect(values).toEqual(['x'.repeat(98), 'x'.repeat(48)]);
  });
});
