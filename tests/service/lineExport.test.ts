import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LineSource } from '../../electron/contract/lines';
import type { LogLine } from '../../electron/docker/logs';
import { FileGrants } from '../../electron/services/fileGrants';
import { LineExport, type SaveRequest } from '../../electron/services/lineExport';
import { Lines } from '../../electron/services/lines';
import { logWaits } from '../../electron/services/logWaits';
import { wholeLines } from '../../electron/services/readableLines';
import { Tasks } from '../../electron/services/tasks';
import { ScriptedLogs } from '../fakes/scriptedLogs';
import { searchWorkerFile } from '../fakes/searchWorkerFile';

let folder: string;
let engine: ScriptedLogs;
let lines: Lines;
let tasks: Tasks;
let lineExport: LineExport;
let source: LineSource;
let copied: string[];
const fileGrants = new FileGrants();
const leaving = new AbortController();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-export-'));
  engine = new ScriptedLogs();
  source = { kind: 'container', id: engine.id };
  copied = [];
  const waits = { ...logWaits, graceMs: 0, tailLines: 100 };
  const spoolBytes = () => 64 * 1024 * 1024;
  lines = await Lines.open({
    ...engine.source,
    folder: join(folder, 'spools'),
    spoolBytes,
    searchWorkerFile: await searchWorkerFile(),
    waits,
  });
  tasks = new Tasks(lines, (error) => {
    throw error;
  });
  lineExport = new LineExport({
    lines,
    tasks,
    containers: engine.source.containers,
    fileGrants,
    host: { copyText: (text) => copied.push(text) },
  });
});
afterEach(async () => {
  await tasks.close();
  await lines.close();
  await rm(folder, { recursive: true, force: true });
});

async function followed(count: number): Promise<void> {
  for await (const head of lines.follow(source, leaving.signal)) {
    if (head.endIndex - head.firstIndex === count) break;
  }
  await expect.poll(() => engine.streams.size, { interval: 2 }).toBe(0);
}

/** Saves to `saved.log` and answers the task's end. */
async function save(request: Partial<SaveRequest> = {}, path = join(folder, 'saved.log')) {
  const grant = fileGrants.issue(path, 'save')?.grant ?? '';
  const { taskId } = await lineExport.save({ source, grant, streams: [], timestamps: false, ...request });
  return tasks.ended(taskId);
}

const saved = () => readFile(join(folder, 'saved.log'));

/** Writes bytes as a container does; the last line may lack its break, and one may come in pieces. */
function write(bytes: Buffer, stream: LogLine['stream'], hasBreak = true, continues = false): void {
  engine.write([''], { stream, sameTime: continues });
  Object.assign(engine.log.at(-1) as LogLine, { bytes, hasBreak, continues });
}

