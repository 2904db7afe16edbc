// @ts-check
import { SetupFailure, words } from './say.mjs';

/**
 * Runs a command of ours. What it cannot get past is told in words, without a stack; anything else is a bug and shows one.
 *
 * @param {() => Promise<number>} command Returns the exit status.
 */
export async function exitWith(command) {
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(error instanceof SetupFailure ? `\n${words(error.text)}` : error);
    process.exitCode = 1;
  }
}
