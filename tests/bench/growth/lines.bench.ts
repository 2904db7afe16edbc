import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, it, onTestFinished } from 'vitest';
import { everyLine } from '../../../electron/contract/linePattern';
import type { LineSource } from '../../../electron/contract/lines';
import { Lines } from '../../../electron/services/lines';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { realContainers } from '../../engine/realEngine';
import { searchWorkerFile } from '../../fakes/searchWorkerFile';

/*
 * How a log grows on Wharf: its tail, all of it readable, and a search in it, from a thousand lines to ten million,
 * beside `docker logs` and `docker logs | grep -c` of the same container.
 */
const most = Number(process.env.WHARF_BENCH_LINES ?? 10_000_000);
const shell = async (line: string) => (await promisify(execFile)('sh', ['-c', line], { maxBuffer: 1e9 })).stdout;

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const fromMs = performance.now();
  await work();
  return performance.now() - fromMs;
}

describe('a log', () => {
  it.each([1e3, 1e4, 1e5, 1e6, 1e7].filter((count) => count <= most))(
    'of %i lines',
    async (count) => {
      const name = `wharf-bench-growth-${process.pid}-${count}`;
      const label = `--label app.wharf.test=${process.env.WHARF_TEST_RUN ?? '1'}`;
      const image = process.env.WHARF_TEST_BASE_IMAGE ?? 'wharf/python-base:3.11';
      const script = `import sys\nfor n in range(1, ${count} + 1): sys.stdout.write(f"{n} INFO served status={500 if n % 1000 == 0 else 200}\\n")`;
      onTestFinished(() => shell(`docker rm -f ${name}`).then(() => undefined));
      await shell(`docker run --name ${name} ${label} --network none ${image} python3 -c '${script}' > /dev/null`);
      const source: LineSource = { kind: 'container', id: (await shell(`docker inspect -f '{{.Id}}' ${name}`)).trim() };
      const { link: engineLink, containers } = await realContainers();
      const folder = await mkdtemp(join(tmpdir(), 'wharf-bench-growth-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const lines = await Lines.open({
        ...{ engineLink, containers, folder, searchWorkerFile: await searchWorkerFile(), logDefect: String },
        spoolBytes: () => 8 * 2 ** 30,
      });
      const leaving = new AbortController();
      const fromMs = performance.now();
      let tailMs = Number.NaN;
      const wholeMs = await msOf(async () => {
        for await (const head of lines.follow(source, leaving.signal)) {
          if (Number.isNaN(tailMs) && head.endIndex > head.firstIndex) tailMs = performance.now() - fromMs;
          if (head.endIndex - head.firstIndex === count) return;
        }
      });
      const logs = [await msOf(() => shell(`docker logs ${name} > /dev/null 2>&1`))];
      const shown = count.toLocaleString('en');
      report({ name: `tail of a log of ${shown} lines`, unit: 'ms', wharf: [tailMs] });
      const reference = { what: 'docker logs > /dev/null', values: logs };
      report({ name: `a log of ${shown} lines readable`, unit: 'ms', wharf: [wholeMs], reference });
      const query = { ...everyLine, text: 'status=500', matchCase: true };
      const searchMs = await msOf(async () => {
        for await (const { state } of lines.search(source, query)) if (state === 'done') return;
      });
      const grep = [await msOf(() => shell(`docker logs ${name} 2>/dev/null | grep -c status=500`))];
      report({
        name: `search in a log of ${shown} lines, all counted`,
        unit: 'ms',
        wharf: [searchMs],
        reference: { what: 'docker logs | grep -c', values: grep },
      });
      leaving.abort();
      await lines.close();
    },
    900_000,
  );
});
