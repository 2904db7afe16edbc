import { ipcMain } from 'electron';
import type { AppLog } from '../rpc/appLog';
import type { Drops } from '../services/drops';
import { isTrustedSender } from './guards';

/** Two tell that they are several; no more are looked at. */
const mostPaths = 2;

/** Takes the paths of what was dropped from the preload of our own page, and answers with the drop's id; null where refused. */
export function acceptDrops(drops: Drops, log: AppLog): void {
  ipcMain.handle('wharf:drop', (event, paths: unknown) => {
    if (!isTrustedSender(event.sender, event.senderFrame)) {
      log.warn('refused a drop from a sender that is not our page');
      return null;
    }
    if (!Array.isArray(paths)) return null;
    return drops.hold(paths.slice(0, mostPaths).filter((path) => typeof path === 'string'));
  });
}
