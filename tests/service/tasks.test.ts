import { describe, expect, it } from 'vitest';
import { Failure } from '../../electron/contract/failures';
import type { TaskSubject, TasksEvent } from '../../electron/contract/tasks';
import { rememberedTasks, Tasks, type TaskWork } from '../../electron/services/tasks';
import { MemoryOutput } from '../fakes/taskOutput';

type Build = Extract<TaskSubject, { kind: 'build' }>;

const build = (tag = 'x:latest'): Build => ({ kind: 'build', tag, imageId: null });

function setUp() {
  const output = new MemoryOutput();
  const defects: unknown[] = [];
  const tasks = new Tasks(output, (error) => {
    defects.push(error);
    return `log-${defects.length}`;
  });
  return { tasks, output, defects };
}

/** Work that goes on until somebody stops it. */
function untilAborted(work: TaskWork): Promise<void> {
  return new Promise((_resolve, reject) => {
    work.signal.addEventListener('abort', () => reject(new Error('socket closed')), { once: true });
  });
}

/** Items of a watch as they come. */
function reader(watch: AsyncGenerator<TasksEvent>) {
  return async () => (await watch.next()).value as TasksEvent;
}

describe('a task', () => {
  it('has its id at once and ends with what its work said', async () => {
    const { tasks, output } = setUp();
    let finish = () => {};
    const id = tasks.start(build(), 'docker build .', async (work) => {
      work.output.append({ stream: 'stdout', atMs: 1, text: 'hello' });
      work.progress({ done: 1, total: 2 });
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      work.subject({ imageId: 'sha256:made' });
    });
    expect(tasks.get(id)).toMatchObject({
      state: 'running',
      progress: { done: 1, total: 2 },
      command: 'docker build .',
    });
    expect(output.ended.has(id)).toBe(false);
    finish();
    expect(await tasks.ended(id)).toMatchObject({ state: 'done', failure: null, subject: { imageId: 'sha256:made' } });
    expect(output.texts(id)).toEqual(['hello']);
    expect(output.ended.has(id)).toBe(true);
  });

  it('that fails as expected carries the failure; a defect is logged and carries its log id', async () => {
    const { tasks, defects } = setUp();
    const missing = tasks.start(build(), '', async () => {
      throw new Failure('IMAGE_MISSING', { image: 'x' });
    });
    expect((await tasks.ended(missing)).failure).toEqual({ code: 'IMAGE_MISSING', details: { image: 'x' } });
    expect(defects).toEqual([]);
    const broken = tasks.start(build(), '', async () => {
      throw new TypeError('oops');
    });
    expect(await tasks.ended(broken)).toMatchObject({
      state: 'failed',
      failure: { code: 'INTERNAL', details: { logId: 'log-1' } },
    });
    expect(defects).toHaveLength(1);
  });

  it('is cancelled only once its work has stopped, however that fails', async () => {
    const { tasks, output, defects } = setUp();
    const id = tasks.start(build(), '', untilAborted);
    await tasks.cancel(id);
    expect(tasks.get(id)).toMatchObject({ state: 'cancelled', failure: { code: 'CANCELLED' } });
    expect(output.ended.has(id)).toBe(true);
    expect(defects).toEqual([]);
  });

  it('that is over is left alone by cancel; one that never was is missing', async () => {
    const { tasks } = setUp();
    const id = tasks.start(build(), '', async () => {});
    await tasks.ended(id);
    await tasks.cancel(id);
    expect(tasks.get(id)?.state).toBe('done');
    await expect(tasks.cancel('task-77')).rejects.toMatchObject({ code: 'TASK_MISSING', details: { id: 'task-77' } });
  });

  it('is started again as a new task, and never while it still runs', async () => {
    const { tasks } = setUp();
    let runs = 0;
    const begin = async (): Promise<{ taskId: string }> => {
      const work = async () => {
        runs += 1;
        if (runs === 1) throw new Failure('IMAGE_MISSING', { image: 'x' });
      };
      return { taskId: tasks.start(build(), '', work, begin) };
    };
    const { taskId } = await begin();
    await tasks.ended(taskId);
    const again = await tasks.retry(taskId);
    expect(again.taskId).not.toBe(taskId);
    expect(await tasks.ended(again.taskId)).toMatchObject({ state: 'done' });
    expect(tasks.get(taskId)).toMatchObject({ state: 'failed', canRetry: true });

    const running = tasks.start(build(), '', untilAborted, begin);
    await expect(tasks.retry(running)).rejects.toMatchObject({ code: 'TASK_NOT_REPEATABLE' });
    const once = tasks.start(build(), '', async () => {});
    await tasks.ended(once);
    await expect(tasks.retry(once)).rejects.toMatchObject({ code: 'TASK_NOT_REPEATABLE' });
    await tasks.cancel(running);
  });

  it('goes on when everybody who watched it has left', async () => {
    const { tasks } = setUp();
    let finish = () => {};
    const id = tasks.start(build(), '', () => new Promise<void>((resolve) => (finish = resolve)));
    const watch = tasks.watch();
    await watch.next();
    await watch.return();
    expect(tasks.get(id)?.state).toBe('running');
    finish();
    expect((await tasks.ended(id)).state).toBe('done');
  });

  it('fails with APP_CLOSED when Wharf closes, and none can start after that', async () => {
    const { tasks } = setUp();
    const id = tasks.start(build(), '', untilAborted);
    await tasks.close();
    expect(tasks.get(id)).toMatchObject({ state: 'failed', failure: { code: 'APP_CLOSED' } });
    expect(() => tasks.start(build(), '', async () => {})).toThrow(expect.objectContaining({ code: 'APP_CLOSED' }));
  });
});

