import { join } from 'node:path';
import log from 'electron-log/node';
import type { AppLog } from '../rpc/appLog';

/** Bytes after which the app log is rotated; one older file is kept. */
const rotateAtBytes = 2 * 1024 * 1024;

/** The app log: `logs/wharf.log` in the data folder, rotated, and the terminal for warnings and errors. */
export function openFileLog(dataFolder: string): AppLog {
  log.transports.file.resolvePathFn = () => join(dataFolder, 'logs', 'wharf.log');
  log.transports.file.maxSize = rotateAtBytes;
  log.transports.console.level = 'warn';
  return {
    error: (message, cause) => (cause === undefined ? log.error(message) : log.error(message, cause)),
    warn: (message, cause) => (cause === undefined ? log.warn(message) : log.warn(message, cause)),
    info: (message) => log.info(message),
  };
}
