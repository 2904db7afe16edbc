import { open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { LineSource } from '../contract/lines';
import type { Containers } from './containers';
import type { FileGrants } from './fileGrants';
import type { Host } from './host';
import type { Lines } from './lines';
import { storageFailed } from './storageFailed';
import type { Tasks } from './tasks';

/** Characters that `copy` puts on the clipboard, at most. */
const copyLimit = 10_000_000;

/** Lines that are read at once. */
const linesAtOnce = 1000;

export interface SaveRequest {
  source: LineSource;
  grant: string;
  streams: ('stdout' | 'stderr')[];
  timestamps: boolean;
}

export interface LineExportOptions {
  lines: Pick<Lines, 'read' | 'range' | 'text'>;
  tasks: Pick<Tasks, 'start'>;
  containers: Pick<Containers, 'table'>;
  fileGrants: Pick<FileGrants, 'redeem'>;
  host: Pick<Host, 'copyText'>;
}

/** Lines on their way out of Wharf: to a file that a person picked, or to the clipboard. */
export class LineExport {
  constructor(private readonly options: LineExportOptions) {}

  /**
   * Writes the lines that a source has now to the file behind a grant, as a task: beside it first, so that a task that
   * fails or is cancelled leaves the file that was there.
   * @throws Failure FILE_NOT_PICKED, SEARCH_MISSING
   */
  save({ source, grant, streams, timestamps }: SaveRequest): { taskId: string } {
    const { lines, tasks, fileGrants } = this.options;
    const range = lines.range(source);
    const path = fileGrants.redeem(grant, 'save');
    const name = this.nameOf(source);
    const subject = { kind: 'saveLog' as const, name, fileName: basename(path), writtenBytes: 0, cutBytes: 0 };
    const command = `docker logs ${timestamps ? '-t ' : ''}${name}`;
    const taskId = tasks.start(subject, command, async (work) => {
      const beside = `${path}.wharf-part`;
      try {
        const file = await open(beside, 'w', 0o600);
        let writtenBytes = 0;
        let cutBytes = 0;
        try {
          for (let from = range.from; from < range.to; from += linesAtOnce) {
            if (work.signal.aborted) throw work.signal.reason;
            const to = Math.min(range.to, from + linesAtOnce);
            let text = '';
            for (const line of await lines.read(source, from, to)) {
              if (line.stream === 'mark' || (streams.length > 0 && !streams.includes(line.stream))) continue;
              if (timestamps && line.atMs !== null) text += `${new Date(line.atMs).toISOString()} `;
              text += `${line.text}\n`;
              cutBytes += line.cutBytes;
            }
            const bytes = Buffer.from(text);
            await file.writeFile(bytes);
            writtenBytes += bytes.length;
            work.subject({ writtenBytes, cutBytes });
            work.progress({ done: to - range.from, total: range.to - range.from });
          }
        } finally {
          await file.close();
        }
        await rename(beside, path);
      } catch (error) {
        await rm(beside, { force: true }).catch(() => undefined);
        if (work.signal.aborted) throw work.signal.reason;
        throw storageFailed(error);
      }
    });
    return { taskId };
  }

  /**
   * Puts the lines [fromIndex, toIndex) on the clipboard.
   * @throws Failure STORAGE_FAILED
   */
  async copy(source: LineSource, fromIndex: number, toIndex: number) {
    const { text, copiedCount, isWhole } = await this.options.lines.text(source, fromIndex, toIndex, copyLimit);
    this.options.host.copyText(text);
    return { copiedCount, isWhole };
  }

  private nameOf(source: LineSource): string {
    const ids = source.kind === 'container' ? [source.id] : source.kind === 'merged' ? source.ids : [];
    const rows = this.options.containers.table();
    const names = ids.map((id) => rows.find((row) => row.id === id)?.name ?? id.slice(0, 12));
    return names.join(', ') || (source.kind === 'task' ? source.taskId : source.kind);
  }
}
