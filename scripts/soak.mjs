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
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'soak'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: {
    ...process.env,
    WHARF_SOAK_MINUTES: values.minutes,
    ...(values.seed !== undefined && { WHARF_SOAK_SEED: values.seed }),
  },
});
process.stdout.write(
  status === 0 ? 'The soak ended clean.\n' : 'The soak found something: see above; its seed repeats it.\n',
);
process.exitCode = status ?? 1;
