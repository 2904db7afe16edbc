// @ts-check
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.mjs';

/**
 * The one-line package sources of this machine that belong to a Debian release: its suites, its updates and its security
 * updates. Repositories of others are left out. Formats: `man sources.list`.
 *
 * @param {string} codename For example `bookworm`.
 * @param {string} [folder] `/etc/apt`
 * @returns {Promise<string[]>}
 */
export async function aptSourceLines(codename, folder = '/etc/apt') {
  const parts = await readdir(join(folder, 'sources.list.d')).catch(() => []);
  const files = [join(folder, 'sources.list'), ...parts.sort().map((name) => join(folder, 'sources.list.d', name))];
  const lines = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (file.endsWith('.sources')) lines.push(...fromDeb822(text));
    else if (file.endsWith('.list')) lines.push(...text.split('\n').map((line) => line.trim()));
  }
  return lines.filter((line) => suiteOf(line)?.split('-')[0] === codename);
}

/** @param {string} line */
function suiteOf(line) {
  return /^deb\s+(?:\[[^\]]*\]\s+)?\S+\s+(\S+)/.exec(line)?.[1];
}

/** @param {string} text @returns {string[]} */
function fromDeb822(text) {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = fieldsOf(stanza);
    const words = (/** @type {string} */ name) => (fields[name] ?? '').split(/\s+/).filter(Boolean);
    if (!words('types').includes('deb') || fields.enabled === 'no') return [];
    const [signedBy] = words('signed-by');
    const options = signedBy?.startsWith('/') ? `[signed-by=${signedBy}] ` : '';
    return words('uris').flatMap((uri) =>
      words('suites').map((suite) => `deb ${options}${uri} ${suite} ${words('components').join(' ')}`),
    );
  });
}

/** @param {string} stanza @returns {Record<string, string>} Lower-case names, as the format ignores their case. */
function fieldsOf(stanza) {
  /** @type {Record<string, string>} */
  const fields = {};
  let name = '';
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue;
    const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (match) {
      name = (match[1] ?? '').toLowerCase();
      fields[name] = (match[2] ?? '').trim();
    } else if (name && /^\s/.test(line)) fields[name] += ` ${line.trim()}`;
  }
  return fields;
}

/** Proxy and TLS settings of this machine's apt, as it prints them. @returns {Promise<string[]>} */
export async function proxyOptions() {
  const text = await run('apt-config', ['dump', '--no-empty']);
  return text.split('\n').filter((line) => /^Acquire::https?::/i.test(line) && line.endsWith('";'));
}
