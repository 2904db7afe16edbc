// @ts-check
import { containerGuards } from './containerGuards.mjs';
import { dataGuards } from './dataGuards.mjs';
import { engineGuards } from './engineGuards.mjs';
import { logGuards } from './logGuards.mjs';
import { outsideGuards } from './outsideGuards.mjs';

/**
 * A guard of security or integrity, how to break it, and the tests that must be red then, each as in tests/faults/table.mjs.
 * `text` stands in `file` exactly once.
 *
 * @typedef {{ guard: string, file: string, text: string, broken: string, tests: string[] }} Guard
 */

/** @type {Guard[]} */
export const guards = [...outsideGuards, ...engineGuards, ...containerGuards, ...logGuards, ...dataGuards];
