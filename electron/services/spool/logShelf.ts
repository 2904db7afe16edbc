import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const position = z.object({ time: z.string().nullable(), count: z.number() });

/** What is known of a log beside its lines; kept in `log.json` next to them. */
const logRecord = z.object({
  /** Address of the engine. */
  engine: z.string(),
  /** Name of the containers that wrote it, and their ids, the newest last. */
  name: z.string(),
  ids: z.array(z.string()),
  /** When the newest of them was started, as far as it was seen; epoch ms. */
  startedAtMs: z.number().nullable(),
  /** Index of the first line there ever was. */
  zeroIndex: z.number(),
  /** Index of the first line of a tail whose older lines are not here yet; null where nothing older is wanted. */
  tailIndex: z.number().nullable(),
  /** Lines before it were cleared. */
  clearedBefore: z.number(),
  /** Index of the next line, and how far the engine was read, where no line is left that tells. */
  nextIndex: z.number(),
  resume: z.object({ stdout: position, stderr: position }).nullable(),
  newestAtMs: z.number().nullable(),
  usedAtMs: z.number(),
});
export type LogRecord = z.infer<typeof logRecord>;

/** One kept log: its folder and what is known of it. */
export interface ShelvedLog {
  readonly folder: string;
  record: LogRecord;
}

const recordFile = 'log.json';
const ownerFile = 'owner';

/**
 * The containers' logs on disk, each in a folder of its own, found by the container's id or by its name. They outlive
 * their containers and Wharf. One process at a time owns them; another one gets a folder of its own for as long as it runs.
 */
export class LogShelf {
  private readonly logs: ShelvedLog[] = [];

  private constructor(
    private readonly folder: string,
    private readonly isOwner: boolean,
    private readonly now: () => number,
  ) {}

  /**
   * @param folder where the logs live
   * @param runFolder where they live instead while another process owns `folder`
   */
  static async open(folder: string, runFolder: string, now: () => number = Date.now): Promise<LogShelf> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const owner = Number(await readFile(join(folder, ownerFile), 'utf8').catch(() => ''));
    const isOwner = !(owner > 0 && isOtherProcess(owner));
    const shelf = new LogShelf(isOwner ? folder : runFolder, isOwner, now);
    if (!isOwner) return shelf;
    await writeFile(join(folder, ownerFile), String(process.pid), { mode: 0o600 });
    for (const name of await readdir(folder)) {
      const own = join(folder, name);
      if (!/^log-/.test(name)) continue;
      const text = await readFile(join(own, recordFile), 'utf8').catch(() => '');
      const record = logRecord.safeParse(parsed(text));
      // Lines of nobody knows whom are no use to anybody.
      if (record.success) shelf.logs.push({ folder: own, record: record.data });
      else await rm(own, { recursive: true, force: true });
    }
    return shelf;
  }

  /** The log that a container wrote to, whether it still exists or not. */
  find(id: string): ShelvedLog | undefined {
    return this.logs.find(({ record }) => record.ids.includes(id));
  }

  /** The log of containers with that name; a new one, of container `id`, where there is none. */
  async claim(engine: string, name: string, id: string): Promise<ShelvedLog> {
    const known = this.logs.find(({ record }) => record.engine === engine && record.name === name);
    if (known) return known;
    const made: ShelvedLog = {
      folder: join(this.folder, `log-${randomUUID()}`),
      record: {
        engine,
        name,
        ids: [id],
        startedAtMs: null,
        zeroIndex: 0,
        tailIndex: null,
        clearedBefore: 0,
        nextIndex: 0,
        resume: null,
        newestAtMs: null,
        usedAtMs: this.now(),
      },
    };
    this.logs.push(made);
    return made;
  }

  /** Keeps what is known of a log, in place of what was kept before. */
  async save(log: ShelvedLog, change: Partial<LogRecord> = {}): Promise<void> {
    log.record = { ...log.record, ...change, usedAtMs: this.now() };
    if (!this.logs.includes(log)) return;
    await mkdir(log.folder, { recursive: true, mode: 0o700 });
    const beside = join(log.folder, `${recordFile}.${randomUUID()}`);
    await writeFile(beside, JSON.stringify(log.record), { mode: 0o600 });
    await rename(beside, join(log.folder, recordFile));
  }

  /** Removes a log from the disk. */
  async remove(log: ShelvedLog): Promise<void> {
    const at = this.logs.indexOf(log);
    if (at >= 0) this.logs.splice(at, 1);
    await rm(log.folder, { recursive: true, force: true });
  }

  /** All logs, the one used last first. */
  list(): ShelvedLog[] {
    return [...this.logs].sort((a, b) => b.record.usedAtMs - a.record.usedAtMs);
  }

  /** Lets another process own the logs. */
  async close(): Promise<void> {
    // One that stays names a process that is gone, which is the same.
    if (this.isOwner) await rm(join(this.folder, ownerFile), { force: true }).catch(() => undefined);
  }
}

/** Bytes of a log on disk. */
export async function shelvedBytes(log: ShelvedLog): Promise<number> {
  const names = await readdir(log.folder).catch(() => [] as string[]);
  const sizes = await Promise.all(names.map((name) => stat(join(log.folder, name)).catch(() => ({ size: 0 }))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** True where `pid` is a running process other than this one. */
export function isOtherProcess(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
