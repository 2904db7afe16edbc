import { isFailure } from '../contract/failures';
import type { Engine } from '../docker/engine';
import { lineText } from '../docker/logs';

const lastLineCount = 20;
const timeLimitMs = 5_000;

/** A container's last log lines; none where they cannot be read, since why it ended matters more than its words. */
export async function lastLines(engine: Engine, id: string, log: (line: string) => void): Promise<string[]> {
  const lines: string[] = [];
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeLimitMs);
  try {
    for await (const batch of engine.logs(id, { follow: false, since: null, tail: lastLineCount }, limit.signal)) {
      lines.push(...batch.map((line) => lineText(line.bytes)));
    }
  } catch (error) {
    if (!isFailure(error)) throw error;
    log(`last lines of ${id.slice(0, 12)}: ${error.code}`);
  } finally {
    clearTimeout(timer);
  }
  return lines.slice(-lastLineCount);
}
