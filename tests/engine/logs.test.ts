import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LineSource, LinesHead } from '../../electron/contract/lines';
import { connectEngine } from '../../electron/docker/connect';
import { type EngineTarget, engineTargets } from '../../electron/docker/endpoints';
import { Containers } from '../../electron/services/containers';
import { EngineLink } from '../../electron/services/engine';
import { Lines } from '../../electron/services/lines';
import { wholeLines } from '../../electron/services/readableLines';
import { searchWorkerFile } from '../fakes/searchWorkerFile';
import { testName } from './realEngine';

const image = process.env.WHARF_TEST_BASE_IMAGE ?? 'wharf/python-base:3.11';
const until = (check: () => unknown) =>
  vi.waitFor(() => expect(check()).toBeTruthy(), { timeout: 60_000, interval: 20 });

let target: EngineTarget;
let docker: Dockerode;
let folder: string;
let wire: CuttableWire;
let engineLink: EngineLink;
let containers: Containers;
let lines: Lines;
const made: string[] = [];
const followers: Follower[] = [];

/** A unix socket in front of the engine's whose connections a test can cut. */
class CuttableWire {
  private readonly server: Server;
  private readonly pairs = new Set<Socket>();

  constructor(
    readonly path: string,
    engineSocket: string,
  ) {
    this.server = createServer((page) => {
      const engine = connect(engineSocket);
      this.pairs.add(page);
      page.pipe(engine).pipe(page);
      const close = () => {
        this.pairs.delete(page);
        page.destroy();
        engine.destroy();
      };
      for (const socket of [page, engine]) socket.on('error', close).on('close', close);
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.server.listen(this.path, resolve));
  }

  cut(): void {
    for (const socket of this.pairs) socket.destroy();
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** A page that follows a log. */
class Follower {
  head: LinesHead | null = null;
  error: unknown = null;
  private readonly controller = new AbortController();
  readonly over: Promise<void>;

  constructor(source: LineSource) {
    followers.push(this);
    this.over = (async () => {
      try {
        for await (const head of lines.follow(source, this.controller.signal)) this.head = head;
      } catch (error) {
        this.error = error;
      }
    })();
  }

  async leave(): Promise<void> {
    this.controller.abort();
    await this.over;
  }
}

/** Runs a Python script in a new container. */
async function run(
  script: string,
  host: object = {},
  tty = false,
  name?: string,
): Promise<LineSource & { kind: 'container' }> {
  const container = await docker.createContainer({
    ...(name !== undefined && { name }),
    Image: image,
    Cmd: ['python3', '-u', '-c', `import sys, time\n${script}`],
    Tty: tty,
    Labels: { 'app.wharf.test': process.env.WHARF_TEST_RUN ?? '1' },
    HostConfig: { Init: true, NetworkMode: 'none', ...host },
  });
  made.push(container.id);
  await container.start();
  return { kind: 'container', id: container.id };
}

async function read(source: LineSource) {
  const all = [];
  for (let { from } = await lines.whole(source); ; from += 1000) {
    const part = await lines.read(source, from, from + 1000);
    all.push(...part);
    if (part.length < 1000) return all;
  }
}

const texts = async (source: LineSource) =>
  (await read(source)).map((line) => (line.stream === 'mark' ? `[${line.text}]` : line.text));

beforeAll(async () => {
  const surroundings = {
    env: process.env,
    homeDirectory: homedir(),
    platform: process.platform,
    uid: process.getuid?.(),
  };
  for (const candidate of engineTargets(surroundings)) {
    const engine = await connectEngine(candidate).catch(() => null);
    if (!engine) continue;
    engine.close();
    target = candidate;
    break;
  }
  docker = new Dockerode({ socketPath: target.address.replace('unix://', '') });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-logs-'));
  wire = new CuttableWire(join(folder, 'engine.sock'), target.address.replace('unix://', ''));
  await wire.listen();
  engineLink = new EngineLink({
    candidates: () => [{ ...target, address: `unix://${wire.path}` }],
    connect: connectEngine,
    log: () => undefined,
  });
  containers = new Containers({ engineLink, log: () => undefined });
  lines = await Lines.open({
    engineLink,
    containers,
    folder: join(folder, 'spools'),
    spoolBytes: () => 256 * 1024 * 1024,
    searchWorkerFile: await searchWorkerFile(),
    logDefect: (error) => {
      throw error;
    },
  });
  await until(() => engineLink.state.value.phase === 'ready');
});
afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.leave()));
  await lines.close();
  containers.close();
  engineLink.close();
  await wire.close();
  await rm(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await Promise.all(
    made.map((id) =>
      docker
        .getContainer(id)
        .remove({ force: true, v: true })
        .catch((error: { statusCode?: number }) => expect(error.statusCode).toBe(404)),
    ),
  );
});

