// @ts-check
import { attackRows } from './attackRows.mjs';
import { buildRows } from './buildRows.mjs';
import { chatRows } from './chatRows.mjs';
import { engineRows } from './engineRows.mjs';
import { logRows } from './logRows.mjs';

/**
 * Something that must be survived, its cases, and the tests that prove each: `SUITE/FILE › TITLE`, the title as it stands in
 * the file, so with the places (`%s`) of a test that runs for many values. `image/` is `api-image/tests/`, `container/`
 * is `tests/image/`; there the title is the function's name. `needs` names a program without which the tests cannot run.
 *
 * @typedef {{ row: string, cases: Record<string, string[]> }} Row
 */

/** What Wharf must survive, and what proves that it does. @type {Array<{ section: string, rows: Row[] }>} */
export const faultTable = [
  { section: 'Engine', rows: engineRows },
  { section: 'Build, create, start', rows: buildRows },
  { section: 'Logs', rows: logRows },
  { section: 'Chat and models', rows: chatRows },
  { section: 'Attack', rows: attackRows },
];
