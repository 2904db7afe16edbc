#!/usr/bin/env node
// @ts-check
/** `npm run screenshots`: pictures of every page into test-results/screenshots. `WHARF_SHOTS=docs` renews the README's too. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepare } from './lib/prepare.mjs';

await prepare();
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const cwd = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'screenshots', ...process.argv.slice(2)], {
  cwd,
  stdio: 'inherit',
});
process.exit(status ?? 1);
