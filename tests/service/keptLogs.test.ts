import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LineSource, LinesHead } from '../../electron/contract/lines';
import { Lines } from '../../electron/services/lines';
import { logWaits } from '../../electron/services/logWaits';
import { ScriptedLogs } from '../fakes/scriptedLogs';
import { searchWorkerFile } from '../fakes/searchWorkerFile';

const waits = { ...logWaits, graceMs: 0, retryMs: { first: 1, longest: 5 }, tailLines: 100 };
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));
const until = (check: () => unknown) =>
  vi.waitFor(() => expect(check()).toBeTruthy(), { timeout: 10_000, interval: 2 });

let folder: string;
let engine: ScriptedLogs;
let lines: Lines;
let source: LineSource & { kind: 'container' };
let leaving: AbortController[] = [];

const open = async (spoolBytes = 64 * 1024 * 1024) => {
  lines = await Lines.open({
    ...engine.source,
    folder,
    spoolBytes: () => spoolBytes,
    searchWorkerFile: await searchWorkerFile(),
    waits,
  });
};

/** Follows, and answers where the newest head stands. */
function follow(of: LineSource = source): { head: LinesHead | null; leave(): Promise<void> } {
  const controller = new AbortController();
  leaving.push(controller);
  const page = { head: null as LinesHead | null, leave: () => Promise.resolve() };
  const over = (async () => {
    for await (const head of lines.follow(of, controller.signal)) page.head = head;
  })();
  page.leave = () => {
    controller.abort();
    return over;
  };
  return page;
}

