import { beforeAll, describe, expect, it } from 'vitest';
import { type Failure, isFailure } from '../../electron/contract/failures';
import { runRequest } from '../../electron/contract/runRequest';
import type { Containers } from '../../electron/services/containers';
import { outside, outsideContainer, realContainers, testBaseImage, testImage, testName } from './realEngine';

let containers: Containers;

beforeAll(async () => {
  ({ containers } = await realContainers());
});

const rowOf = (id: string) => containers.table().find((row) => row.id === id);
const asked = (image: string, values: object = {}) =>
  runRequest.parse({ image, name: testName('fault'), ports: [], memoryBytes: 64 * 1024 * 1024, ...values });

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error('no failure'),
    (reason: unknown) => reason,
  );
  if (!isFailure(error)) throw error;
  return error;
}

const python = (code: string) => ['python3', '-uc', code];

describe('a container that ends at once', () => {
  it.each([
    ['by itself', python('print("said before"); exit(1)'), 1, 'said before'],
    ['killed', python('import os; print("said before"); os.kill(os.getpid(), 9)'), 137, 'said before'],
    ['with a command that is not there', ['/no/such/program'], 127, 'no such file'],
    ['with a command that is no program', ['/etc/passwd'], 126, 'permission denied'],
  ])('%s says so with its code and last words, and none is left behind', async (_what, command, exitCode, words) => {
    const request = asked(testBaseImage, { command });
    const failure = await failureOf(containers.run(request));
    expect(failure).toMatchObject({ code: 'CONTAINER_EXITED', details: { exitCode } });
    const { lastLines } = failure.details as { lastLines: string[] };
    expect(lastLines.join('\n').toLowerCase()).toContain(words);
    expect(await outside.listContainers({ all: true, filters: { name: [request.name] } })).toEqual([]);
  });

  it('made for another processor is not called a missing command', async () => {
    // A program that no processor knows: a file with the mark of an executable and nothing that could run.
    const image = await testImage('processor', ['python3', '-c', '']);
    const maker = await outsideContainer(
      'maker',
      python('open("/alien", "wb").write(b"\\x7fELF" + b"\\x00" * 60); import os; os.chmod("/alien", 0o755)'),
      { Image: image },
    );
    await maker.wait();
    const repo = testName('alien');
    await maker.commit({ repo, tag: 'latest' });
    const alien = await outside.createContainer({
      Image: `${repo}:latest`,
      name: testName('alien'),
      Cmd: ['/alien'],
      Labels: {},
    });
    await alien.start().catch(() => {});
    await expect.poll(() => rowOf(alien.id)?.startProblem, { timeout: 10_000 }).toBe('notRunnable');
    await alien.remove({ force: true });
    await outside.getImage(`${repo}:latest`).remove();
  });
});

describe('a container that misbehaves', () => {
  it('in a crash loop is counted, and others can be used meanwhile', async () => {
    const loop = await outsideContainer('loop', python('exit(1)'), {
      HostConfig: { RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } },
    });
    const other = await outsideContainer('other', python('import signal; signal.pause()'));
    await expect.poll(() => rowOf(loop.id)?.restartCount ?? 0, { timeout: 20_000 }).toBeGreaterThan(2);
    await containers.pause(other.id);
    expect(rowOf(other.id)?.state).toBe('paused');
    await containers.stop(loop.id, 0);
    await expect.poll(() => rowOf(loop.id)?.state).toBe('exited');
  });

  it('ignores SIGTERM and is killed after its grace, which the row says', async () => {
    const stubborn = await outsideContainer(
      'stubborn',
      python('import signal; signal.signal(15, signal.SIG_IGN); print("ready")\nwhile True: signal.pause()'),
    );
    await expect.poll(async () => String(await stubborn.logs({ stdout: true }))).toContain('ready');
    await containers.stop(stubborn.id, 1);
    expect(rowOf(stubborn.id)).toMatchObject({ state: 'exited', exitCode: 137, outOfMemory: false });
  });

  it('runs out of memory, and the row says so beside the limit', async () => {
    const greedy = await outsideContainer('greedy', python('x = bytearray(400 * 1024 * 1024)'), {
      HostConfig: { Memory: 32 * 1024 * 1024, MemorySwap: 32 * 1024 * 1024 },
    });
    await greedy.wait();
    await expect
      .poll(() => rowOf(greedy.id), { timeout: 10_000 })
      .toMatchObject({ state: 'exited', exitCode: 137, memoryLimitBytes: 32 * 1024 * 1024 });
  });

  it('flips its health, and the row follows each time', async () => {
    const flipping = await outsideContainer(
      'flipping',
      python(
        'import os, time\nwhile True:\n open("/tmp/well", "w").close(); time.sleep(3); os.remove("/tmp/well"); time.sleep(3)',
      ),
      {
        Healthcheck: {
          Test: ['CMD', 'test', '-f', '/tmp/well'],
          Interval: 500_000_000,
          Timeout: 2_000_000_000,
          Retries: 1,
        },
      },
    );
    await expect.poll(() => rowOf(flipping.id)?.health, { timeout: 20_000 }).toBe('healthy');
    await expect.poll(() => rowOf(flipping.id)?.health, { timeout: 20_000 }).toBe('unhealthy');
    await expect.poll(() => rowOf(flipping.id)?.health, { timeout: 20_000 }).toBe('healthy');
  });
});
