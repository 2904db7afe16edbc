import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { processesBelow } from '../../../scripts/lib/processes.mjs';
import { type FakeEngine, startFakeEngine } from '../../fakes/fakeEngine';
import { type InspectedApp, startInspected } from '../idle/inspectedApp';

/*
 * Memory of all of Wharf's processes (each page of memory counted once: PSS, proc(5) `smaps_rollup`), with a list of 100
 * containers and with a log of 200,000 lines on screen, beside an empty Electron window in the same run.
 */
const containers = 100;
const logLines = 200_000;
const settleMs = 10_000;

let engine: FakeEngine;
let wharf: InspectedApp;
let empty: InspectedApp;

beforeAll(async () => {
  engine = await startFakeEngine({
    containers: Array.from({ length: containers }, (_, index) => ({
      name: `held-${index}`,
      state: 'running' as const,
    })),
  });
  empty = await startInspected(fileURLToPath(new URL('../start/emptyWindow', import.meta.url)), {});
  wharf = await startInspected(fileURLToPath(new URL('../../..', import.meta.url)), {
    DOCKER_HOST: engine.endpoint.address,
  });
});
afterAll(async () => {
  await empty?.close();
  await wharf?.close();
  await engine?.close();
});

async function mebibytes(app: InspectedApp): Promise<number> {
  await wait(settleMs);
  let kibibytes = 0;
  for (const pid of await processesBelow(app.child.pid ?? 0)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    kibibytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return kibibytes / 1024;
}

/** Goes to an address of the page and waits until an expression is true there. */
async function go(hash: string, isThere: string): Promise<void> {
  const code = `(async () => {
    location.hash = ${JSON.stringify(hash)};
    while (!(${isThere})) await new Promise(requestAnimationFrame);
  })()`;
  await wharf.inMain(`await window.webContents.executeJavaScript(${JSON.stringify(code)})`);
}

describe('memory', () => {
  it('of all processes', async () => {
    const reference = { what: 'empty window', values: [await mebibytes(empty)] };
    await go('#/containers', "document.querySelectorAll('main tbody tr').length > 10");
    report({
      name: `memory, list of ${containers} containers`,
      unit: 'MiB',
      wharf: [await mebibytes(wharf)],
      reference,
    });
    const id = [...engine.containers.keys()][0] ?? '';
    for (let line = 1; line <= logLines; line += 1) engine.writeLog(id, `line ${line} of a log that is long`);
    const all = new Intl.NumberFormat('en').format(logLines);
    await go(`#/containers/${id}?tab=logs`, `document.body.innerText.includes(${JSON.stringify(`${all} lines`)})`);
    report({
      name: `memory, log of ${logLines} lines on screen`,
      unit: 'MiB',
      wharf: [await mebibytes(wharf)],
      reference,
    });
  }, 240_000);
});
