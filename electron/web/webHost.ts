import { Failure } from '../contract/failures';
import type { Host } from '../services/host';
import type { Exports } from './exports';

export interface WebHostOptions {
  dataFolder: string;
  version: string;
  exports: Exports;
  /** A link that signs one more browser in. */
  newLaunchLink(): string;
}

/** The web host's side of `Host`. What a browser does itself (copy, open a link, pick a file) never comes here. */
export function createWebHost({ dataFolder, version, exports, newLaunchLink }: WebHostOptions): Host {
  return {
    about: () => ({
      host: 'web',
      version,
      platform: process.platform,
      electronVersion: null,
      chromeVersion: null,
      nodeVersion: process.versions.node,
      systemLocale: Intl.DateTimeFormat().resolvedOptions().locale,
      sandboxed: true,
      packaged: false,
      dataFolder,
    }),
    openLink: async (url) => {
      throw new Failure('LINK_REFUSED', { url });
    },
    copyText: () => undefined,
    chooseFolder: async () => {
      throw new Failure('NOT_IN_BROWSER', {});
    },
    pickSaveFile: (suggestedName) => exports.newPath(suggestedName),
    pickOpenFile: async () => null,
    // A server's keychain is nobody's who sits at the browser.
    keychain: () => null,
    openUpdater: async () => 'web',
    newLaunchLink,
    watchExports: (signal) => exports.watch(signal),
    removeExport: (name) => exports.remove(name),
  };
}
