import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../electron/contract/failures';
import type { LineSource, LinesHead } from '../../electron/contract/lines';
import { Lines } from '../../electron/services/lines';
import type { LogWaits } from '../../electron/services/logWaits';
import { sampleLine } from '../fakes/samples';
import { ScriptedLogs } from '../fakes/scriptedLogs';
import { searchWorkerFile } from '../fakes/searchWorkerFile';

const waits: LogWaits = { graceMs: 0, silenceMs: 60_000, retryMs: { first: 1, longest: 5 }, tailLines: 50_000 };
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));

let folder: string;
let engine: ScriptedLogs;
let lines: Lines;
let source: LineSource;
const followers: Follower[] = [];

/** A page that follows: remembers every head. */
class Follower {
  readonly heads: LinesHead[] = [];
  error: unknown = null;
  private readonly controller = new AbortController();
  readonly over: Promise<void>;

  constructor(of: LineSource) {
    followers.push(this);
    this.over = (async () => {
      try {
        for await (const head of lines.follow(of, this.controller.signal)) this.heads.push(head);
      } catch (error) {
        this.error = error;
      }
    })();
  }

  get head(): LinesHead | undefined {
    return this.heads.at(-1);
  }

  async leave(): Promise<void> {
    this.controller.abort();
    await this.over;
  }
}

async function open(more: Partial<LogWaits> = {}, spoolBytes = 64 * 1024 * 1024): Promise<void> {
  lines = await Lines.open({
    ...engine.source,
    folder,
    spoolBytes: () => spoolBytes,
    searchWorkerFile: await searchWorkerFile(),
    waits: { ...waits, ...more },
  });
}

async function texts(of: LineSource = source): Promise<string[]> {
  const all: string[] = [];
  for (let { from } = await lines.whole(of); ; from += 1000) {
    const read = await lines.read(of, from, from + 1000);
    all.push(...read.map((line) => (line.stream === 'mark' ? `[${line.text}]` : line.text)));
    if (read.length < 1000) return all;
  }
}

const until = (check: () => unknown) =>
  vi.waitFor(() => expect(check()).toBeTruthy(), { timeout: 10_000, interval: 2 });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-lines-'));
  engine = new ScriptedLogs();
  source = { kind: 'container', id: engine.id };
  await open();
});
afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.leave()));
  await lines.close();
  await rm(folder, { recursive: true, force: true });
});

