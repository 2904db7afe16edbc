import type { Host } from '../../electron/services/host';
import { LiveValue } from '../../electron/services/live';

/** Surroundings in which nothing can be picked or opened. */
export const plainHost: Host = {
  about: () => ({
    host: 'desktop',
    version: '0',
    platform: 'linux',
    electronVersion: null,
    chromeVersion: null,
    nodeVersion: process.versions.node,
    systemLocale: 'en',
    sandboxed: true,
    packaged: false,
    dataFolder: '/',
  }),
  openLink: async () => undefined,
  copyText: () => undefined,
  chooseFolder: async () => null,
  pickSaveFile: async () => null,
  pickOpenFile: async () => null,
  keychain: () => null,
  openUpdater: async () => 'notInstalled',
  newLaunchLink: () => null,
  watchExports: (signal) => new LiveValue({ files: [] }).watch(signal),
  removeExport: async () => undefined,
};
