import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ServeRefusal } from './serveOptions';

/** Keeps two hosts from writing into one data folder. The lock is a file with the process id of who holds it. */
export class FolderLock {
  private constructor(private readonly file: string) {}

  /**
   * @param folder absolute path; made when missing, for its owner alone
   * @throws ServeRefusal when a running host holds it
   */
  static async take(folder: string): Promise<FolderLock> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'host.pid');
    const holder = Number(await readFile(file, 'utf8').catch(() => '0'));
    if (holder > 0 && holder !== process.pid && isRunning(holder)) {
      throw new ServeRefusal(
        `Wharf already serves this data folder (process ${holder}). Use its link, end it, or give another --data-folder.`,
        `이 데이터 폴더는 이미 다른 Wharf(프로세스 ${holder})가 쓰고 있습니다. 그 링크를 쓰거나, 종료하거나, 다른 --data-folder를 지정하세요.`,
      );
    }
    // What a killed host left; two that start at once cannot both make the new one.
    await rm(file, { force: true });
    const handle = await open(file, 'wx', 0o600);
    await handle.write(String(process.pid));
    await handle.close();
    return new FolderLock(file);
  }

  /** Lets the folder go. */
  release(): Promise<void> {
    return rm(this.file, { force: true });
  }
}

/** Signal 0 only asks. EPERM: it runs, for somebody else. */
function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
