import type { About } from '../contract/host';

/** What only the surroundings can do: the desktop app through Electron, the web host in its own way. */
export interface Host {
  about(): About;
  /** @throws LINK_REFUSED for anything but a plain http or https address */
  openLink(url: string): Promise<void>;
  copyText(text: string): void;
  /** The folder a person picked, or null. */
  chooseFolder(): Promise<string | null>;
  /** The absolute path a person picked to write to, or null. */
  pickSaveFile(suggestedName: string, extensions: string[]): Promise<string | null>;
  /** The absolute path of the file a person picked to read, or null. */
  pickOpenFile(extensions: string[]): Promise<string | null>;
}
