import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../electron/contract/failures';
import { everyLine, linePattern } from '../../electron/contract/linePattern';
import type { Line, LineQuery, LineSource, LinesHead, SearchProgress } from '../../electron/contract/lines';
import { withoutAnsi } from '../../electron/contract/logText';
import { Lines } from '../../electron/services/lines';
import { LiveValue } from '../../electron/services/live';
import { logWaits } from '../../electron/services/logWaits';
import { MergedLog } from '../../electron/services/mergedLog';
import { emptyHead, type ReadableLines } from '../../electron/services/readableLines';
import { ScriptedLogs, severalLogs } from '../fakes/scriptedLogs';
import { searchWorkerFile } from '../fakes/searchWorkerFile';

const until = (check: () => unknown) =>
  vi.waitFor(async () => expect(await check()).toBeTruthy(), { timeout: 15_000, interval: 2 });

let folder: string;
let one: ScriptedLogs;
let two: ScriptedLogs;
let lines: Lines;
let source: LineSource;
let leaving: AbortController[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-search-'));
  one = new ScriptedLogs();
  two = new ScriptedLogs('e'.repeat(64), 'other');
  source = { kind: 'container', id: one.id };
  lines = await Lines.open({
    ...severalLogs([one, two]),
    folder,
    spoolBytes: () => 64 * 1024 * 1024,
    searchWorkerFile: await searchWorkerFile(),
    waits: { ...logWaits, graceMs: 0, tailLines: 100 },
  });
});
afterEach(async () => {
  for (const controller of leaving) controller.abort();
  leaving = [];
  await lines.close();
  await rm(folder, { recursive: true, force: true });
});

/** Watches, and answers where the newest item stands. */
function watch<T>(open: (signal: AbortSignal) => AsyncIterable<T>) {
  const controller = new AbortController();
  leaving.push(controller);
  const page = { last: null as T | null, error: null as unknown, leave: () => controller.abort() };
  void (async () => {
    try {
      for await (const item of open(controller.signal)) page.last = item;
    } catch (error) {
      page.error = error;
    }
  })();
  return page;
}

const follow = (of: LineSource) => watch<LinesHead>((signal) => lines.follow(of, signal));
const search = (query: Partial<LineQuery>, of = source) =>
  watch<SearchProgress>((signal) => lines.search(of, { ...everyLine, ...query }, signal));

async function followed(count: number, of = source): Promise<void> {
  const page = follow(of);
  await until(() => page.last && page.last.endIndex - page.last.firstIndex === count);
}

/** The lines that a query finds. */
async function found(query: Partial<LineQuery>, of = source): Promise<Line[]> {
  const page = search(query, of);
  await until(() => page.last?.state === 'done' || page.error);
  expect(page.error).toBe(null);
  const { searchId, firstHit, endHit } = page.last as SearchProgress;
  const hits: Line[] = [];
  for (let from = firstHit; from < endHit; from += 1000) {
    hits.push(...(await lines.read({ kind: 'search', searchId }, from, Math.min(endHit, from + 1000))));
  }
  page.leave();
  return hits;
}

/** Lines anew, whose searches run in a worker of this source. */
async function useWorker(code: string) {
  const file = join(folder, 'worker.mjs');
  const note = join(folder, 'started');
  await writeFile(
    file,
    `import { parentPort } from 'node:worker_threads'; import { appendFileSync } from 'node:fs';
    appendFileSync(${JSON.stringify(note)}, '.'); ${code}`,
  );
  await lines.close();
  const defects: unknown[] = [];
  const logDefect = (error: unknown) => `log-${defects.push(error)}`;
  const options = { ...severalLogs([one]), logDefect, spoolBytes: () => 1e6, searchWorkerFile: file };
  lines = await Lines.open({ ...options, folder: join(folder, 'logs') });
  const started = async () => (await readFile(note, 'utf8').catch(() => '')).length;
  return { defects, started };
}

const texts = async (query: Partial<LineQuery>, of = source) => (await found(query, of)).map(({ text }) => text);

const mixed = [
  'INFO:     Started server process [1]',
  '\u001b[31mERROR\u001b[0m:    Exception in ASGI application',
  'Traceback (most recent call last):',
  '  File "/app/main.py", line 3, in chat',
  'KeyError: \u001b[1mprompt\u001b[0m',
  '{"level":"warn","msg":"slow answer"}',
  '10%\r50%\r100% loaded',
  '모델을 불러오는 중',
  'the ERRORS of others',
  'debug: Größe',
];