it('a task whose work cannot stop does not keep Wharf from closing', async () => {
  const { tasks } = setUp();
  const id = tasks.start(build(), '', () => new Promise(() => {}));
  await tasks.close(20);
  expect(tasks.get(id)?.state).toBe('running');
});

describe('a watch of the tasks', () => {
  it('begins with all of them, newest first, then tells what changed', async () => {
    const { tasks } = setUp();
    const first = tasks.start(build('a:1'), '', untilAborted);
    const second = tasks.start(build('b:1'), '', untilAborted);
    const next = reader(tasks.watch());
    expect(await next()).toMatchObject({ type: 'snapshot', tasks: [{ id: second }, { id: first }] });
    const changed = next();
    await tasks.cancel(first);
    expect(await changed).toMatchObject({ type: 'patch', upserted: [{ id: first, state: 'cancelled' }] });
    await tasks.close();
  });

  it('gives a slow reader one item with the last state of each task, not a queue', async () => {
    const { tasks } = setUp();
    const watch = tasks.watch();
    const next = reader(watch);
    await next();
    let work = null as TaskWork | null;
    const id = tasks.start(build(), '', async (started) => {
      work = started;
      await untilAborted(started);
    });
    for (let done = 1; done <= 1000; done += 1) work?.progress({ done, total: 1000 });
    const other = tasks.start(build('other:1'), '', untilAborted);
    const item = await next();
    expect(item).toMatchObject({ type: 'patch', upserted: [{ id: other }, { id, progress: { done: 1000 } }] });
    await tasks.close();
    expect(await next()).toMatchObject({ type: 'patch' });
  });

  it('gives a reader that has not read at all a snapshot with everything in it', async () => {
    const { tasks } = setUp();
    const watch = tasks.watch();
    const item = watch.next();
    const id = tasks.start(build(), '', untilAborted);
    expect((await item).value).toMatchObject({ type: 'snapshot', tasks: [] });
    expect((await watch.next()).value).toMatchObject({ type: 'patch', upserted: [{ id }] });
    await tasks.close();
  });
});

it('remembers the last hundred tasks and never forgets one that runs', async () => {
  const { tasks } = setUp();
  const oldest = tasks.start(build('old:1'), '', untilAborted);
  for (let count = 0; count < rememberedTasks + 20; count += 1)
    await tasks.ended(tasks.start(build(), '', async () => {}));
  const item = await reader(tasks.watch())();
  if (item.type !== 'snapshot') throw new Error('a snapshot was expected');
  expect(item.tasks).toHaveLength(rememberedTasks);
  expect(item.tasks.at(-1)?.id).toBe(oldest);
  expect(tasks.get('task-2')).toBeUndefined();
  await tasks.close();
});
