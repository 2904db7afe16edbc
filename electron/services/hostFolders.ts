import { realpath, stat } from 'node:fs/promises';
import * as z from 'zod';
import { Failure } from '../contract/failures';
import { folderRefusal } from '../contract/hostFolders';
import { JsonFile } from './jsonFile';

const keptFolders = 200;

/**
 * Folders that a person has chosen in a dialog. Only these, and what is in them, are ever given to containers: a page that
 * was taken over cannot name one by itself.
 */
export class HostFolders {
  private constructor(private readonly file: JsonFile<string[]>) {}

  /** Reads the folders kept in `file`, for presets outlive a run of Wharf. */
  static async open(file: string): Promise<HostFolders> {
    return new HostFolders(await JsonFile.open(file, (value) => z.array(z.string()).parse(value ?? [])));
  }

  /** Lets a person choose a folder, and keeps it. Answers it, or null where they changed their mind. */
  async choose(ask: () => Promise<string | null>): Promise<string | null> {
    const folder = await ask();
    if (folder !== null) {
      await this.file.change((folders) => [folder, ...folders.filter((one) => one !== folder)].slice(0, keptFolders));
    }
    return folder;
  }

  /**
   * Lets a folder pass that a container may have.
   * @param isHere the engine runs on this machine, so that what links lead to can be looked at
   * @throws FOLDER_REFUSED
   */
  async check(folder: string, isHere: boolean): Promise<void> {
    const refuse = (reason: Failure<'FOLDER_REFUSED'>['details']['reason']) =>
      new Failure('FOLDER_REFUSED', { folder, reason });
    const refusal = folderRefusal(folder);
    if (refusal) throw refuse(refusal);
    if (folder.split(/[\\/]/).includes('..') || !this.file.value.some((chosen) => isWithin(folder, chosen))) {
      throw refuse('notChosen');
    }
    if (!isHere) return;
    let real: string;
    try {
      real = await realpath(folder);
      if (!(await stat(real)).isDirectory()) throw refuse('missing');
    } catch (error) {
      throw error instanceof Failure ? error : refuse('missing');
    }
    const behind = folderRefusal(real);
    if (behind) throw refuse(behind);
  }
}

function isWithin(folder: string, chosen: string): boolean {
  const base = chosen.replace(/[\\/]+$/, '');
  return folder === chosen || folder === base || folder.startsWith(`${base}/`) || folder.startsWith(`${base}\\`);
}
