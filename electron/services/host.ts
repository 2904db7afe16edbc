import type { About, ExportedFile } from '../contract/host';
import type { UpdatesAway } from '../contract/updates';
import type { Updater } from './updates';

/** Seals texts with a key that the system keeps for the person who is logged in. */
export interface Keychain {
  encrypt(text: string): Buffer;
  /** @throws where it was sealed by another one */
  decrypt(sealed: Buffer): string;
}

/** What only the surroundings can do: the desktop app through Electron, the web host in its own way. */
export interface Host {
  about(): About;
  /** @throws LINK_REFUSED for anything but a plain http or https address */
  openLink(url: string): Promise<void>;
  copyText(text: string): void;
  /**
   * The folder a person picked, or null.
   * @throws NOT_IN_BROWSER where there is no such dialog
   */
  chooseFolder(): Promise<string | null>;
  /** The absolute path a person picked to write to, or null. */
  pickSaveFile(suggestedName: string, extensions: string[]): Promise<string | null>;
  /** The absolute path of the file a person picked to read, or null. */
  pickOpenFile(extensions: string[]): Promise<string | null>;
  /** The system's keychain; null where there is none. It may ask the person to unlock it, so it is asked for when needed. */
  keychain(): Keychain | null;
  /** What keeps Wharf itself up to date, loaded when asked for; or why there is nothing. */
  openUpdater(): Promise<Updater | UpdatesAway>;
  /** A link that signs one more browser in; null on the desktop. */
  newLaunchLink(): string | null;
  /** The files that wait to be fetched by a browser. */
  watchExports(signal?: AbortSignal): AsyncGenerator<{ files: ExportedFile[] }, void, void>;
  removeExport(name: string): Promise<void>;
}
