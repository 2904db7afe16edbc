import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { LineSource } from '../contract/lines';
import type { TaskSubject } from '../contract/tasks';
import type { Containers } from './containers';
import type { FileGrants } from './fileGrants';
import type { Host } from './host';
import type { Lines } from './lines';
import { logStamp } from './logTime';
import { wholeLines } from './readableLines';
import { storageFailed } from './storageFailed';
import type { Tasks, TaskWork } from './tasks';
import { writeWhole } from './writeWhole';

/** Characters that `copy` puts on the clipboard, at most. */
const copyLimit = 10_000_000;

const lineBreak = Buffer.from('\n');

export interface SaveRequest {
  source: LineSource;
  grant: string;
  streams: ('stdout' | 'stderr')[];
  timestamps: boolean;
}

export interface LineExportOptions {
  lines: Pick<Lines, 'whole' | 'text'>;
  tasks: Pick<Tasks, 'start'>;
  containers: Pick<Containers, 'table'>;
  fileGrants: Pick<FileGrants, 'redeem'>;
  host: Pick<Host, 'copyText'>;
}

/** Writes lines as their container did, in pieces, and tells how far it is. */
async function writeLines(
  file: FileHandle,
  { lines, from, to }: Awaited<ReturnType<Lines['whole']>>,
  { streams, timestamps }: Pick<SaveRequest, 'streams' | 'timestamps'>,
  work: TaskWork<Extract<TaskSubject, { kind: 'saveLog' }>>,
): Promise<void> {
  let writtenBytes = 0;
  let cutBytes = 0;
  let doneTo = from;
  for await (const part of lines ? wholeLines(lines, from, to) : []) {
    if (work.signal.aborted) throw work.signal.reason;
    const pieces: Buffer[] = [];
    for (const line of part) {
      doneTo = line.index + 1;
      if (line.stream === 'mark' || (streams.length > 0 && !streams.includes(line.stream))) continue;
      if (timestamps && !line.continues) pieces.push(Buffer.from(`${logStamp(line)} `));
      pieces.push(line.bytes);
      if (line.hasBreak) pieces.push(lineBreak);
      cutBytes += line.cutBytes;
    }
    const bytes = Buffer.concat(pieces);
    await file.writeFile(bytes);
    writtenBytes += bytes.length;
    work.subject({ writtenBytes, cutBytes });
    work.progress({ done: doneTo - from, total: to - from });
  }
}

/** Lines on their way out of Wharf: to a file that a person picked, or to the clipboard. */
export class LineExport {
  constructor(private readonly options: LineExportOptions) {}

  /**
   * Writes the lines that a source has now to the file behind a grant, as a task: beside it first, so that a task that
   * fails or is cancelled leaves the file that was there.
   * @throws Failure FILE_NOT_PICKED, SEARCH_MISSING
   */
  async save({ source, grant, streams, timestamps }: SaveRequest): Promise<{ taskId: string }> {
    const { lines, tasks, fileGrants } = this.options;
    const whole = await lines.whole(source);
    const path = fileGrants.redeem(grant, 'save');
    const name = this.nameOf(source);
    const subject = { kind: 'saveLog' as const, name, fileName: basename(path), writtenBytes: 0, cutBytes: 0 };
    const command = `docker logs ${timestamps ? '-t ' : ''}${name}`;
    const taskId = tasks.start(subject, command, async (work) => {
      try {
        await writeWhole(path, (file) => writeLines(file, whole, { streams, timestamps }, work));
      } catch (error) {
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
