import { isFailure } from '../contract/failures';
import type { Engine } from '../docker/engine';
import { lineText } from '../docker/logs';
import { withTimeLimit } from './timeLimit';

const lastLineCount = 20;
const timeLimitMs = 5_000;

/** A container's last log lines; none where they cannot be read, since why it ended matters more than its words. */
export async function lastLines(engine: Engine, id: string, log: (line: string) => void): Promise<string[]> {
  const lines: string[] = [];
  try {
    await withTimeLimit(timeLimitMs, async (limited) => {
      for await (const batch of engine.logs(id, { follow: false, since: null, tail: lastLineCount }, limited)) {
        lines.push(...batch.map((line) => lineText(line.bytes)));
      }
    });
  } catch (error) {
    if (!isFailure(error)) throw error;
    log(`last lines of ${id.slice(0, 12)}: ${error.code}`);
  }
  return lines.slice(-lastLineCount);
}
