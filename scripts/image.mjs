#!/usr/bin/env node
// @ts-check
/** `npm run image [-- TAG]`: builds the bundled image by the app's own build service, without the window. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './lib/prepare.mjs';

await prepare();
const root = fileURLToPath(new URL('..', import.meta.url));
const tag = process.argv[2] ?? 'wharf-api:dev';
const { status } = spawnSync(process.execPath, ['out/image/index.cjs', join(root, 'api-image'), tag], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
