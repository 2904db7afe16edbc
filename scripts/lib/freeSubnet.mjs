// @ts-check
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * A private /24 network that no route of this machine covers.
 *
 * @returns {Promise<string>} For example `10.213.7.0/24`.
 */
export async function freeSubnet() {
  const routes = readRoutes(await readFile('/proc/net/route', 'utf8'));
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const [second, third] = [randomInt(200, 250), randomInt(0, 256)];
    if (!covered(routes, (10 << 24) | (second << 16) | (third << 8))) return `10.${second}.${third}.0/24`;
  }
  throw new Error('every private network is in use on this machine');
}

/** @typedef {{ network: number, mask: number }} Route */

/**
 * The table's numbers are hexadecimal in the machine's byte order, little-endian everywhere Wharf runs. The default route
 * is left out: it covers everything.
 *
 * @param {string} table `/proc/net/route`
 * @returns {Route[]}
 */
export function readRoutes(table) {
  const number = (/** @type {string | undefined} */ hex) => Buffer.from(hex ?? '', 'hex').readInt32LE();
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter((fields) => fields.length > 7 && fields[7] !== '00000000')
    .map((fields) => ({ network: number(fields[1]), mask: number(fields[7]) }));
}

/**
 * Whether a route and the /24 network at `address` share an address.
 *
 * @param {Route[]} routes
 * @param {number} address Signed 32 bits.
 */
export function covered(routes, address) {
  const mask24 = 0xffffff00 | 0;
  return routes.some(({ network, mask }) => (network & mask & mask24) === (address & mask & mask24));
}