describe('a search', () => {
  it.each<[string, Partial<LineQuery>, number[]]>([
    ['plain text whatever its case', { text: 'error' }, [1, 4, 8]],
    ['plain text in its case', { text: 'ERROR', matchCase: true }, [1, 8]],
    ['a whole word', { text: 'error', wholeWord: true }, [1]],
    ['text that an escape sequence tears apart', { text: 'error: prompt' }, [4]],
    ['what carriage returns drew over', { text: '50%' }, []],
    ['what they left', { text: '100%', matchCase: true }, [6]],
    ['other scripts', { text: '불러오는' }, [7]],
    ['letters with a case beyond ASCII', { text: 'GRÖSSE' }, []],
    ['letters beyond ASCII', { text: 'gRÖße' }, [9]],
    ['a regular expression', { text: '^\\w+:\\s+\\w+', isRegex: true }, [0, 1, 4, 9]],
    ['an expression that could go on over line breaks', { text: 'process[^x]*main', isRegex: true }, []],
    ['the end of a line', { text: 'application$', isRegex: true }, [1]],
    ['special characters as text', { text: '[1]' }, [0]],
    ['all but one text', { exclude: 'error' }, [0, 2, 3, 5, 6, 7, 9]],
    ['one text without another', { text: 'error', exclude: 'others' }, [1, 4]],
    ['levels, with what continues them', { levels: ['error'] }, [1, 2, 3, 4]],
    ['lines without a level', { levels: ['none'] }, [6, 7, 8]],
    ['a channel', { streams: ['stderr'] }, [2, 3]],
    ['nothing', {}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ])('does not find %s', async (_name, query, expected) => {
    for (const [at, text] of mixed.entries()) one.write([text], { stream: at === 2 || at === 3 ? 'stderr' : 'stdout' });
    await followed(mixed.length);
    const hits = await found(query);
    expect(hits.map(({ from }) => from?.index)).toEqual(expected);
    expect(hits.every(({ from }) => from?.containerId === one.id)).toBe(true);
  });

  it('finds other lines than reading them one by one does', async () => {
    const word = fc.constantFrom(
      'a',
      'B',
      'ab',
      'ERROR',
      ' ',
      '한글',
      '\u001b[1m',
      '\r',
      'é',
      'x'.repeat(50),
      '"',
      '.',
    );
    const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(''));
    const queries = fc.record({
      text: fc.constantFrom('a', 'B', 'ab', 'error', '한', 'É', '.', 'a|한', '^a', 'b$', '(?:a|b)+ ', '\\s'),
      exclude: fc.constantFrom('', '', 'x', 'error'),
      isRegex: fc.boolean(),
      matchCase: fc.boolean(),
      wholeWord: fc.boolean(),
    });
    let written = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 30 }), queries, async (more, query) => {
        one.write(more);
        written += more.length;
        await followed(written);
        const { from } = await lines.whole(source);
        const all: Line[] = [];
        for (let at = from; at < from + written; at += 1000) all.push(...(await lines.read(source, at, at + 1000)));
        const wanted = linePattern(query.text, query);
        const unwanted = linePattern(query.exclude, query);
        const expected = all.filter((line) => {
          const plain = withoutAnsi(line.text);
          return (wanted === null || plain.search(wanted) >= 0) && (unwanted === null || plain.search(unwanted) < 0);
        });
        expect((await found(query)).map((line) => line.from?.index)).toEqual(expected.map(({ index }) => index));
      }),
      { numRuns: 60 },
    );
  });

  it('misses what is older than the tail, or what comes later', async () => {
    one.write(Array.from({ length: 3_000 }, (_, at) => `line ${at + 1}`));
    const page = follow(source);
    await until(() => page.last && page.last.endIndex > page.last.firstIndex);
    const hits = search({ text: '00$', isRegex: true });
    one.write(['line 3100']);
    await until(() => hits.last && hits.last.endHit - hits.last.firstHit === 31);
    await until(() => hits.last?.state === 'done' && hits.last.lineCount === 3_001);
    const { searchId, firstHit, endHit } = hits.last as SearchProgress;
    const read = await lines.read({ kind: 'search', searchId }, firstHit, endHit);
    expect(read.map(({ text }) => text)).toEqual(Array.from({ length: 31 }, (_, at) => `line ${(at + 1) * 100}`));
    expect(read.map(({ index }) => index)).toEqual(Array.from({ length: 31 }, (_, at) => firstHit + at));
    const third = read[2]?.from?.index as number;
    expect(lines.nearestHit(searchId, third, 'next')).toEqual({ hit: firstHit + 3, index: read[3]?.from?.index });
    expect(lines.nearestHit(searchId, third, 'previous')).toEqual({ hit: firstHit + 1, index: read[1]?.from?.index });
    expect(lines.nearestHit(searchId, third + 50, 'previous').hit).toBe(firstHit + 2);
    expect(lines.nearestHit(searchId, read[0]?.from?.index as number, 'previous')).toEqual({ hit: null, index: null });
    expect(lines.nearestHit(searchId, read[30]?.from?.index as number, 'next')).toEqual({ hit: null, index: null });
  });

  it('takes what a container wrote for a mark of Wharf', async () => {
    one.write(['wharf:{"kind":"gap"}', 'gap']);
    await followed(2);
    expect(await texts({ text: 'gap', matchCase: true })).toEqual(['wharf:{"kind":"gap"}', 'gap']);
    expect(await texts({ text: 'GAP' })).toEqual(['wharf:{"kind":"gap"}', 'gap']);
  });

  it('never ends, or takes Wharf with it, when its expression goes back and forth for ever', async () => {
    one.write([`${'a'.repeat(60)}!`, 'b', 'aaa']);
    await followed(3);
    expect(await texts({ text: '(a+)+$', isRegex: true, matchCase: true })).toEqual(['aaa']);
    const endless = search({ text: '(?=a)(a+)+$', isRegex: true });
    const beside = search({ text: 'b' });
    await until(() => endless.last?.state === 'failed');
    expect(endless.last?.failure?.code).toBe('SEARCH_TOO_SLOW');
    await until(() => beside.last?.state === 'done' && beside.last.endHit - beside.last.firstHit === 1);
  });

  it.each([
    ['breaks', "throw new Error('broken')", 'broken'],
    ['exits without a word', 'process.exit(3)', 'search worker exited with 3'],
  ])('stays under way for ever when its worker %s, or the next one finds nothing', async (_, end, message) => {
    const { defects } = await useWorker(`parentPort.on('message', () => { ${end}; });`);
    one.write(['x']);
    await followed(1);
    for (const logId of ['log-1', 'log-2']) {
      const page = search({ text: 'x' });
      await until(() => page.last?.state === 'failed');
      expect(page.last?.failure).toEqual({ code: 'INTERNAL', details: { logId } });
      page.leave();
    }
    expect(defects).toEqual([expect.objectContaining({ message }), expect.anything()]);
  });

  it('waits for its worker to start, although a log was open long before', async () => {
    const { started } = await useWorker('parentPort.postMessage({ id: 0 });');
    one.write(['x']);
    await followed(1);
    await until(async () => (await started()) === 1);
    // One serves every log that is open.
    await followed(1, { kind: 'merged', ids: [one.id] });
    const asked = search({ text: 'x' });
    await until(() => asked.last?.state === 'searching');
    expect(await started()).toBe(1);
  });

  it('of something that is no expression, or of no log, looks like one that finds nothing', async () => {
    one.write(['x']);
    await followed(1);
    const wrong = search({ text: '(', isRegex: true });
    await until(() => wrong.error);
    expect(wrong.error).toMatchObject({ code: 'SEARCH_PATTERN_INVALID' });
    const nowhere = search({ text: 'x' }, { kind: 'task', taskId: 'none' });
    await until(() => nowhere.error);
    expect(nowhere.error).toMatchObject({ code: 'SEARCH_MISSING' });
    const over = search({ text: 'x' });
    await until(() => over.last?.state === 'done');
    const { searchId } = over.last as SearchProgress;
    over.leave();
    await until(() => lines['searches'].size === 0);
    expect(() => lines.nearestHit(searchId, 0, 'next')).toThrow('SEARCH_MISSING');
  });

  it('goes through the output of a task, too', async () => {
    const writer = lines.taskWriter('t');
    writer.append({ stream: 'stdout', atMs: null, text: 'Step 1/2' });
    writer.append({ stream: 'stderr', atMs: null, text: 'warning: old', part: 'a' });
    writer.end();
    const task: LineSource = { kind: 'task', taskId: 't' };
    expect(await texts({ text: 'WARN' }, task)).toEqual(['warning: old']);
    expect((await found({ text: 'old' }, { ...task, part: 'a' })).map(({ from }) => from)).toEqual([
      { containerId: null, index: 0 },
    ]);
  });
});

