// @ts-check
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/**
 * One place where an engine may listen.
 *
 * @typedef {object} EngineCandidate
 * @property {EngineSource} source Why this place is on the list.
 * @property {string} label What a person calls it, for example `Docker` or `Docker context "colima"`.
 * @property {string} endpoint `unix://`, `npipe://`, `tcp://`, `http://`, `https://` or `ssh://` address, as in `DOCKER_HOST`.
 * @property {string} [context] Name of the Docker context, where one names this place.
 * @property {string} [tlsDirectory] Folder with `ca.pem`, `cert.pem` and `key.pem` when the endpoint speaks TLS.
 */

/**
 * @typedef {'DOCKER_HOST' | 'context' | 'docker' | 'docker-rootless' | 'docker-desktop' | 'podman' | 'podman-rootless'
 *   | 'podman-machine' | 'colima' | 'rancher-desktop' | 'orbstack'} EngineSource
 */

/**
 * What the list depends on; nothing else is read.
 *
 * @typedef {object} EngineSurroundings
 * @property {Record<string, string | undefined>} env
 * @property {string} homeDirectory
 * @property {string} platform `process.platform`
 * @property {number} [uid] Numeric user id, where the system has one.
 * @property {(path: string) => string} [readText] Reads a UTF-8 file and throws when it cannot; the file system by default.
 * @property {(path: string) => string[]} [listFolder] Names in a folder; throws when it cannot; the file system by default.
 */

/**
 * Every place where an engine may listen, best first: `DOCKER_HOST`, the current Docker context, then the usual sockets.
 * Nothing is contacted. An address appears once, under its first reason.
 *
 * A candidate of source `DOCKER_HOST` was asked for by name: when it does not answer, say so instead of moving on to the
 * next, or work lands on an engine that the person did not choose.
 *
 * Context files: https://docs.docker.com/engine/manage-resources/contexts/ (folder names are the SHA-256 of the name).
 *
 * @param {EngineSurroundings} surroundings
 * @returns {EngineCandidate[]}
 */
export function engineCandidates(surroundings) {
  const { env } = surroundings;
  /** @type {EngineCandidate[]} */
  const candidates = [];
  if (env.DOCKER_HOST) {
    candidates.push({
      source: 'DOCKER_HOST',
      label: 'DOCKER_HOST',
      endpoint: env.DOCKER_HOST,
      ...(env.DOCKER_TLS_VERIFY && { tlsDirectory: env.DOCKER_CERT_PATH || dockerConfigFolder(surroundings) }),
    });
  }
  const context = currentContext(surroundings);
  if (context) candidates.push(context);
  candidates.push(...usualSockets(surroundings));
  return eachOnce(candidates);
}

/**
 * Every place that a person may choose: the candidates, and the Docker contexts that are not the current one. Those may
 * be machines far away, so they are never tried unasked.
 *
 * @param {EngineSurroundings} surroundings
 * @returns {EngineCandidate[]}
 */
export function choosableEngines(surroundings) {
  const folder = pathFor(surroundings).join(dockerConfigFolder(surroundings), 'contexts', 'meta');
  /** @type {EngineCandidate[]} */
  const contexts = [];
  for (const id of names(surroundings, folder)) {
    const name = readJson(surroundings, pathFor(surroundings).join(folder, id, 'meta.json'))?.Name;
    const context = typeof name === 'string' && name !== 'default' ? contextNamed(surroundings, name) : undefined;
    if (context) contexts.push(context);
  }
  contexts.sort((left, right) => left.label.localeCompare(right.label));
  return eachOnce([...engineCandidates(surroundings), ...contexts]);
}

/** @param {EngineCandidate[]} candidates @returns {EngineCandidate[]} Each address once, under its first reason. */
function eachOnce(candidates) {
  const seen = new Set();
  return candidates.filter(({ endpoint }) => !seen.has(endpoint) && seen.add(endpoint));
}

/**
 * @param {EngineSurroundings} surroundings
 * @returns {typeof posix}
 */
function pathFor({ platform }) {
  return platform === 'win32' ? win32 : posix;
}

/** @param {EngineSurroundings} surroundings */
function dockerConfigFolder(surroundings) {
  return surroundings.env.DOCKER_CONFIG || pathFor(surroundings).join(surroundings.homeDirectory, '.docker');
}

/**
 * @param {EngineSurroundings} surroundings
 * @returns {EngineCandidate | undefined}
 */
function currentContext(surroundings) {
  const folder = dockerConfigFolder(surroundings);
  const path = pathFor(surroundings);
  const name =
    surroundings.env.DOCKER_CONTEXT || readJson(surroundings, path.join(folder, 'config.json'))?.currentContext;
  return typeof name !== 'string' || name === '' || name === 'default' ? undefined : contextNamed(surroundings, name);
}

