import { readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { everyLine } from '../../electron/contract/linePattern';
import { TextFinder } from '../../electron/services/search/findInText';
import { Block, type SpoolLine, type StoredLine } from '../../electron/services/spool/block';
import { shownLine } from '../../electron/services/spool/shownLine';
import { Spool } from '../../electron/services/spool/spool';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-spool-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const spoolLine = (text: string, part: Partial<SpoolLine> = {}): SpoolLine => ({
  atMs: 1_700_000_000_000,
  nanoseconds: 0,
  stream: 'stdout',
  bytes: Buffer.from(text),
  continues: false,
  hasBreak: true,
  ...part,
});

const numbered = (index: number, text = `line ${index}`): SpoolLine =>
  spoolLine(text, { atMs: 1_700_000_000_000 + index });

const textOf = ({ bytes }: { bytes: Buffer }) => bytes.toString();

const open = (maxBytes: number, onChange = nothing, name = 's') =>
  new Spool(join(folder, name), () => maxBytes, onChange);

const nothing = () => undefined;

/** Lets everything that waits for the disk get there. */
async function onDisk(spool: Spool): Promise<void> {
  await spool.stored();
}

async function folderBytes(path: string): Promise<number> {
  const sizes = await Promise.all((await readdir(path)).map(async (name) => (await stat(join(path, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Files of the folder that this process has open; Linux tells. */
const openFiles = () =>
  readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(folder);
    } catch {
      return false;
    }
  });

describe('spool', () => {
  it('gives back other lines than were put in, from memory or from disk', async () => {
    const anyLine: fc.Arbitrary<SpoolLine> = fc.record({
      atMs: fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 })),
      nanoseconds: fc.integer({ min: 0, max: 999_999 }),
      stream: fc.constantFrom('stdout' as const, 'stderr' as const, 'mark' as const),
      bytes: fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => Buffer.from(text.replaceAll('\n', ' '))),
        fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).map((byte) => (byte === 10 ? 0 : byte))),
      ) as fc.Arbitrary<Buffer>,
      continues: fc.boolean(),
      hasBreak: fc.boolean(),
    });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), lines: fc.array(anyLine, { maxLength: 40 }) }),
      fc.record({ kind: fc.constant('flush' as const) }),
      fc.record({ kind: fc.constant('read' as const), from: fc.nat(200), count: fc.nat(80) }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        run += 1;
        const spool = open(4_000, nothing, String(run));
        const model: StoredLine[] = [];
        for (const one of steps) {
          if (one.kind === 'append') {
            for (const line of one.lines) {
              const index = spool.append(line);
              model.push({ ...line, bytes: Buffer.from(line.bytes), index, cutBytes: 0 });
            }
            expect(spool.endIndex).toBe(model.length);
          } else if (one.kind === 'flush') {
            await onDisk(spool);
          } else {
            const { firstIndex } = spool;
            const got = await spool.read(one.from, one.from + one.count);
            const all = model.slice(Math.max(one.from, firstIndex), Math.max(firstIndex, one.from + one.count));
            // Lines may be dropped while they are read, never the newest ones.
            expect(got.map((line) => ({ ...line, bytes: Buffer.from(line.bytes) }))).toEqual(
              all.slice(all.length - got.length),
            );
            expect(all.length - got.length).toBeLessThanOrEqual(spool.firstIndex - firstIndex);
          }
        }
        await spool.remove();
      }),
      { numRuns: 150 },
    );
  });

  it('forgets lines when a read falls between memory and disk', async () => {
    const spool = open(1e9);
    let mismatches = 0;
    for (let index = 0; index < 400; index += 1) {
      spool.append(numbered(index));
      const got = await spool.read(0, 1000);
      if (got.length !== index + 1 || got.some((line, at) => line.index !== at)) mismatches += 1;
    }
    expect(mismatches).toBe(0);
    await spool.remove();
  });

  it('grows without bound, or drops lines without saying which', async () => {
    let changes = 0;
    const maxBytes = 1024 * 1024;
    const spool = open(maxBytes, () => {
      changes += 1;
    });
    for (let index = 0; index < 40_000; index += 1) {
      spool.append(numbered(index, `line ${index} ${'x'.repeat(60)}`));
      if (index % 500 === 499) await onDisk(spool);
    }
    expect(spool.endIndex).toBe(40_000);
    expect(spool.firstIndex).toBeGreaterThan(0);
    expect(changes).toBeGreaterThan(0);
    expect(await folderBytes(join(folder, 's'))).toBeLessThan(maxBytes * 1.2);
    const [first] = await spool.read(spool.firstIndex, spool.firstIndex + 1);
    expect(first?.index).toBe(spool.firstIndex);
    expect((await spool.read(0, spool.firstIndex)).length).toBe(0);
    expect((await spool.read(39_999, 40_000)).map(textOf)[0]).toMatch(/^line 39999 /);
    await spool.remove();
  });

  it('lets the memory grow while the disk is busy', async () => {
    const spool = open(1e9);
    const text = 'x'.repeat(1024);
    let most = 0;
    for (let index = 0; index < 40_000; index += 1) {
      spool.append(numbered(index, text));
      if (index % 100 === 99) await spool.drained();
      most = Math.max(most, spool['filling'].sizeBytes);
    }
    expect(most).toBeLessThan(5 * 1024 * 1024);
    await onDisk(spool);
    expect(spool.endIndex).toBe(40_000);
    await spool.remove();
  });

  it('lets others read what a container logs', async () => {
    const spool = open(1e9);
    spool.append(numbered(0));
    await onDisk(spool);
    expect((await stat(join(folder, 's'))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(folder, 's'))) {
      expect((await stat(join(folder, 's', name))).mode & 0o777).toBe(0o600);
    }
    await spool.remove();
    expect(await readdir(folder)).toEqual([]);
  });

  it('hides that the disk refused a write, or loses what it had', async () => {
    await writeFile(join(folder, 'file'), '');
    let changes = 0;
    const spool = open(
      1e9,
      () => {
        changes += 1;
      },
      'file/s',
    );
    spool.append(numbered(0));
    spool.append(numbered(1));
    await onDisk(spool);
    expect(spool.failure?.code).toBe('STORAGE_FAILED');
    expect(changes).toBe(1);
    spool.append(numbered(2));
    await spool.drained();
    expect(spool.endIndex).toBe(2);
    expect((await spool.read(0, 10)).map(textOf)).toEqual(['line 0', 'line 1']);
  });

  it.skipIf(process.platform !== 'linux')('keeps files open that nobody writes to or reads any more', async () => {
    const spools = Array.from({ length: 20 }, (_, at) => open(1_000_000, nothing, `s${at}`));
    for (const spool of spools) {
      for (const from of [0, 2]) {
        spool.append(numbered(from));
        spool.append(numbered(from + 1));
        await onDisk(spool);
      }
      expect((await spool.read(0, 4)).map(textOf)).toEqual(['line 0', 'line 1', 'line 2', 'line 3']);
    }
    expect(openFiles()).not.toEqual([]);
    await vi.waitFor(() => expect(openFiles()).toEqual([]), { timeout: 4_000 });

    // They go on where they stopped.
    const [first] = spools as [Spool];
    first.append(numbered(4));
    await first.end();
    const again = open(1_000_000, nothing, 's0');
    await again.recover(0);
    expect((await again.read(0, 5)).map(textOf)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
    expect(await readdir(join(folder, 's0'))).toHaveLength(2);
    await Promise.all([again, ...spools].map((spool) => spool.end()));
  });

  it.skipIf(process.platform !== 'linux')('keeps the index open where a search finds the text gone', async () => {
    const spool = open(1_000_000);
    spool.append(numbered(0));
    await onDisk(spool);
    const parts = spool.parts(0, 1);
    const finder = new TextFinder();
    const query = { ...everyLine, text: 'line' };
    expect([...finder.find(query, parts, () => true)]).toEqual([0]);
    await spool.end();
    await rm(parts[0]?.textPath as string);
    expect([...finder.find(query, parts, () => true)]).toEqual([]);
    expect(openFiles()).toEqual([]);
  });

  it('takes the middle of a long line for the beginning of one, and guesses a level from it', async () => {
    const spool = open(1_000_000);
    spool.append(spoolLine('WARN it begins', { hasBreak: false }));
    spool.append(spoolLine('ERROR in its middle', { continues: true }));
    await onDisk(spool);
    const levelHits = (level: string) =>
      new TextFinder().find({ ...everyLine, levels: [level] as never }, spool.parts(0, 2), () => true);
    expect([...levelHits('error')]).toEqual([]);
    expect([...levelHits('warn')]).toEqual([0, 1]);
    expect((await spool.read(0, 2)).map((line) => shownLine(line).level)).toEqual(['warn', null]);
    await spool.remove();
  });

  it('takes a word of Wharf between the lines for one of them', async () => {
    const spool = open(1_000_000);
    for (const stream of ['stdout', 'mark', 'stderr'] as const) spool.append(spoolLine('gap', { stream }));
    await onDisk(spool);
    expect([...new TextFinder().find({ ...everyLine, text: 'gap' }, spool.parts(0, 3), () => true)]).toEqual([0, 2]);
    await spool.remove();
  });

  it('answers a read of files that vanished with wrong lines', async () => {
    const spool = open(1e9);
    for (const index of [0, 1]) {
      spool.append(numbered(index));
      await onDisk(spool);
    }
    await rm(join(folder, 's'), { recursive: true });
    await mkdir(join(folder, 's'));
    expect(await spool.read(0, 1)).toEqual([]);
    await spool.remove();
  });

  it('sends a gigabyte for a thousand very long lines, or cuts one that is asked for alone', async () => {
    const spool = open(1e9);
    const text = `x${'가'.repeat(100_000)}.`;
    for (let index = 0; index < 100; index += 1) {
      spool.append(numbered(index, text));
      await spool.drained();
    }
    const check = async () => {
      const many = await spool.read(0, 100);
      expect(many).toHaveLength(100);
      for (const line of many) {
        expect(text.startsWith(textOf(line))).toBe(true);
        expect(line.bytes.length + line.cutBytes).toBe(Buffer.byteLength(text));
      }
      expect(many.reduce((sum, line) => sum + line.bytes.length, 0)).toBeLessThan(8 * 1024 * 1024);
      const [one] = await spool.read(50, 51);
      expect(one?.cutBytes).toBe(0);
      expect(one?.bytes.toString()).toBe(text);
    };
    await check();
    await onDisk(spool);
    await check();
    await spool.remove();
  });
});

describe('block', () => {
  it('mixes up texts when it grows while it is filled', () => {
    const block = new Block(7);
    for (let at = 0; at < 5_000; at += 1) block.append(numbered(at, `${at} ${'나'.repeat(at % 50)}`));
    for (let at = 0; at < 5_000; at += 1)
      expect(textOf(block.line(7 + at, Infinity))).toBe(`${at} ${'나'.repeat(at % 50)}`);
  });
});
