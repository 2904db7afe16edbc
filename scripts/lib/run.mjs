// @ts-check
import { spawn } from 'node:child_process';

/** A command that ended with another status than 0, or that could not be started (`status` is then `null`). */
export class CommandFailure extends Error {
  /**
   * @param {string} command
   * @param {number | null} status
   * @param {string} output The last of what it wrote to stdout and stderr.
   */
  constructor(command, status, output) {
    const lastLines = excerpt(output);
    super(
      `${command}: ${status === null ? 'did not finish' : `exit status ${status}`}${lastLines && `\n${lastLines}`}`,
    );
    this.name = 'CommandFailure';
    this.status = status;
    this.output = output;
  }
}

/** The cause stands at one end or the other. @param {string} output */
function excerpt(output) {
  const lines = output.trim().split('\n');
  return (lines.length <= 16 ? lines : [...lines.slice(0, 8), '...', ...lines.slice(-8)]).join('\n');
}

const keptOutputCharacters = 64 * 1024;

/**
 * Runs a command to its end and collects what it writes. It gets no input, so it can never wait for an answer.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, signal?: AbortSignal, shell?: boolean }} [options]
 * @returns {Promise<string>} The last 64 KiB of stdout and stderr.
 * @throws {CommandFailure}
 */
export function run(command, args, { cwd, env = process.env, timeoutMs, signal, shell } = {}) {
  const { FORCE_COLOR: _, ...plain } = env;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...plain, NO_COLOR: '1' },
      signal,
      shell,
      timeout: timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (/** @type {string} */ text) => {
      output = (output + text).slice(-keptOutputCharacters);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', (error) => reject(new CommandFailure(command, null, `${output}\n${error.message}`)));
    child.once('close', (status) => {
      if (status === 0) resolve(output);
      else reject(new CommandFailure([command, ...args].join(' '), status, output));
    });
  });
}

/**
 * Whether a command exists, as `PATH` says.
 *
 * @param {string} command
 * @returns {Promise<boolean>}
 */
export async function commandExists(command) {
  const { access, constants } = await import('node:fs/promises');
  const { delimiter, join } = await import('node:path');
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const there = await access(join(folder, command + ending), constants.X_OK).then(
        () => true,
        () => false,
      );
      if (there) return true;
    }
  }
  return false;
}
