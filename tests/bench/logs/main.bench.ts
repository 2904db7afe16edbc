import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { everyLine } from '../../../electron/contract/linePattern';
import type { LineQuery, LineSource, LinesHead, SearchProgress } from '../../../electron/contract/lines';
import { connectEngine } from '../../../electron/docker/connect';
import { engineTargets } from '../../../electron/docker/endpoints';
import { Containers } from '../../../electron/services/containers';
import { EngineLink } from '../../../electron/services/engine';
import { Lines } from '../../../electron/services/lines';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { searchWorkerFile } from '../../fakes/searchWorkerFile';

/*
 * A container's log of a million lines, in main alone, beside `docker logs` and `docker logs | grep` in the same run.
 */
const lineCount = Number(process.env.WHARF_BENCH_LINES ?? 1_000_000);
const name = `wharf-bench-logs-${process.pid}`;
const script = [
  'import sys',
  `for n in range(1, ${lineCount} + 1):`,
  '  sys.stdout.write(f"{n} INFO request served in {n % 97} ms path=/chat status={500 if n % 1000 == 0 else 200}\\n")',
].join('\n');
const shell = async (line: string) => (await promisify(execFile)('sh', ['-c', line], { maxBuffer: 1e9 })).stdout;

let link: EngineLink;
let containers: Containers;
let source: LineSource;
const folders: string[] = [];

beforeAll(async () => {
  const label = `--label app.wharf.test=${process.env.WHARF_TEST_RUN ?? '1'}`;
  const image = process.env.WHARF_TEST_BASE_IMAGE ?? 'wharf/python-base:3.11';
  await shell(`docker run --name ${name} ${label} --network none ${image} python3 -c '${script}' > /dev/null`);
  source = { kind: 'container', id: (await shell(`docker inspect -f '{{.Id}}' ${name}`)).trim() };
  const surroundings = { env: process.env, homeDirectory: homedir(), platform: process.platform };
  link = new EngineLink({
    candidates: () => engineTargets({ ...surroundings, ...(process.getuid && { uid: process.getuid() }) }),
    connect: connectEngine,
    log: () => undefined,
  });
  containers = new Containers({ engineLink: link, log: () => undefined });
  for await (const { phase } of link.state.watch()) if (phase === 'ready') break;
}, 300_000);
afterAll(async () => {
  containers.close();
  link.close();
  await shell(`docker rm -f ${name}`);
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** Wharf's lines with nothing kept yet. */
async function freshLines(): Promise<Lines> {
  const folder = await mkdtemp(join(tmpdir(), 'wharf-bench-lines-'));
  folders.push(folder);
  const options = { folder, spoolBytes: () => 2 ** 30, searchWorkerFile: await searchWorkerFile(), logDefect: String };
  return Lines.open({ engineLink: link, containers, ...options });
}

/** Runs until `isOver` and answers the milliseconds that took. */
async function msUntil<T>(items: AsyncIterable<T>, isOver: (item: T) => unknown): Promise<number> {
  const startMs = performance.now();
  for await (const item of items) if (isOver(item)) return performance.now() - startMs;
  throw new Error('ended early');
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

const isWhole = (head: LinesHead) => head.endIndex - head.firstIndex === lineCount;
const query = (part: Partial<LineQuery>): LineQuery => ({ ...everyLine, ...part });

describe('a log of a million lines', () => {
  it('is opened, read and searched', async () => {
    const shown = lineCount.toLocaleString('en');
    const dockerLogs = () => msOf(() => shell(`docker logs ${name} > /dev/null`));
    const dockerGrep = () => msOf(() => shell(`docker logs ${name} 2>/dev/null | grep -c status=500`));
    const reference: number[] = [];
    const whole: number[] = [];
    const tail: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      reference.push(await dockerLogs());
      const lines = await freshLines();
      const leaving = new AbortController();
      let tailMs = 0;
      const startMs = performance.now();
      whole.push(
        await msUntil(lines.follow(source, leaving.signal), (head) => {
          if (tailMs === 0 && head.endIndex > head.firstIndex) tailMs = performance.now() - startMs;
          return isWhole(head);
        }),
      );
      tail.push(tailMs);
      leaving.abort();
      await lines.close();
    }
    report({
      name: `tail of ${shown} lines there, in main`,
      unit: 'ms',
      wharf: tail,
      goal: { of: 'median', atMost: 150 },
    });
    report({
      name: `all of ${shown} lines readable`,
      unit: 'ms',
      wharf: whole,
      reference: { what: 'docker logs > /dev/null', values: reference },
      goal: { of: 'ratio', atMost: 1.2 },
    });

    const cold: number[] = [];
    const grep: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      grep.push(await dockerGrep());
      const lines = await freshLines();
      const leaving = new AbortController();
      const startMs = performance.now();
      void msUntil(lines.follow(source, leaving.signal), () => false).catch(() => undefined);
      while ((await lines.whole(source)).lines === null) await new Promise((resolve) => setTimeout(resolve, 2));
      const search = lines.search(source, query({ text: 'status=500', matchCase: true }), leaving.signal);
      await msUntil(search, ({ firstHit, endHit }) => endHit - firstHit === lineCount / 1000);
      cold.push(performance.now() - startMs);
      leaving.abort();
      await lines.close();
    }
    report({
      name: `search ${shown} lines from cold`,
      unit: 'ms',
      wharf: cold,
      reference: { what: 'docker logs | grep -c', values: grep },
      goal: { of: 'ratio', atMost: 1.1 },
    });

    const lines = await freshLines();
    const leaving = new AbortController();
    await msUntil(lines.follow(source, leaving.signal), isWhole);
    const followed = lines.follow(source, leaving.signal);
    await followed.next();
    const searches: [string, Partial<LineQuery>][] = [
      ['text, 1 in 1000', { text: 'status=500', matchCase: true }],
      ['text, any case', { text: 'STATUS=500' }],
      ['text in every line', { text: 'request' }],
      ['regular expression', { text: 'in (9[0-9]) ms .*status=5\\d\\d', isRegex: true }],
      ['whole word', { text: '500', wholeWord: true }],
      ['level', { levels: ['info'] }],
      ['level again', { levels: ['info'], text: 'status=500' }],
      ['channel', { streams: ['stdout'], text: 'status=500' }],
      ['all but', { exclude: 'status=200' }],
    ];
    for (const [what, part] of searches) {
      let firstMs = 0;
      const startMs = performance.now();
      const done = await msUntil(lines.search(source, query(part)), (progress: SearchProgress) => {
        if (firstMs === 0 && progress.endHit > progress.firstHit) firstMs = performance.now() - startMs;
        return progress.state === 'done';
      });
      report({ name: `search, ${what}: first hit`, unit: 'ms', wharf: [firstMs], goal: { of: 'median', atMost: 100 } });
      report({ name: `search, ${what}: all counted`, unit: 'ms', wharf: [done], goal: { of: 'median', atMost: 500 } });
    }
    const { from, to } = await lines.whole(source);
    const middleMs = await msOf(() =>
      lines.read(source, Math.floor((from + to) / 2), Math.floor((from + to) / 2) + 1000),
    );
    report({ name: 'read 1,000 lines in the middle', unit: 'ms', wharf: [middleMs] });
    leaving.abort();
    await lines.close();
  }, 600_000);
});
