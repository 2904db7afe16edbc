// @ts-check
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './places.mjs';

/**
 * What set-up changed on this machine outside the repository, so that it can be undone.
 *
 * @typedef {object} SetupRecord
 * @property {string[]} aptPackages Debian packages that were not there before.
 * @property {{ pid: number, pidFile: string, logFile: string, endpoint: string }} [engine] The engine that set-up started.
 * @property {string[]} baseImageEndpoints Engines to which set-up gave our own base image.
 */

function recordFile() {
  return join(cacheFolder(), 'setup.json');
}

/** @returns {SetupRecord} */
export function readRecord() {
  /** @type {SetupRecord} */
  const empty = { aptPackages: [], baseImageEndpoints: [] };
  try {
    return { ...empty, ...JSON.parse(readFileSync(recordFile(), 'utf8')) };
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT' || error instanceof SyntaxError) return empty;
    throw error;
  }
}

/**
 * Changes the record in one step: a crash leaves the old one or the new one.
 *
 * @param {(record: SetupRecord) => SetupRecord} change
 */
export function updateRecord(change) {
  mkdirSync(cacheFolder(), { recursive: true });
  const file = recordFile();
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(change(readRecord()), null, 2)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}
