import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Lines } from '../../electron/services/lines';
import { logWaits } from '../../electron/services/logWaits';
import { ScriptedLogs, severalLogs } from '../fakes/scriptedLogs';
import { searchWorkerFile } from '../fakes/searchWorkerFile';

/** Files in a folder that this process has open. */
function openFiles(folder: string): string[] {
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

it.skipIf(process.platform !== 'linux')('opens sixty logs one after the other and keeps their files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wharf-open-'));
  const logs = Array.from({ length: 60 }, (_, at) => {
    const log = new ScriptedLogs(String(at).padStart(64, '0'), `log-${at}`);
    log.write(['one', 'two']);
    return log;
  });
  const lines = await Lines.open({
    ...severalLogs(logs),
    folder,
    spoolBytes: () => 1024 * 1024,
    searchWorkerFile: await searchWorkerFile(),
    waits: { ...logWaits, graceMs: 0 },
  });
  onTestFinished(async () => {
    await lines.close();
    await rm(folder, { recursive: true, force: true });
  });
  let most = 0;
  for (const { id } of logs) {
    const source = { kind: 'container' as const, id };
    for await (const { endIndex } of lines.follow(source)) if (endIndex === 2) break;
    expect((await lines.read(source, 0, 2)).map(({ text }) => text)).toEqual(['one', 'two']);
    most = Math.max(most, openFiles(folder).length);
  }
  // Eight logs stay ready for coming back; each has two files, open twice while it is written and read.
  expect(most).toBeLessThanOrEqual(40);
  await vi.waitFor(() => expect(openFiles(folder)).not.toEqual([]), { interval: 5 });
  await vi.waitFor(() => expect(openFiles(folder)).toEqual([]), { timeout: 5_000 });
});
