// @ts-check
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './dependencies.mjs';
import { repository } from './places.mjs';
import { CommandFailure } from './run.mjs';

/**
 * One part in CycloneDX 1.5, as far as we write it.
 * https://cyclonedx.org/docs/1.5/json/
 *
 * @typedef {object} Component
 * @property {string} type
 * @property {string} name
 * @property {string} version
 * @property {string} purl
 * @property {string} [scope]
 * @property {{ alg: string, content: string }[]} [hashes]
 * @property {{ name: string, value: string }[]} [properties]
 */

/** The JSON in what a command wrote; npm puts warnings around it. @param {string} output */
function jsonIn(output) {
  return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
}

/**
 * Python packages that a requirements file pins, with their checksums.
 *
 * @param {string} text `name==version \ --hash=sha256:... \ ...`, as pip-compile writes it.
 * @returns {Component[]}
 */
export function pinnedPackages(text) {
  const entries = text.replace(/\\\r?\n/g, ' ').split('\n');
  return entries.flatMap((entry) => {
    const [, name, version] = /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)/.exec(entry) ?? [];
    if (name === undefined || version === undefined) return [];
    const hashes = [...entry.matchAll(/--hash=sha256:([0-9a-f]{64})/g)];
    return [
      {
        type: 'library',
        name,
        version,
        purl: `pkg:pypi/${name.toLowerCase().replace(/[._]+/g, '-')}@${version}`,
        hashes: hashes.map(([, content = '']) => ({ alg: 'SHA-256', content })),
        properties: [{ name: 'wharf:part', value: 'api-image' }],
      },
    ];
  });
}

/**
 * The bill of materials of app and image: what `package-lock.json` names, development included and marked so, and what the
 * image's requirements pin.
 */
export async function billOfMaterials() {
  const [lock, requirements, description] = await Promise.all([
    readFile(join(repository, 'package-lock.json'), 'utf8').then(JSON.parse),
    readFile(join(repository, 'api-image', 'requirements.txt'), 'utf8'),
    readFile(join(repository, 'package.json'), 'utf8').then(JSON.parse),
  ]);
  const components = [...lockedPackages(lock.packages), ...pinnedPackages(requirements)];
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      timestamp: new Date().toISOString(),
      component: { type: 'application', name: description.name, version: description.version },
    },
    components,
  };
}

/** @param {Record<string, import('./lockFile.mjs').LockedPackage & { integrity?: string }>} packages @returns {Component[]} */
function lockedPackages(packages) {
  return Object.entries(packages).flatMap(([folder, { version, integrity, dev, optional }]) => {
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (folder === '' || version === undefined) return [];
    const [, sha512] = /sha512-(\S+)/.exec(integrity ?? '') ?? [];
    return [
      {
        type: 'library',
        name,
        version,
        purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
        scope: dev || optional ? 'optional' : 'required',
        ...(sha512 && { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }),
        properties: [{ name: 'wharf:part', value: dev ? 'development and what it bundles' : 'app' }],
      },
    ];
  });
}

/**
 * An advisory that somebody has judged: `id` as the registry writes it (`GHSA-...`), why it does not reach Wharf, and until
 * when that is believed.
 *
 * @typedef {{ id: string, reason: string, until: string }} Accepted
 */

/**
 * The advisories that nobody has accepted, or whose acceptance is over.
 *
 * @param {{ vulnerabilities?: Record<string, { via: (string | { url?: string, title?: string, severity?: string })[] }> }} audit
 *   What `npm audit --json` answers.
 * @param {Accepted[]} accepted
 * @param {Date} now
 * @returns {string[]} One line each.
 */
export function openAdvisories(audit, accepted, now) {
  const lines = Object.entries(audit.vulnerabilities ?? {}).flatMap(([name, { via }]) =>
    via.flatMap((advisory) => {
      if (typeof advisory === 'string') return [];
      const id = advisory.url?.split('/').at(-1) ?? '';
      const known = accepted.find((one) => one.id === id && new Date(one.until) > now);
      return known ? [] : [`${name}: ${id} ${advisory.severity ?? ''} ${advisory.title ?? ''}`];
    }),
  );
  return [...new Set(lines)];
}

/**
 * What `npm audit` says of the lock file.
 *
 * @returns {Promise<{ audit: object } | { unanswered: string }>} `unanswered`: this registry keeps no advisories.
 */
export async function npmAudit() {
  const output = await npm(['audit', '--json', '--package-lock-only']).catch((error) => {
    // Status 1 says that there are some, too.
    if (error instanceof CommandFailure) return error.output;
    throw error;
  });
  const audit = jsonIn(output);
  return audit.vulnerabilities === undefined ? { unanswered: String(audit.message ?? 'no answer') } : { audit };
}
