// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './places.mjs';

const modulesFolder = join(repository, 'node_modules');
const bundledFolder = join(repository, 'out', '.bundled');

/** Ships beside the bundles, not inside. */
const besideTheBundles = ['@photostructure/sqlite', 'node-gyp-build'];

/**
 * Notes for each bundle which packages its files come from, in `out/.bundled`. What was shaken off counts too.
 *
 * @returns {import('vite').Plugin}
 */
export function noteBundledPackages() {
  return {
    name: 'note-bundled-packages',
    buildEnd() {
      const names = new Set([...this.getModuleIds()].map(packageOf).filter((name) => name !== undefined));
      mkdirSync(bundledFolder, { recursive: true });
      writeFileSync(join(bundledFolder, `${this.environment.name}.json`), JSON.stringify([...names].sort()));
    },
  };
}

/** The package below node_modules that a module lies in, with nested ones by their whole path. @param {string} id */
function packageOf(id) {
  const [path = ''] = id.replaceAll('\\', '/').split('?');
  return /node_modules\/((?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*)\//.exec(path)?.[1];
}

/**
 * A package that travels with the app.
 *
 * @typedef {{ name: string, version: string, licence: string, text: string }} ShippedPackage
 */

/** Every package whose files travel in the desktop app, by name. @returns {Promise<ShippedPackage[]>} */
async function shippedPackages() {
  const bundles = ['client', 'main', 'preload', 'searchWorker'];
  const lists = await Promise.all(
    bundles.map(async (name) => JSON.parse(await readFile(join(bundledFolder, `${name}.json`), 'utf8'))),
  );
  const names = [...new Set([...besideTheBundles, ...lists.flat()])].sort();
  return Promise.all(names.map(readPackage));
}

/** @param {string} name @returns {Promise<ShippedPackage>} */
async function readPackage(name) {
  const folder = join(modulesFolder, name);
  const { version, license, licenses, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8').catch(() => '')));
  const holder = typeof author === 'string' ? author : author?.name;
  return {
    name,
    version,
    // Old packages name it as an object, or in a list of them.
    licence: typeof license === 'string' ? license : (license?.type ?? licenses?.[0]?.type ?? ''),
    text:
      texts.join('\n').trim() || `${holder ? `Copyright: ${holder}. ` : ''}The package carries no text of its licence.`,
  };
}

/**
 * Licences that let their code travel in ours. Whatever comes with another one stops the packaging, for a person to read it.
 */
const accepted = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'OFL-1.1',
  '(MPL-2.0 OR Apache-2.0)',
  'Unlicense',
  'CC0-1.0',
  'BlueOak-1.0.0',
  'Python-2.0',
]);

/** Packages whose licence nobody has accepted yet. @param {ShippedPackage[]} packages */
function unacceptedLicences(packages) {
  return packages
    .filter(({ licence }) => !accepted.has(licence))
    .map(({ name, licence }) => `${name}: ${licence || 'none named'}`);
}

/** Writes the licences of everything that travels with the app. @param {string} file */
export async function writeLicences(file) {
  const packages = await shippedPackages();
  const unaccepted = unacceptedLicences(packages);
  if (unaccepted.length > 0) throw new Error(`Licences that nobody has accepted yet:\n  ${unaccepted.join('\n  ')}`);
  const rule = '='.repeat(78);
  /** Who came first with a text. @type {Map<string, string>} */
  const firstWith = new Map();
  const parts = packages.map(({ name, version, licence, text }) => {
    const first = firstWith.get(text);
    if (first === undefined) firstWith.set(text, name);
    const words = first === undefined ? text : `The same text, word for word, as that of ${first} above.`;
    return `${rule}\n${name} ${version} (${licence})\n${rule}\n\n${words}\n`;
  });
  await writeFile(
    file,
    `Wharf contains the packages below. Electron and Chromium name theirs in LICENSE.electron.txt and LICENSES.chromium.html.\n\n${parts.join('\n')}`,
  );
}