/**
 * @param {EngineSurroundings} surroundings
 * @param {string} name
 * @returns {EngineCandidate | undefined} Undefined where there is no such context, or it names no place.
 */
function contextNamed(surroundings, name) {
  const folder = dockerConfigFolder(surroundings);
  const path = pathFor(surroundings);
  const id = createHash('sha256').update(name).digest('hex');
  const endpoint = readJson(surroundings, path.join(folder, 'contexts', 'meta', id, 'meta.json'))?.Endpoints?.docker
    ?.Host;
  if (typeof endpoint !== 'string' || endpoint === '') return undefined;
  const secured = endpoint.startsWith('tcp://') || endpoint.startsWith('https://');
  const tlsDirectory = path.join(folder, 'contexts', 'tls', id, 'docker');
  return {
    source: 'context',
    label: `Docker context "${name}"`,
    endpoint,
    context: name,
    ...(secured && readable(surroundings, path.join(tlsDirectory, 'ca.pem')) && { tlsDirectory }),
  };
}

/**
 * @param {EngineSurroundings} surroundings
 * @returns {EngineCandidate[]}
 */
function usualSockets(surroundings) {
  const { env, homeDirectory, platform, uid } = surroundings;
  if (platform === 'win32') {
    return [
      { source: 'docker', label: 'Docker', endpoint: 'npipe:////./pipe/docker_engine' },
      { source: 'docker-desktop', label: 'Docker Desktop', endpoint: 'npipe:////./pipe/dockerDesktopLinuxEngine' },
      { source: 'podman-machine', label: 'Podman', endpoint: 'npipe:////./pipe/podman-machine-default' },
    ];
  }
  /** @param {EngineSource} source @param {string} label @param {string} path @returns {EngineCandidate} */
  const at = (source, label, path) => ({ source, label, endpoint: `unix://${path}` });
  const colima = env.COLIMA_HOME || posix.join(homeDirectory, '.colima');
  const colimaConfig = posix.join(env.XDG_CONFIG_HOME || posix.join(homeDirectory, '.config'), 'colima');
  const system = at('docker', 'Docker', '/var/run/docker.sock');
  const virtualMachines = [
    at('colima', 'Colima', posix.join(colima, 'default', 'docker.sock')),
    at('colima', 'Colima', posix.join(colimaConfig, 'default', 'docker.sock')),
    at('rancher-desktop', 'Rancher Desktop', posix.join(homeDirectory, '.rd', 'docker.sock')),
  ];
  if (platform === 'darwin') {
    const machine = posix.join(homeDirectory, '.local', 'share', 'containers', 'podman', 'machine');
    return [
      system,
      at('docker-desktop', 'Docker Desktop', posix.join(homeDirectory, '.docker', 'run', 'docker.sock')),
      at('orbstack', 'OrbStack', posix.join(homeDirectory, '.orbstack', 'run', 'docker.sock')),
      ...virtualMachines,
      ...(env.TMPDIR
        ? [at('podman-machine', 'Podman', posix.join(env.TMPDIR, 'podman', 'podman-machine-default-api.sock'))]
        : []),
      at('podman-machine', 'Podman', posix.join(machine, 'podman.sock')),
    ];
  }
  const runtime = env.XDG_RUNTIME_DIR || (uid === undefined ? undefined : `/run/user/${uid}`);
  return [
    system,
    ...(runtime ? [at('docker-rootless', 'Docker (rootless)', posix.join(runtime, 'docker.sock'))] : []),
    at('docker-desktop', 'Docker Desktop', posix.join(homeDirectory, '.docker', 'desktop', 'docker.sock')),
    ...(runtime ? [at('podman-rootless', 'Podman', posix.join(runtime, 'podman', 'podman.sock'))] : []),
    at('podman', 'Podman (root)', '/run/podman/podman.sock'),
    ...virtualMachines,
  ];
}

/** @param {EngineSurroundings} surroundings @param {string} path */
function readText({ readText: read = (file) => readFileSync(file, 'utf8') }, path) {
  return read(path);
}

/** @param {EngineSurroundings} surroundings @param {string} folder @returns {string[]} Nothing where it cannot be read. */
function names({ listFolder = (path) => readdirSync(path) }, folder) {
  try {
    return listFolder(folder).sort();
  } catch {
    return [];
  }
}

/** @param {EngineSurroundings} surroundings @param {string} path @returns {any} Undefined when missing or not JSON. */
function readJson(surroundings, path) {
  try {
    return JSON.parse(readText(surroundings, path));
  } catch {
    return undefined;
  }
}

/** @param {EngineSurroundings} surroundings @param {string} path */
function readable(surroundings, path) {
  try {
    readText(surroundings, path);
    return true;
  } catch {
    return false;
  }
}
