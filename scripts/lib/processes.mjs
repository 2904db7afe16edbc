// @ts-check
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * A process of this machine as `/proc` shows it; the parts of `command` and the variables of `environment` end with NUL.
 *
 * @typedef {{ pid: number, command: string, environment: string }} SeenProcess
 */

/**
 * The processes that a test says yes to; none where there is no `/proc`. Kernel threads and zombies are left out.
 *
 * @param {(seen: SeenProcess) => boolean} wanted
 * @returns {Promise<SeenProcess[]>}
 */
export async function processesWith(wanted) {
  const names = (await readdir('/proc').catch(() => [])).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  const seen = await Promise.all(
    names.map(async (name) => ({
      pid: Number(name),
      command: await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
      environment: await readFile(`/proc/${name}/environ`, 'utf8').catch(() => ''),
    })),
  );
  return seen.filter((process) => process.command !== '' && wanted(process));
}

/**
 * A process and all below it.
 *
 * @param {number} root
 * @returns {Promise<number[]>} Empty when there is no such process.
 */
export async function processesBelow(root) {
  /** @type {Map<number, number>} */
  const parents = new Map();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
    // Field 4 of proc(5), counted behind the command name, which may hold spaces.
    if (stat !== '') parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  return [...parents.keys()].filter((pid) => {
    let at = pid;
    while (at > 1 && at !== root) at = parents.get(at) ?? 0;
    return at === root;
  });
}

/** A command line for people. @param {string} command */
export function commandOf(command) {
  return command.split('\0').join(' ').trim().slice(0, 160);
}

/**
 * When a process started, in the kernel's ticks since boot: with the id it names a process for good.
 *
 * @param {number} pid
 * @returns {Promise<string>} Empty when there is no such process.
 */
export async function startedAtTicks(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Field 22 of proc(5), counted behind the command name, which may hold spaces.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Asks a process to end, and ends it when it has not after the grace time.
 *
 * @param {number} pid Negative: the whole process group.
 * @param {number} graceMs
 */
export async function endProcess(pid, graceMs) {
  signal(pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && isAlive(pid)) await wait(50);
  if (isAlive(pid)) signal(pid, 'SIGKILL');
  const gone = Date.now() + 2000;
  while (Date.now() < gone && isAlive(pid)) await wait(20);
}

/** @param {number} pid @param {NodeJS.Signals} name */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
