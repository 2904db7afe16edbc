import { join } from 'node:path';
import type { AppLog } from '../rpc/appLog';

/** Bytes after which the app log is rotated; one older file is kept. */
const rotateAtBytes = 2 * 1024 * 1024;

/** The app log: `logs/wharf.log` in the data folder, rotated, and the terminal for warnings and errors. */
export function openFileLog(dataFolder: string): AppLog {
  // Loaded with the first line: it costs as much as all else before the window.
  let opening: Promise<typeof import('electron-log/node').default> | null = null;
  const open = async () => {
    const { default: log } = await import('electron-log/node');
    log.transports.file.resolvePathFn = () => join(dataFolder, 'logs', 'wharf.log');
    log.transports.file.maxSize = rotateAtBytes;
    log.transports.console.level = 'warn';
    return log;
  };
  const writer = (level: 'error' | 'warn' | 'info') => (message: string, cause?: unknown) => {
    opening ??= open();
    void opening.then((log) => log[level](...(cause === undefined ? [message] : [message, cause])));
  };
  return { error: writer('error'), warn: writer('warn'), info: writer('info') };
}
