import type { AppUpdater } from 'electron-updater';
import type { AppLog } from '../rpc/appLog';
import type { Updater } from '../services/updates';

/** electron-updater as our service uses it: nothing is fetched or installed before it says so. */
export function asUpdater(updater: AppUpdater, log: AppLog): Updater {
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowDowngrade = false;
  // The service says what failed; `error` without a listener would be thrown.
  updater.on('error', () => undefined);
  updater.logger = { info: () => undefined, warn: (message) => log.warn(String(message)), error: () => undefined };
  return {
    newer: async () => {
      const result = await updater.checkForUpdates();
      return result?.isUpdateAvailable ? result.updateInfo.version : null;
    },
    download: async (onShare) => {
      const tell = ({ percent }: { percent: number }) => onShare(percent / 100);
      updater.on('download-progress', tell);
      try {
        await updater.downloadUpdate();
      } finally {
        updater.off('download-progress', tell);
      }
    },
    setInstallOnQuit: (on) => {
      updater.autoInstallOnAppQuit = on;
    },
    install: () => updater.quitAndInstall(false, true),
  };
}
