// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeLock } from './lib/lockFile.mjs';
import { repository } from './lib/places.mjs';

/*
 * Run it after a change of the dependencies where the registry has no packages for other systems: npm leaves those out of
 * the lock file there, and `npm ci` then refuses the file everywhere.
 */
const file = join(repository, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = completeLock(lock);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'The lock file is complete.' : `Added to the lock file: ${added.join(', ')}`);
