// @ts-check
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  copyFile,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { repository } from './places.mjs';
import { run } from './run.mjs';

const material = join(repository, 'packaging');

/** Where the app lies once installed; the AppArmor profile and the desktop entry name it too. */
const appPlace = join('opt', 'Wharf');

/** Libraries that Electron loads and a bare Debian lacks; names after `|` are those of Ubuntu 24.04 and Debian 13. */
const depends = [
  'libasound2 | libasound2t64',
  'libatspi2.0-0 | libatspi2.0-0t64',
  'libc6 (>= 2.31)',
  'libdrm2',
  'libgbm1',
  'libgtk-3-0 | libgtk-3-0t64',
  'libnotify4',
  'libnss3',
  'libuuid1',
  'libxss1',
  'libxtst6',
  'xdg-utils',
];

/** Debian's names of processors. @type {Record<string, string>} */
const architectures = { x64: 'amd64', arm64: 'arm64', arm: 'armhf' };

/**
 * Makes a Debian package of the app's folder with `dpkg-deb` alone.
 *
 * @param {string} appFolder What `makeLinuxFolder` made; left as it is.
 * @param {string} output Folder for the package.
 * @param {{ compression?: 'xz' | 'none' }} [options]
 * @returns {Promise<string>} The package's file.
 */
export async function makeDeb(appFolder, output, { compression = 'xz' } = {}) {
  const { name, version, author, description } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  const architecture = architectures[process.arch] ?? process.arch;
  const tree = await mkdtemp(join(tmpdir(), 'wharf-deb-'));
  try {
    await cp(appFolder, join(tree, appPlace), { recursive: true, verbatimSymlinks: true });
    await copyFile(join(material, 'linux', 'apparmor'), join(tree, appPlace, 'resources', 'apparmor-profile'));
    await addDesktop(tree);
    await addDocuments(tree);
    await evenModes(tree);
    // Root's, and whoever runs it becomes root for the moment that it takes to make a sandbox where no namespace can be had.
    await chmod(join(tree, appPlace, 'chrome-sandbox'), 0o4755);
    const sizeKiB = await addControl(tree, (installedKiB) => [
      `Package: ${name}`,
      `Version: ${version}`,
      `Architecture: ${architecture}`,
      `Maintainer: ${author}`,
      `Installed-Size: ${installedKiB}`,
      `Depends: ${depends.join(', ')}`,
      'Recommends: fonts-noto-cjk, libsecret-1-0',
      'Suggests: docker.io | docker-ce, podman',
      'Section: devel',
      'Priority: optional',
      `Description: ${description}`,
      ' A desktop app that drives Docker or Podman on this machine: containers, live',
      ' logs, builds, and chats with language models in containers. Korean and English.',
    ]);
    if (sizeKiB === 0) throw new Error(`${appFolder} is empty`);
    await mkdir(output, { recursive: true });
    const file = join(output, `${name}_${version}_${architecture}.deb`);
    await run('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', tree, file]);
    return file;
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

/** Desktop entry, icons, and the command. @param {string} tree */
async function addDesktop(tree) {
  const applications = join(tree, 'usr', 'share', 'applications');
  await mkdir(applications, { recursive: true });
  await copyFile(join(material, 'linux', 'wharf.desktop'), join(applications, 'wharf.desktop'));
  const icons = join(tree, 'usr', 'share', 'icons', 'hicolor');
  for (const file of await readdir(join(material, 'icons'))) {
    const [size = ''] = file.split('.');
    // The theme's own list of sizes ends there.
    if (Number.parseInt(size, 10) > 512) continue;
    await mkdir(join(icons, size, 'apps'), { recursive: true });
    await copyFile(join(material, 'icons', file), join(icons, size, 'apps', 'wharf.png'));
  }
  await mkdir(join(icons, 'scalable', 'apps'), { recursive: true });
  await copyFile(join(repository, 'renderer', 'public', 'icon.svg'), join(icons, 'scalable', 'apps', 'wharf.svg'));
  await mkdir(join(tree, 'usr', 'bin'), { recursive: true });
  await symlink(`/${join(appPlace, 'wharf')}`, join(tree, 'usr', 'bin', 'wharf'));
}

/** @param {string} tree */
async function addDocuments(tree) {
  const folder = join(tree, 'usr', 'share', 'doc', 'wharf');
  await mkdir(folder, { recursive: true });
  await copyFile(join(material, 'linux', 'copyright'), join(folder, 'copyright'));
}

/** What lies in another's private cache is private; installed, everyone reads it. @param {string} tree */
async function evenModes(tree) {
  await chmod(tree, 0o755);
  for (const path of await everything(tree)) {
    const { mode } = await lstat(path);
    if ((mode & 0o170000) === 0o120000) continue;
    const isFolder = (mode & 0o170000) === 0o040000;
    await chmod(path, isFolder || mode & 0o100 ? 0o755 : 0o644);
  }
}

/**
 * The package's own files: what it is, the checksums by which `dpkg --verify` finds changed files, what runs on install.
 *
 * @param {string} tree
 * @param {(installedKiB: number) => string[]} control
 */
async function addControl(tree, control) {
  let bytes = 0;
  const sums = [];
  for (const path of await everything(tree)) {
    const entry = await lstat(path);
    if (!entry.isFile()) continue;
    bytes += entry.size;
    const hash = createHash('md5');
    await pipeline(createReadStream(path), hash);
    sums.push(`${hash.digest('hex')}  ${relative(tree, path)}`);
  }
  const installedKiB = Math.ceil(bytes / 1024);
  const folder = join(tree, 'DEBIAN');
  await mkdir(folder);
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'control'), `${control(installedKiB).join('\n')}\n`);
  await writeFile(join(folder, 'md5sums'), `${sums.join('\n')}\n`);
  for (const script of ['postinst', 'postrm']) {
    await copyFile(join(material, 'linux', script), join(folder, script));
    await chmod(join(folder, script), 0o755);
  }
  return installedKiB;
}

/** Every path below the folder, sorted. @param {string} folder */
async function everything(folder) {
  const names = await readdir(folder, { recursive: true });
  return names.sort().map((name) => join(folder, name));
}