describe('lines of a container', () => {
  it('are missing, or come twice, after streams cut at random', async () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const page = new Follower(source);
    let written = 0;
    for (let round = 0; round < 100; round += 1) {
      const before = engine.opened;
      const count = Math.floor(random() * 8);
      for (let at = 0; at < count; at += 1) {
        written += 1;
        engine.write([String(written)], {
          stream: random() < 0.5 ? 'stdout' : 'stderr',
          sameTime: random() < 0.4,
        });
      }
      if (random() < 0.5) await until(() => page.head?.endIndex === written);
      await until(() => engine.streams.size === 1);
      engine.cut();
      await until(() => engine.opened > before);
    }
    engine.write(['last']);
    await until(() => page.head?.endIndex === written + 1);
    expect(await texts()).toEqual([...numbers(1, written), 'last']);
    expect(engine.opened).toBeGreaterThan(100);
  });

  it('are read from the engine once for each window', async () => {
    engine.write(numbers(1, 50));
    const pages = [new Follower(source), new Follower(source), new Follower(source)];
    for (const page of pages) await until(() => page.head?.endIndex === 50);
    expect(engine.asked.filter(({ follow }) => follow)).toHaveLength(1);
  });

  it('keep the stream of the engine open when nobody follows any more', async () => {
    engine.write(numbers(1, 5));
    const first = new Follower(source);
    const second = new Follower(source);
    await until(() => first.head?.endIndex === 5 && second.head?.endIndex === 5);
    await first.leave();
    expect(engine.streams.size).toBe(1);
    await second.leave();
    await until(() => engine.streams.size === 0);
    expect(await texts()).toEqual(numbers(1, 5));
    engine.write(numbers(6, 9));
    const third = new Follower(source);
    await until(() => third.head?.endIndex === 9);
    expect(await texts()).toEqual(numbers(1, 9));
  });

  it('leak streams or readers over 500 visits', async () => {
    engine.write(numbers(1, 3));
    for (let visit = 0; visit < 500; visit += 1) {
      const page = new Follower(source);
      if (visit % 3 > 0) await until(() => page.heads.length > 0);
      await page.leave();
    }
    await until(() => engine.streams.size === 0);
    expect(engine.watchers).toBe(0);
    expect(await texts()).toEqual(numbers(1, 3));
  });

  it('cost a busy or a slow page one head a line', async () => {
    const page = new Follower(source);
    await until(() => page.head?.state === 'live');
    engine.write(numbers(1, 20_000));
    await until(() => page.head?.endIndex === 20_000);
    expect(page.heads.length).toBeLessThan(2_000);
  });

  it('say that they ended before the whole log was read', async () => {
    engine.write(numbers(1, 3_000));
    engine.stop();
    const page = new Follower(source);
    await until(() => page.head?.state === 'ended');
    expect(page.heads.filter((head) => head.state === 'ended').every((head) => head.endIndex === 3_000)).toBe(true);
    expect(page.heads.some((head) => head.state === 'live')).toBe(false);
  });

  it('stay at the old end when the container is started again, or hide that it was', async () => {
    engine.write(numbers(1, 10));
    const page = new Follower(source);
    await until(() => page.head?.endIndex === 10);
    engine.stop();
    await until(() => page.head?.state === 'ended');
    engine.start();
    engine.write(numbers(11, 12));
    await until(() => page.head?.state === 'live' && page.head.endIndex === 13);
    expect(await texts()).toEqual([...numbers(1, 10), '[restarted]', '11', '12']);
  });

  it('mark a restart that nobody watched in the wrong place', async () => {
    engine.write(numbers(1, 2));
    const page = new Follower(source);
    await until(() => page.head?.endIndex === 2);
    await page.leave();
    await until(() => engine.streams.size === 0);
    engine.write(['3']);
    engine.stop();
    engine.start();
    engine.write(['4']);
    const again = new Follower(source);
    await until(() => again.head?.endIndex === 5);
    expect(await texts()).toEqual(['1', '2', '3', '[restarted]', '4']);
  });

  it('hide that the engine threw lines away while the stream was lost', async () => {
    engine.write(numbers(1, 10));
    const page = new Follower(source);
    await until(() => page.head?.endIndex === 10);
    engine.log = [];
    engine.write(numbers(15, 20));
    engine.cut();
    await until(() => page.head?.endIndex === 17);
    expect(await texts()).toEqual([...numbers(1, 10), '[gap]', ...numbers(15, 20)]);
  });

  it('stay silent for good when a follow goes silent on rotation', async () => {
    await lines.close();
    await open({ silenceMs: 20 });
    engine.stalls = true;
    engine.write(['1']);
    const page = new Follower(source);
    await until(() => page.head?.endIndex === 1);
    engine.write(['2']);
    await until(() => page.head?.endIndex === 2);
    expect(await texts()).toEqual(['1', '2']);
  });

  it('give up, or forget what was read, while the engine is gone', async () => {
    engine.write(['1']);
    const page = new Follower(source);
    await until(() => page.head?.endIndex === 1);
    engine.failure = new Failure('ENGINE_UNREACHABLE', { address: 'unix:///x', reason: 'refused' });
    engine.cut();
    await until(() => page.head?.state === 'reconnecting' && page.head.failure?.code === 'ENGINE_UNREACHABLE');
    expect(await texts()).toEqual(['1']);
    engine.write(['2']);
    engine.failure = null;
    await until(() => page.head?.state === 'live' && page.head.failure === null && page.head.endIndex === 2);
  });

  it('of an unknown container wait for ever', async () => {
    engine.failure = new Failure('CONTAINER_MISSING', { id: engine.id });
    const page = new Follower(source);
    await page.over;
    expect(page.error).toMatchObject({ code: 'CONTAINER_MISSING', details: { id: engine.id } });
    engine.failure = null;
    engine.write(['1']);
    const again = new Follower(source);
    await until(() => again.head?.endIndex === 1);
  });

  it('vanish with the container', async () => {
    engine.write(['1']);
    const page = new Follower(source);
    await until(() => page.head?.endIndex === 1);
    engine.failure = new Failure('CONTAINER_MISSING', { id: engine.id });
    engine.cut();
    await until(() => page.head?.state === 'ended');
    expect(await texts()).toEqual(['1']);
  });

  it('of a logging driver that keeps nothing look like an empty log', async () => {
    engine.failure = new Failure('LOGS_UNREADABLE', { driver: 'none' });
    const page = new Follower(source);
    await until(() => page.head?.state === 'failed' && page.head.failure?.code === 'LOGS_UNREADABLE');
  });

  it('say "live" while Wharf cannot write them down', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, '');
    const page = new Follower(source);
    engine.write(['1']);
    await until(() => page.head?.state === 'failed' && page.head.failure?.code === 'STORAGE_FAILED');
    await until(() => engine.streams.size === 0);
  });

  it('are dropped for space without a word', async () => {
    await lines.close();
    await open({}, 1024 * 1024);
    const page = new Follower(source);
    for (let at = 0; at < 40; at += 1) {
      engine.write(numbers(at * 1000, at * 1000 + 999).map((text) => text.padEnd(60, '.')));
      await until(() => page.head?.endIndex === (at + 1) * 1000);
    }
    await until(() => (page.head?.firstIndex ?? 0) > 0);
    const toldFirst = page.head?.firstIndex ?? Infinity;
    const [first] = await lines.read(source, 0, 40_000);
    expect(first?.index).toBeGreaterThanOrEqual(toldFirst);
    expect(first?.text.startsWith(String(first.index))).toBe(true);
  });
});