describe('the log of a real container', () => {
  const odd = `
w = lambda text: (sys.stdout.write(text), sys.stdout.flush(), time.sleep(.05))
w('a' * 16384 + '\\n'); w('b' * 16385 + '\\n'); w('c' * 40000 + '\\n')
w('10%\\r20%\\r30%\\n'); w('\\n'); w('\\x1b[31mred\\x1b[0m\\n'); w('\\x00nul\\n')
sys.stdout.buffer.write(b'bad \\xff utf-8\\n'); sys.stdout.flush(); time.sleep(.05)
w('no line break')`;
  const oddTexts = [
    'a'.repeat(16384),
    'b'.repeat(16385),
    'c'.repeat(40000),
    '30%',
    '',
    '\u001b[31mred\u001b[0m',
    '\u0000nul',
    'bad \ufffd utf-8',
    'no line break',
  ];

  it.each([false, true])('differs from what it wrote (terminal: %s)', async (tty) => {
    const source = await run(odd, {}, tty);
    const page = new Follower(source);
    await until(() => page.head?.state === 'ended');
    expect(await texts(source)).toEqual(oddTexts);
  });

  // json-file itself writes U+FFFD for a character that lies across two parts; the driver `local` keeps the bytes.
  it('loses a character that lies across two parts of a long line', async () => {
    const source = await run("print('가' * 20000)\nprint('next')", { LogConfig: { Type: 'local' } });
    const page = new Follower(source);
    await until(() => page.head?.state === 'ended');
    expect(await texts(source)).toEqual(['가'.repeat(20000), 'next']);
  });

  it('of a terminal shows time stamps inside long lines', async () => {
    const source = await run("print('가' * 20000)\nprint('next')", {}, true);
    const page = new Follower(source);
    await until(() => page.head?.state === 'ended');
    const [long, next] = await texts(source);
    expect(long?.replaceAll(/[가\ufffd]/g, '')).toBe('');
    expect(next).toBe('next');
  });

  it('mixes up its channels, or loses their time', async () => {
    const source = await run(`
for n in range(200):
  print(n, file=sys.stdout if n % 2 else sys.stderr, flush=True); time.sleep(.001)`);
    const page = new Follower(source);
    await until(() => page.head?.state === 'ended');
    const all = await read(source);
    for (const [channel, parity] of [
      ['stderr', 0],
      ['stdout', 1],
    ] as const) {
      const own = all.filter((line) => line.stream === channel);
      expect(own.map((line) => Number(line.text))).toEqual(Array.from({ length: 100 }, (_, at) => at * 2 + parity));
    }
    expect(all.every((line) => Math.abs((line.atMs ?? 0) - Date.now()) < 600_000)).toBe(true);
  });

  it('has gaps or duplicates after its stream was cut again and again', async () => {
    const source = await run('for n in range(1, 20001):\n  print(n)\n  if n % 10 == 0: time.sleep(.002)');
    const page = new Follower(source);
    let cuts = 0;
    while (page.head?.state !== 'ended' && cuts < 100) {
      const before = page.head?.endIndex ?? 0;
      await until(() => (page.head?.endIndex ?? 0) > before || page.head?.state === 'ended');
      wire.cut();
      cuts += 1;
    }
    await until(() => page.head?.state === 'ended');
    expect(cuts).toBeGreaterThan(10);
    expect((await texts(source)).map(Number)).toEqual(Array.from({ length: 20_000 }, (_, at) => at + 1));
  });

  it('stays at its old end, or hides the restart, when the container is restarted', async () => {
    const source = await run(
      "for n in range(1, 51): print(n)\nsys.stdout.write('x' * 16384); sys.stdout.flush()\ntime.sleep(600)",
    );
    const page = new Follower(source);
    await until(() => page.head?.endIndex === 50);
    await docker.getContainer(source.id).restart({ t: 0 });
    await until(() => page.head?.state === 'live' && page.head.endIndex === 102);
    const run1 = Array.from({ length: 50 }, (_, at) => String(at + 1));
    expect(await texts(source)).toEqual([...run1, 'x'.repeat(16384), '[restarted]', ...run1]);
    await docker.getContainer(source.id).stop({ t: 0 });
    await until(() => page.head?.state === 'ended');
  });

  it('repeats lines, or skips some without a word, while it is rotated', async () => {
    const source = await run('for n in range(1, 1001):\n  print(n, "." * 50)\n  time.sleep(.002)', {
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10k', 'max-file': '5' } },
    });
    const page = new Follower(source);
    await until(() => page.head?.state === 'ended');
    let last = 0;
    for (const text of await texts(source)) {
      if (text === '[gap]') {
        last = Number.NaN;
        continue;
      }
      const number = Number.parseInt(text, 10);
      if (Number.isNaN(last)) last = number - 1;
      expect(number).toBe(last + 1);
      last = number;
    }
    expect(last).toBe(1000);
  });

  it('of a driver that keeps nothing looks empty', async () => {
    const source = await run('time.sleep(600)', { LogConfig: { Type: 'none' } });
    const page = new Follower(source);
    await until(() => page.head?.state === 'failed');
    expect(page.head?.failure).toEqual({ code: 'LOGS_UNREADABLE', details: { driver: 'none' } });
  });

  it('of no container is waited for', async () => {
    const page = new Follower({ kind: 'container', id: '0'.repeat(64) });
    await page.over;
    expect(page.error).toMatchObject({ code: 'CONTAINER_MISSING' });
  });

  it('of very many lines is not whole, or shows nothing until it is', async () => {
    const source = await run(
      'for n in range(1, 50001): sys.stdout.write(f"{n} INFO request served in 12 ms path=/chat\\n")',
    );
    await docker.getContainer(source.id).wait();
    const page = new Follower(source);
    await until(() => page.head && page.head.endIndex > page.head.firstIndex);
    expect(page.head?.olderCount).not.toBe(null);
    const { firstIndex, endIndex } = page.head as LinesHead;
    const tail = await lines.read(source, endIndex - 5, endIndex);
    expect(tail.map(({ text }) => Number.parseInt(text, 10))).toEqual([49_996, 49_997, 49_998, 49_999, 50_000]);
    await until(() => page.head?.state === 'ended' && page.head.olderCount === null);
    expect(page.head?.firstIndex).toBeLessThan(firstIndex);
    const numbers = (await texts(source)).map((text) => Number.parseInt(text, 10));
    expect(numbers.length).toBe(50_000);
    expect(numbers.every((number, at) => number === at + 1)).toBe(true);
  });

  it('whose tail begins inside a long line takes the end of that for a line', async () => {
    // The engine counts each part of 16 KiB as a line: the last 2,000 of them begin with the second part.
    const source = await run('print("first\\n" * 500 + "x" * 30000); print("\\n".join(map(str, range(1999))))');
    await docker.getContainer(source.id).wait();
    const page = new Follower(source);
    await until(() => page.head?.state === 'ended' && page.head.olderCount === null);
    const all = (await read(source)).map(({ text, cutBytes }) =>
      text.startsWith('x') ? text.length + cutBytes : text,
    );
    const short = Array.from({ length: 1999 }, (_, at) => String(at));
    expect(all).toEqual([...Array.from({ length: 500 }, () => 'first'), 30_000, ...short]);
  });

  it('with a line of several megabytes is saved with other bytes than were written', async () => {
    const script =
      'o=sys.stdout.buffer; o.write(b"before\\n" + bytes(i * i % 251 or 1 for i in range(3 << 20)).replace(b"\\n", b"\\r") + "끝".encode() + b"\\nafter\\n")';
    for (const terminal of [false, true]) {
      const source = await run(script, {}, terminal);
      await docker.getContainer(source.id).wait();
      const page = new Follower(source);
      await until(() => page.head?.state === 'ended' && page.head.olderCount === null);
      const { lines: all, from, to } = await lines.whole(source);
      const own = createHash('sha256');
      for await (const part of all ? wholeLines(all, from, to) : []) {
        for (const { bytes, hasBreak } of part) own.update(bytes).update(hasBreak ? '\n' : '');
      }
      const { stdout } = spawnSync('docker', ['logs', source.id], { maxBuffer: 64 << 20 });
      expect(stdout.length).toBeGreaterThan(3 << 20);
      expect(own.digest('hex'), `terminal: ${terminal}`).toBe(createHash('sha256').update(stdout).digest('hex'));
    }
  });

  it('of a container that removed itself is gone, or does not go on with the next of its name', async () => {
    const name = testName('again');
    const script = (text: string) => `print("${text}", flush=True); time.sleep(600)`;
    const first = await run(script('first'), { AutoRemove: true }, false, name);
    const page = new Follower(first);
    await until(() => page.head?.endIndex === 1);
    await docker.getContainer(first.id).stop({ t: 0 });
    await until(() => page.head?.state === 'ended');
    await expect(docker.getContainer(first.id).inspect()).rejects.toThrow();
    expect(await texts(first)).toEqual(['first']);
    const second = await run(script('second'), {}, false, name);
    await until(() => page.head?.state === 'live' && page.head.endIndex === 3);
    expect(await texts(first)).toEqual(['first', '[recreated]', 'second']);
    expect(await texts(second)).toEqual(['first', '[recreated]', 'second']);
  });

  it('holds the engine open after everybody left', async () => {
    const source = await run('n = 0\nwhile True: n += 1; print(n); time.sleep(.01)');
    const page = new Follower(source);
    await until(() => (page.head?.endIndex ?? 0) > 5);
    await page.leave();
    const log = await lines['logs'].known(source.id);
    await until(() => log && !log.isReading);
    expect((await read(source)).length).toBeGreaterThan(5);
  });
});
