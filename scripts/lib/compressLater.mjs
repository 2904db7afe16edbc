// @ts-check
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const compress = promisify(brotliCompress);

/** Smaller ones would save a block of the disk at most. */
const leastBytes = 8 * 1024;

/**
 * Keeps the page's scripts and style sheets that its first view does not need compressed, as `NAME.br` in place of `NAME`
 * (`services/pageFiles.ts` reads both). What is needed to start stays plain, so that nothing is unpacked before the first paint.
 *
 * @returns {import('vite').Plugin}
 */
export function compressWhatComesLater() {
  return {
    name: 'compress-what-comes-later',
    applyToEnvironment: (environment) => environment.name === 'client',
    async writeBundle({ dir = '' }, bundle) {
      const first = neededAtStart(bundle);
      const later = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name) && !first.has(name));
      await Promise.all(later.map((name) => compressFile(join(dir, name))));
    },
  };
}

/**
 * The entry, what it imports at once, however deep, and the style sheets of these.
 *
 * @param {import('vite').Rolldown.OutputBundle} bundle
 */
function neededAtStart(bundle) {
  const found = new Set();
  /** @param {string} name */
  const add = (name) => {
    const part = bundle[name];
    if (found.has(name) || part?.type !== 'chunk') return;
    found.add(name);
    for (const sheet of part.viteMetadata?.importedCss ?? []) found.add(sheet);
    part.imports.forEach(add);
  };
  for (const part of Object.values(bundle)) if (part.type === 'chunk' && part.isEntry) add(part.fileName);
  return found;
}

/** @param {string} file */
async function compressFile(file) {
  const bytes = await readFile(file);
  if (bytes.byteLength < leastBytes) return;
  // 9 of 11: the last two take ten times as long for a twentieth.
  await writeFile(`${file}.br`, await compress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
  await rm(file);
}
