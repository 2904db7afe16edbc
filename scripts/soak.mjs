#!/usr/bin/env node
// @ts-check
/** `npm run soak -- --minutes N [--seed S]`: random work and random faults on the real engine, for as long as is asked for. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare } from './lib/prepare.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } } });
await prepare();
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const { status, error } = spawnSync(process.execPath, [vitest, 'run', '--project', 'soak'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  // Every wait inside has its own limit; this one is for a test process that cannot tell time any more.
  timeout: (Number(values.minutes) + 20) * 60_000,
  env: {
    ...process.env,
    WHARF_SOAK_MINUTES: values.minutes,
    ...(values.seed !== undefined && { WHARF_SOAK_SEED: values.seed }),
  },
});
if (error !== undefined) process.stdout.write(`The soak was stopped: ${error.message}\n`);
process.stdout.write(
  status === 0 ? 'The soak ended clean.\n' : 'The soak found something: see above; its seed repeats it.\n',
);
process.exitCode = status ?? 1;
