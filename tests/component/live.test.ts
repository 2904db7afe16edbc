// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { followWatch } from '../../renderer/lib/followWatch';
import { reduceContainers, reduceTasks } from '../../renderer/live/reduce';
import { sampleContainer, sampleId, sampleTask } from '../fakes/samples';

describe('container table', () => {
  const [first, second] = [sampleContainer({ id: sampleId(1) }), sampleContainer({ id: sampleId(2) })];

  test('a patch neither doubles a row nor loses the others', () => {
    const table = reduceContainers(undefined, { type: 'snapshot', containers: [first, second], asOfMs: 1 });
    const changed = { ...second, state: 'paused' as const };
    const next = reduceContainers(table, { type: 'patch', upserted: [changed], removed: [] });
    expect(next.containers).toEqual([first, changed]);
  });

  test('a removed row does not stay', () => {
    const table = reduceContainers(undefined, { type: 'snapshot', containers: [first, second], asOfMs: 1 });
    expect(reduceContainers(table, { type: 'patch', upserted: [], removed: [first.id] }).containers).toEqual([second]);
  });

  test('rows are not thrown away while the engine is away, and are fresh again after it', () => {
    const table = reduceContainers(undefined, { type: 'snapshot', containers: [first], asOfMs: 1 });
    const stale = reduceContainers(table, { type: 'stale', asOfMs: 7 });
    expect(stale).toEqual({ containers: [first], staleSinceMs: 7 });
    const fresh = reduceContainers(stale, { type: 'snapshot', containers: [second], asOfMs: 9 });
    expect(fresh).toEqual({ containers: [second], staleSinceMs: null });
  });
});

test('tasks stay newest first whatever order they are told in', () => {
  const [old, fresh] = [sampleTask({ id: 'old', startedAtMs: 1 }), sampleTask({ id: 'fresh', startedAtMs: 2 })];
  const tasks = reduceTasks([old], { type: 'patch', upserted: [fresh] });
  expect(tasks.map(({ id }) => id)).toEqual(['fresh', 'old']);
});

describe('following a watch', () => {
  async function* items(...values: number[]) {
    yield* values;
  }

  test('a watch that ends is opened again, so that the page does not stand still', async () => {
    const leaving = new AbortController();
    const seen: number[] = [];
    let opened = 0;
    await followWatch({
      open: async () => items(++opened),
      onItem: (item) => {
        seen.push(item);
        if (item === 2) leaving.abort();
      },
      signal: leaving.signal,
    });
    expect(seen).toEqual([1, 2]);
  });

  test('a watch that fails is opened again, unless its reader gives up', async () => {
    const leaving = new AbortController();
    const failures: unknown[] = [];
    let opened = 0;
    await followWatch<number>({
      open: async () => {
        opened += 1;
        throw new Error(`failure ${opened}`);
      },
      onItem: () => {},
      onFailure: (error) => {
        failures.push(error);
        return failures.length === 2 ? 'stop' : 'again';
      },
      signal: leaving.signal,
    });
    expect(failures).toEqual([new Error('failure 1'), new Error('failure 2')]);
  });

  test('nothing is delivered after leaving', async () => {
    const leaving = new AbortController();
    const seen: number[] = [];
    await followWatch({
      open: async () => items(1, 2, 3),
      onItem: (item) => {
        seen.push(item);
        leaving.abort();
      },
      signal: leaving.signal,
    });
    expect(seen).toEqual([1]);
  });
});