async function texts(of: LineSource = source): Promise<string[]> {
  const all: string[] = [];
  for (let { from } = await lines.whole(of); ; from += 1000) {
    const read = await lines.read(of, from, from + 1000);
    all.push(...read.map((line) => (line.mark ? `[${line.mark.kind}]` : line.text)));
    if (read.length < 1000) return all;
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-kept-'));
  engine = new ScriptedLogs();
  engine.product = 'Docker';
  source = { kind: 'container', id: engine.id };
  await open();
});
afterEach(async () => {
  for (const controller of leaving) controller.abort();
  leaving = [];
  await lines.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a log of more lines than its tail', () => {
  it('shows nothing until it was read from its beginning', async () => {
    engine.write(numbers(1, 5_000));
    const page = follow();
    await until(() => page.head && page.head.endIndex > page.head.firstIndex);
    const [first] = engine.asked;
    expect(first).toMatchObject({ follow: false, tail: 100 });
    await until(() => page.head?.olderCount === null && page.head.endIndex - page.head.firstIndex === 5_000);
    expect(await texts()).toEqual(numbers(1, 5_000));
  });

  it('moves a line to another index when the older ones get their place', async () => {
    engine.write(numbers(1, 3_000));
    const page = follow();
    await until(() => page.head && page.head.endIndex > page.head.firstIndex);
    const { firstIndex, endIndex } = page.head as LinesHead;
    const before = await lines.read(source, firstIndex, endIndex);
    await until(() => page.head && page.head.endIndex - page.head.firstIndex === 3_000);
    const after = await lines.read(source, firstIndex, endIndex);
    expect(after).toEqual(before);
    expect((await lines.read(source, firstIndex - 1, firstIndex))[0]?.text).toBe(String(Number(before[0]?.text) - 1));
    expect(page.head).toMatchObject({ generation: 0, droppedCount: 0, olderCount: null });
  });

  it('misses or repeats lines that come while the older ones are read', async () => {
    engine.write(numbers(1, 3_000));
    const page = follow();
    await until(() => page.head && page.head.endIndex > page.head.firstIndex);
    for (let at = 3_001; at <= 3_200; at += 1) {
      engine.write([String(at)]);
      if (at % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => page.head && page.head.endIndex - page.head.firstIndex === 3_200);
    expect(await texts()).toEqual(numbers(1, 3_200));
  });

  it('counts on one line to tell where its tail begins though the same line stands before', async () => {
    engine.product = 'Podman';
    for (let at = 0; at < 1_000; at += 1) engine.write(['same'], { sameTime: at % 300 !== 0 });
    engine.write(numbers(1, 50));
    const page = follow();
    await until(() => page.head && page.head.endIndex - page.head.firstIndex === 1_050);
    expect(await texts()).toEqual([...Array.from({ length: 1_000 }, () => 'same'), ...numbers(1, 50)]);
  });

  it('takes more of the disk than it may while the older lines are read, or hides what it dropped', async () => {
    await lines.close();
    await open(256 * 1024);
    engine.write(numbers(1, 12_000).map((text) => text.padEnd(60, '.')));
    const page = follow();
    await until(() => page.head?.olderCount === null && page.head.droppedCount > 0);
    const head = page.head as LinesHead;
    expect(head.endIndex - head.firstIndex + head.droppedCount).toBe(12_000);
    const kept = await texts();
    expect(Number.parseInt(kept[0] ?? '', 10)).toBe(head.droppedCount + 1);
    expect(kept).toHaveLength(12_000 - head.droppedCount);
  });
});

describe('a log that outlives its container', () => {
  it('vanishes when an auto-removed container ends', async () => {
    engine.write(numbers(1, 5));
    const page = follow();
    await until(() => page.head?.endIndex === 5);
    engine.remove();
    await until(() => page.head?.state === 'ended');
    await page.leave();
    await lines.close();
    await open();
    expect(await texts()).toEqual(numbers(1, 5));
    expect(await lines.kept()).toMatchObject([{ containerId: engine.id, name: 'numbers' }]);
    const again = follow();
    await until(() => again.head?.state === 'ended');
    expect(again.head).toMatchObject({ firstIndex: 0, endIndex: 5 });
  });

  it('ends with the container although another one takes its name', async () => {
    engine.write(numbers(1, 3));
    const page = follow();
    await until(() => page.head?.endIndex === 3);
    engine.remove();
    await until(() => page.head?.state === 'ended');
    engine.recreate('d'.repeat(64));
    engine.write(numbers(4, 6));
    await until(() => page.head?.state === 'live' && page.head.endIndex === 7);
    const all = [...numbers(1, 3), '[recreated]', ...numbers(4, 6)];
    expect(await texts()).toEqual(all);
    expect(await texts({ kind: 'container', id: 'd'.repeat(64) })).toEqual(all);
    const [mark] = await lines.read(source, 3, 4);
    expect(mark?.mark?.fromMs).toBeLessThan(mark?.mark?.toMs ?? 0);
  });

  it('is lost to the new container when it was created while nobody looked', async () => {
    engine.write(numbers(1, 3));
    const page = follow();
    await until(() => page.head?.endIndex === 3);
    await page.leave();
    engine.remove();
    engine.recreate('d'.repeat(64));
    engine.write(['4']);
    const again = follow({ kind: 'container', id: 'd'.repeat(64) });
    await until(() => again.head?.endIndex === 5);
    expect(await texts()).toEqual(['1', '2', '3', '[recreated]', '4']);
  });
});

describe('a log that outlives Wharf', () => {
  const restart = async () => {
    await lines.close();
    await open();
  };

  it('has gaps or duplicates after Wharf was started again', async () => {
    let written = 0;
    for (let round = 0; round < 20; round += 1) {
      for (let at = 0; at < round % 7; at += 1) {
        written += 1;
        engine.write([String(written)], { stream: at % 3 === 0 ? 'stderr' : 'stdout' });
      }
      const page = follow();
      await until(() => page.head?.state === 'live' && page.head.endIndex - page.head.firstIndex === written);
      await page.leave();
      await restart();
    }
    expect(await texts()).toEqual(numbers(1, written));
  });

  it('marks no gap, or one without its times, when the engine threw lines away meanwhile', async () => {
    engine.write(numbers(1, 3));
    const page = follow();
    await until(() => page.head?.endIndex === 3);
    await page.leave();
    await lines.close();
    const [, , last] = engine.log;
    engine.log = [];
    engine.write(numbers(8, 9));
    await open();
    const again = follow();
    await until(() => again.head?.endIndex === 6);
    expect(await texts()).toEqual(['1', '2', '3', '[gap]', '8', '9']);
    const [mark] = await lines.read(source, 3, 4);
    expect(mark?.mark).toEqual({
      kind: 'gap',
      fromMs: Date.parse(last?.time ?? ''),
      toMs: Date.parse(engine.log[0]?.time ?? ''),
    });
  });

  it('is given up, or shows half a line, when a crash tore its files', async () => {
    engine.write(numbers(1, 300).map((text) => text.padStart(6, '0')));
    let page = follow();
    await until(() => page.head && page.head.endIndex - page.head.firstIndex === 300);
    await page.leave();
    await lines.close();
    const [log = ''] = (await readdir(folder)).filter((name) => name.startsWith('log-'));
    const files = (await readdir(join(folder, log))).sort();
    const last = (kind: string) => join(folder, log, files.filter((name) => name.endsWith(kind)).at(-1) ?? '');
    const sizes = [await stat(last('.index')), await stat(last('.text'))].map(({ size }) => size);
    for (const [indexBytes, textBytes] of [
      [-5, 0],
      [0, -3],
      [-24, -1],
      [0, -20],
    ] as const) {
      await truncate(last('.index'), (sizes[0] ?? 0) + indexBytes);
      await truncate(last('.text'), (sizes[1] ?? 0) + textBytes);
      await open();
      page = follow();
      await until(() => page.head && page.head.endIndex - page.head.firstIndex === 300);
      expect((await texts()).map(Number)).toEqual(numbers(1, 300).map(Number));
      await page.leave();
      await lines.close();
    }
    await appendFile(last('.text'), 'half a li');
    await open();
    page = follow();
    await until(() => page.head?.state === 'live' && page.head.endIndex - page.head.firstIndex === 300);
    expect((await texts()).map(Number)).toEqual(numbers(1, 300).map(Number));
  });

  it('can be read by other people', async () => {
    engine.write(numbers(1, 3));
    const page = follow();
    await until(() => page.head?.endIndex === 3);
    await page.leave();
    await lines.close();
    const { stdout } = await promisify(execFile)('find', [folder, '-perm', '/077', '-not', '-path', folder]);
    expect(stdout).toBe('');
    const all = await promisify(execFile)('find', [folder, '-name', '*.text']);
    expect(await readFile(all.stdout.trim(), 'utf8')).toBe('1\n2\n3\n');
    await open();
  });
});

describe('a log that was cleared', () => {
  it('comes back from the engine, from the disk, or after a restart; or cannot be undone', async () => {
    engine.write(numbers(1, 250));
    const page = follow();
    await until(() => page.head && page.head.endIndex - page.head.firstIndex === 250);
    await lines.clear(engine.id);
    await until(() => page.head?.firstIndex === page.head?.endIndex);
    expect(await texts()).toEqual([]);
    engine.write(['251']);
    await until(() => page.head && page.head.endIndex - page.head.firstIndex === 1);
    expect(await lines.unclear(engine.id)).toBe(true);
    await until(() => page.head && page.head.endIndex - page.head.firstIndex === 251);
    expect(await texts()).toEqual(numbers(1, 251));

    await lines.clear(engine.id);
    engine.cut();
    engine.write(['252']);
    await until(() => page.head && page.head.endIndex - page.head.firstIndex === 1);
    expect(page.head?.droppedCount).toBe(0);
    await page.leave();
    await lines.close();
    const { stdout } = await promisify(execFile)('grep', ['-rc', '--include=*.text', '', folder]);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(':')[1]),
    ).toEqual(['1']);
    await open();
    engine.write(['253']);
    const again = follow();
    await until(() => again.head?.state === 'live' && again.head.endIndex - again.head.firstIndex === 2);
    expect(await texts()).toEqual(['252', '253']);
    expect(await lines.unclear(engine.id)).toBe(false);
  });
});