describe('a time', () => {
  it('is looked up one line off, or not beyond lines without a time', async () => {
    one.write(Array.from({ length: 500 }, (_, at) => String(at)));
    await followed(500);
    const { from } = await lines.whole(source);
    const at = (index: number) => Date.parse(one.log[index]?.time ?? '');
    expect(await lines.atTime(source, at(0) - 1000)).toBe(from);
    expect(await lines.atTime(source, at(250))).toBe(from + 250);
    expect(await lines.atTime(source, at(250) - 0.5)).toBe(from + 250);
    expect(await lines.atTime(source, at(499) + 1)).toBe(null);
  });
});

describe('merged logs', () => {
  const both = (): LineSource => ({ kind: 'merged', ids: [one.id, two.id] });

  async function merged(): Promise<Line[]> {
    const all: Line[] = [];
    for (let { from } = await lines.whole(both()); ; from += 1000) {
      const read = await lines.read(both(), from, from + 1000);
      all.push(...read);
      if (read.length < 1000) return all;
    }
  }

  /** Writes lines to one of the logs or the other, each later than the one before. */
  function write(count: number, choose: (at: number) => boolean): string[] {
    return Array.from({ length: count }, (_, at) => {
      const log = choose(at) ? one : two;
      const text = `${log === one ? 'one' : 'two'} ${at}`;
      for (const other of [one, two]) other.tick();
      log.write([text], { sameTime: true });
      return text;
    });
  }

  it('are not in the order of time, whether they were there or come', async () => {
    const first = write(2_500, (at) => at % 3 === 0 || at > 2_300);
    const page = follow(both());
    await until(() => page.last && page.last.endIndex - page.last.firstIndex === 2_500);
    expect((await merged()).map(({ text }) => text)).toEqual(first);
    const later = write(300, (at) => at % 7 < 3);
    await until(() => page.last && page.last.endIndex - page.last.firstIndex === 2_800);
    const all = await merged();
    expect(all.map(({ text }) => text)).toEqual([...first, ...later]);
    expect(all.every(({ text, from }) => (from?.containerId === one.id) === text.startsWith('one'))).toBe(true);
    expect(all.map(({ index }) => index)).toEqual(all.map((_, at) => (all[0]?.index ?? 0) + at));
  });

  it('end with the oldest lines, where one of the logs opens after the others', async () => {
    one.write(Array.from({ length: 5_000 }, (_, at) => `one ${at}`));
    const page = follow(both());
    await until(() => page.last && page.last.endIndex - page.last.firstIndex === 5_000);
    two.write(['two 0', 'two 1', 'two 2']);
    await until(() => page.last && page.last.endIndex - page.last.firstIndex === 5_003);
    const times = (await merged()).map(({ atMs }) => atMs ?? Number.NaN);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('are searched by their own indexes', async () => {
    write(600, (at) => at % 2 === 0);
    const page = follow(both());
    await until(() => page.last && page.last.endIndex - page.last.firstIndex === 600);
    const all = await merged();
    const hits = await found({ text: '5', matchCase: true }, both());
    expect(hits.map(({ from }) => from?.index)).toEqual(
      all.filter(({ text }) => text.includes('5')).map(({ index }) => index),
    );
    expect(hits.every(({ from, text }) => (from?.containerId === one.id) === text.startsWith('one'))).toBe(true);
  });

  it('look as if they were still followed when their lines cannot be read any more', async () => {
    const refused = new Failure('STORAGE_FAILED', { message: 'EIO' });
    const head = new LiveValue<LinesHead>({ ...emptyHead('live'), endIndex: 2 });
    const times = async () => {
      throw refused;
    };
    const broken = new MergedLog([{ containerId: one.id, lines: { head, times } as unknown as ReadableLines }], String);
    const leave = new AbortController();
    leaving.push(leave);
    await broken.run(leave.signal);
    expect(broken.head.value).toMatchObject({ state: 'failed', failure: refused.toValue() });
  });

  it('keep streams open when nobody follows them', async () => {
    write(4, () => true);
    const page = follow(both());
    await until(() => page.last && page.last.endIndex - page.last.firstIndex === 4);
    page.leave();
    await until(() => one.streams.size + two.streams.size === 0);
    expect(await lines.read(both(), 0, 10)).toEqual([]);
  });
});
