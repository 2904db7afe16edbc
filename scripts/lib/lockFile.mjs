// @ts-check

/**
 * Entry of npm's lock files.
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
 *
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** @typedef {{ packages: Record<string, LockedPackage> }} LockFile */

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/**
 * Adds the optional packages of exact versions that packages name and the file lacks: builds of a native package for other
 * systems. Their system stands in their name. They get no checksum, as they could not be fetched here; npm adds it when
 * it first can.
 *
 * @param {LockFile} lock Changed in place, with its packages sorted as npm sorts them.
 * @returns {string[]} Names of what was added.
 */
export function completeLock(lock) {
  /** @type {string[]} */
  const added = [];
  for (const entry of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const folder = `node_modules/${name}`;
      const system = systemOf(name);
      if (folder in lock.packages || !/^\d+\.\d+\.\d+$/.test(version) || !system) continue;
      lock.packages[folder] = { version, ...system, ...(entry.dev && { dev: true }), optional: true };
      added.push(name);
    }
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([one], [other]) => one.localeCompare(other, 'en')),
  );
  return added;
}

/**
 * @param {string} name For example `@biomejs/cli-darwin-arm64`.
 * @returns {{ cpu: string[], os: string[], libc?: string[] } | undefined}
 */
function systemOf(name) {
  const words = name.split(/[-/]/);
  const system = systems.find((one) => words.includes(one));
  const processor = processors.find((one) => words.includes(one));
  if (!system || !processor) return undefined;
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return { cpu: [processor], ...(system === 'linux' && libc && { libc: [libc] }), os: [system] };
}