describe('lines of a task', () => {
  const build: LineSource = { kind: 'task', taskId: 'b1' };

  it('miss what was written before or after somebody looks', async () => {
    const writer = lines.taskWriter('b1');
    expect(writer.append({ stream: 'stdout', atMs: 1, text: 'Step 1/2' })).toBe(0);
    const page = new Follower(build);
    await until(() => page.head?.state === 'live' && page.head.endIndex === 1);
    expect(writer.append({ stream: 'stderr', atMs: null, text: 'warning' })).toBe(1);
    writer.end();
    writer.end();
    await until(() => page.head?.state === 'ended' && page.head.endIndex === 2);
    expect(await lines.read(build, 0, 10)).toEqual([
      sampleLine({ index: 0, atMs: 1, text: 'Step 1/2' }),
      sampleLine({ index: 1, stream: 'stderr', text: 'warning' }),
    ]);
  });

  it('show lines of other parts among those of one, or lose its place where the whole was interleaved', async () => {
    const writer = lines.taskWriter('b2');
    const write = (text: string, part?: string) =>
      writer.append({ stream: 'stdout', atMs: null, text, ...(part && { part }) });
    const one = new Follower({ kind: 'task', taskId: 'b2', part: 'one' });
    for (let at = 0; at < 100; at += 1) {
      write(`one ${at}`, 'one');
      if (at % 3 === 0) write('two', 'two');
      if (at % 7 === 0) write('none');
    }
    await until(() => one.head?.endIndex === 100);
    const read = await lines.read({ kind: 'task', taskId: 'b2', part: 'one' }, 40, 60);
    expect(read.map(({ index, text }) => [index, text])).toEqual(
      Array.from({ length: 20 }, (_, at) => [40 + at, `one ${40 + at}`]),
    );
    expect(await lines.read({ kind: 'task', taskId: 'b2', part: 'three' }, 0, 10)).toEqual([]);
    writer.end();
    await until(() => one.head?.state === 'ended');
  });

  it('of an unknown task wait for ever', async () => {
    const page = new Follower({ kind: 'task', taskId: 'none' });
    await page.over;
    expect(page.error).toMatchObject({ code: 'TASK_MISSING' });
    expect(await lines.read({ kind: 'task', taskId: 'none' }, 0, 5)).toEqual([]);
  });
});

describe('spool folder', () => {
  it('keeps the logs of earlier runs on disk, or removes those of another Wharf that runs', async () => {
    await mkdir(join(folder, 'run-4194399', '1'), { recursive: true });
    await mkdir(join(folder, `run-${process.ppid}`));
    const other = await Lines.open({
      ...engine.source,
      folder,
      spoolBytes: () => 1e6,
      searchWorkerFile: await searchWorkerFile(),
    });
    expect((await readdir(folder)).filter((name) => name.startsWith('run-'))).toEqual([`run-${process.ppid}`]);
    other.taskWriter('t').append({ stream: 'stdout', atMs: null, text: 'x' });
    await other.close();
    expect((await readdir(folder)).filter((name) => name.startsWith('run-'))).toEqual([`run-${process.ppid}`]);
  });
});
