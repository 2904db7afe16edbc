// @ts-check
import { accessFinding, clockFinding, diskFinding, warningFindings } from './engineMachineChecks.mjs';
import { authorityFinding, proxyFinding } from './engineNetworkChecks.mjs';
import { advisoryFinding, versionFinding } from './engineVersionChecks.mjs';

/**
 * What stands around an engine and makes its work fail in ways that its errors do not tell. One implementation for the app
 * and for `npm run doctor`; nothing is changed, and no secret is in what it finds.
 *
 * @typedef {{ en: string, ko: string }} Text
 *
 * @typedef {object} EngineFinding
 * @property {'version' | 'advisories' | 'access' | 'disk' | 'clock' | 'proxy' | 'authorities' | 'warnings'} id
 * @property {'ok' | 'note' | 'warn' | 'bad'} tone `note`: cannot be seen from here.
 * @property {Text} name
 * @property {Text} state
 * @property {Text} [fix]
 *
 * @typedef {object} CheckSurroundings
 * @property {(path: string) => Promise<any>} ask Parsed answer of the engine to a GET.
 * @property {string} address
 * @property {Record<string, string | undefined>} env
 * @property {(path: string) => string} readText Throws where it cannot.
 * @property {(path: string) => number | null} modeOf Permission bits; null where there is no such file.
 * @property {(path: string) => Promise<number | null>} freeBytes Room on the disk of a folder; null where that cannot be seen.
 * @property {string} dockerConfigFile
 * @property {() => number} nowMs
 */

/**
 * @param {CheckSurroundings} around
 * @returns {Promise<EngineFinding[]>}
 * @throws what `ask` throws for an engine that does not answer
 */
export async function engineChecks(around) {
  const version = await around.ask('/version');
  const askedAtMs = around.nowMs();
  const info = await around.ask('/info');
  const answeredAtMs = around.nowMs();
  return [
    versionFinding(version),
    advisoryFinding(version),
    accessFinding(around, info),
    await diskFinding(around, info),
    clockFinding(info, askedAtMs, answeredAtMs),
    await proxyFinding(around, info),
    authorityFinding(around),
    ...warningFindings(info),
  ];
}
