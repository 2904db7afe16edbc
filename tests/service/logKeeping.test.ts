import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Settings } from '../../electron/contract/settings';
import { Lines } from '../../electron/services/lines';
import { LiveValue } from '../../electron/services/live';
import { LogKeeping } from '../../electron/services/logKeeping';
import { logWaits } from '../../electron/services/logWaits';
import { sampleSettings } from '../fakes/samples';
import { ScriptedLogs, severalLogs } from '../fakes/scriptedLogs';
import { searchWorkerFile } from '../fakes/searchWorkerFile';

const waits = { ...logWaits, graceMs: 0, retryMs: { first: 1, longest: 5 }, tailLines: 100 };
const until = (check: () => unknown) =>
  vi.waitFor(async () => expect(await check()).toBeTruthy(), { timeout: 10_000, interval: 5 });

let folder: string;
let engine: ScriptedLogs;
let lines: Lines;
let keeping: LogKeeping;
let settings: LiveValue<Settings>;
let happens: (id: string, action: string) => void;

async function open(logs: ScriptedLogs[] = [engine], mostStreams = 200): Promise<void> {
  const source = severalLogs(logs);
  lines = await Lines.open({
    ...source,
    folder,
    spoolBytes: () => 1024 * 1024,
    searchWorkerFile: await searchWorkerFile(),
    waits,
  });
  keeping = new LogKeeping({
    engineLink: { state: new LiveValue({ endpoint: null } as never) },
    containers: {
      ...source.containers,
      // The fake's own tells of its first container alone.
      watch: async function* (signal) {
        for await (const event of source.containers.watch(signal))
          yield event.type === 'snapshot' ? { ...event, containers: [...source.containers.table()] } : event;
      },
      onContainerEvent: (listener) => {
        happens = listener;
        return () => undefined;
      },
    },
    lines,
    settings: {
      get value() {
        return settings.value;
      },
      watch: (signal) => settings.watch(signal),
    },
    logDefect: (error) => {
      throw error;
    },
    mostStreams,
  });
}

async function close(): Promise<void> {
  await keeping.close();
  await lines.close();
}

const texts = async (id = engine.id) => {
  const source = { kind: 'container' as const, id };
  const { from } = await lines.whole(source);
  return (await lines.read(source, from, from + 1000)).map(({ mark, text }) => (mark ? `[${mark.kind}]` : text));
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-keeping-'));
  engine = new ScriptedLogs();
  engine.product = 'Docker';
  settings = new LiveValue<Settings>({ ...sampleSettings, keepLogs: 'all' });
});
afterEach(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});

it('loses the log of an auto-removed container that nobody opened', async () => {
  await open();
  engine.write(['1', '2']);
  await until(async () => (await texts()).length === 2);
  engine.write(['3']);
  await until(async () => (await texts()).length === 3);
  engine.remove();
  await until(() => keeping.count === 0);
  expect(await texts()).toEqual(['1', '2', '3']);
  expect(await lines.kept()).toMatchObject([{ containerId: engine.id, name: 'numbers' }]);
});

it('has gaps or duplicates in a kept log after Wharf was started again', async () => {
  await open();
  engine.write(['1', '2']);
  await until(async () => (await texts()).length === 2);
  await close();
  engine.write(['3']);
  await open();
  engine.write(['4']);
  await until(async () => (await texts()).length === 4);
  expect(await texts()).toEqual(['1', '2', '3', '4']);
});

it('opens a second stream for a window on a log that is kept', async () => {
  await open();
  engine.write(['1']);
  await until(async () => (await texts()).length === 1);
  const window = new AbortController();
  for await (const { state } of lines.follow({ kind: 'container', id: engine.id }, window.signal)) {
    if (state === 'live') break;
  }
  expect(engine.streams.size).toBe(1);
});

it('keeps the logs of containers that the setting does not name, or goes on when it changes', async () => {
  settings.set({ ...settings.value, keepLogs: 'opened' });
  await open();
  engine.write(['1']);
  happens(engine.id, 'start');
  expect(keeping.count).toBe(0);
  settings.set({ ...settings.value, keepLogs: 'all' });
  await until(() => engine.streams.size === 1);
  settings.set({ ...settings.value, keepLogs: 'opened' });
  await until(() => engine.streams.size === 0 && keeping.count === 0);
});

it('opens more streams than it may, or does not say that it leaves containers out', async () => {
  const many = [0, 1, 2].map((at) => new ScriptedLogs(String(at).repeat(64), `log-${at}`));
  [engine] = many as [ScriptedLogs];
  await open(many, 2);
  happens(many[1]?.id ?? '', 'start');
  happens(many[2]?.id ?? '', 'start');
  await until(() => keeping.count === 2);
  expect(keeping.leftOutCount).toBe(1);
});

it('fills the disk with many logs that are kept at once', async () => {
  const many = Array.from({ length: 16 }, (_, at) => new ScriptedLogs(at.toString(16).repeat(64), `log-${at}`));
  [engine] = many as [ScriptedLogs];
  await open(many);
  for (const { id } of many) happens(id, 'start');
  await until(() => many.every(({ streams }) => streams.size === 1));
  const firstIndexes = () =>
    Promise.all(many.map(async ({ id }) => (await lines.whole({ kind: 'container', id })).from));
  const bytesOnDisk = async () => (await lines.kept()).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (let round = 1; round <= 5; round += 1) {
    for (const log of many) log.write(Array.from({ length: 16 }, () => 'x'.repeat(8 * 1024)));
    if (round < 5) await until(async () => (await bytesOnDisk()) >= round * many.length * 16 * 8 * 1024);
  }
  // One alone could keep a mebibyte; sixteen have half of that each.
  await until(async () => (await firstIndexes()).every((index) => index > 0));
  expect(await bytesOnDisk()).toBeLessThan(9 * 1024 * 1024);
});

it('leaves a log on disk that was deleted', async () => {
  await open();
  engine.write(['secret']);
  await until(async () => (await texts()).length === 1);
  engine.remove();
  await until(() => keeping.count === 0);
  expect(await lines.removeKept(engine.id)).toBe(true);
  expect(await lines.kept()).toEqual([]);
  expect(await lines.removeKept(engine.id)).toBe(false);
});