describe('a saved log', () => {
  it('differs in a byte from what the container wrote', async () => {
    const written: { bytes: Buffer; stream: LogLine['stream'] }[] = [
      { stream: 'stdout', bytes: Buffer.from('plain') },
      { stream: 'stderr', bytes: Buffer.from([0xff, 0x00, 0xe2, 0x82]) },
      { stream: 'stdout', bytes: Buffer.from('10%\r20%\r30%\r') },
      { stream: 'stdout', bytes: Buffer.from('\u001b[31mred\u001b[0m') },
      { stream: 'stderr', bytes: Buffer.alloc(0) },
      { stream: 'stdout', bytes: Buffer.from('가'.repeat(5462)) },
      { stream: 'stdout', bytes: Buffer.alloc(16_384, 'a') },
      { stream: 'stdout', bytes: Buffer.alloc(16_385, 'b') },
      { stream: 'stderr', bytes: Buffer.alloc(700_000, 'long ') },
    ];
    for (const { bytes, stream } of written) write(bytes, stream);
    write(Buffer.from('no line break'), 'stdout', false);
    engine.stop();
    await followed(10);
    const bytesOf = (stream: LogLine['stream'] | null) => {
      const own = written.filter((one) => stream === null || one.stream === stream);
      const all = Buffer.concat(own.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]));
      return stream === 'stderr' ? all : Buffer.concat([all, Buffer.from('no line break')]);
    };
    for (const stream of [null, 'stdout', 'stderr'] as const) {
      expect(await save({ streams: stream ? [stream] : [] })).toMatchObject({
        state: 'done',
        subject: { kind: 'saveLog', fileName: 'saved.log', writtenBytes: bytesOf(stream).length, cutBytes: 0 },
      });
      expect((await saved()).equals(bytesOf(stream))).toBe(true);
    }
  });

  it('lacks a part of a line of many megabytes, or holds it in memory whole', async () => {
    const pieces = Array.from({ length: 24 }, (_, at) => Buffer.alloc(1024 * 1024, `piece ${at} `));
    write(Buffer.from('before'), 'stdout');
    for (const [at, piece] of pieces.entries()) write(piece, 'stdout', at === pieces.length - 1, at > 0);
    write(Buffer.from('after'), 'stdout');
    await followed(pieces.length + 2);
    const { lines: all, from, to } = await lines.whole(source);
    const sizes: number[] = [];
    for await (const part of all ? wholeLines(all, from, to) : []) {
      sizes.push(part.reduce((sum, { bytes }) => sum + bytes.length, 0));
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024);
    const written = (stamped: string) =>
      Buffer.concat([Buffer.from(`${stamped}before\n${stamped}`), ...pieces, Buffer.from(`\n${stamped}after\n`)]);
    expect(await save()).toMatchObject({ subject: { writtenBytes: written('').length, cutBytes: 0 } });
    expect((await saved()).equals(written(''))).toBe(true);
    await save({ timestamps: true });
    expect((await saved()).length).toBe(written('2026-03-04T05:06:07.000000000Z ').length);
  });

  it('lacks older lines, holds marks, or loses the time stamps that were asked for', async () => {
    engine.write(Array.from({ length: 2_500 }, (_, at) => `line ${at + 1}`));
    await followed(2_500);
    engine.stop();
    engine.start();
    engine.write(['line 2501']);
    await followed(2_502);
    await save({ timestamps: true });
    const text = String(await saved());
    expect(text).toBe(engine.log.map(({ time, bytes }) => `${time} ${bytes}\n`).join(''));
  });

  it('leaves half a file, or takes the old one with it, when it fails or is cancelled', async () => {
    engine.write(['new']);
    await followed(1);
    await writeFile(join(folder, 'saved.log'), 'old');
    expect(await save({}, join(folder, 'no such folder', 'saved.log'))).toMatchObject({
      state: 'failed',
      failure: { code: 'STORAGE_FAILED' },
    });
    const grant = fileGrants.issue(join(folder, 'saved.log'), 'save')?.grant ?? '';
    const { taskId } = await lineExport.save({ source, grant, streams: [], timestamps: false });
    await tasks.cancel(taskId);
    expect(['old', 'new\n']).toContain(String(await saved()));
    expect((await readdir(folder)).sort()).toEqual(['saved.log', 'spools']);
    await expect(lineExport.save({ source, grant, streams: [], timestamps: false })).rejects.toMatchObject({
      code: 'FILE_NOT_PICKED',
    });
  });
});

describe('copied lines', () => {
  it('hold escape sequences or marks', async () => {
    engine.write(['\u001b[31mone\u001b[0m', '10%\rtwo']);
    await followed(2);
    engine.stop();
    engine.start();
    engine.write(['three']);
    await followed(4);
    expect(await lineExport.copy(source, 0, 10)).toEqual({ copiedCount: 3, isWhole: true });
    expect(copied).toEqual(['one\ntwo\nthree']);
  });

  it('break a line where its next piece begins', async () => {
    write(Buffer.from('one '), 'stdout', false);
    write(Buffer.from('line'), 'stdout', true, true);
    write(Buffer.from('another'), 'stdout');
    await followed(3);
    await lineExport.copy(source, 0, 10);
    expect(copied).toEqual(['one line\nanother']);
  });

  it('are more than a clipboard can take, without a word', async () => {
    engine.write(Array.from({ length: 12 }, (_, at) => String(at).padEnd(1_000_000, '.')));
    await followed(12);
    expect(await lineExport.copy(source, 0, 12)).toEqual({ copiedCount: 9, isWhole: false });
  });
});
