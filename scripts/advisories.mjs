#!/usr/bin/env node
// @ts-check
/**
 * `npm run advisories`: known advisories against what the lock files name, less those in `packaging/advisories.json`. Ends with
 * 1 where there are some, with 2 where something could not be asked.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './lib/places.mjs';
import { CommandFailure, commandExists, run } from './lib/run.mjs';
import { npmAudit, openAdvisories } from './lib/supplyChain.mjs';

const { accepted } = JSON.parse(await readFile(join(repository, 'packaging', 'advisories.json'), 'utf8'));

const answer = await npmAudit();
if ('unanswered' in answer) {
  console.log(`app: not checked, as this registry does not answer (${answer.unanswered.split('\n')[0]})`);
  process.exitCode = 2;
} else {
  const open = openAdvisories(answer.audit, accepted, new Date());
  console.log(open.length === 0 ? 'app: no advisory is open' : `app:\n  ${open.join('\n  ')}`);
  if (open.length > 0) process.exitCode = 1;
}

if (await commandExists('pip-audit')) {
  const args = [
    '--requirement',
    join(repository, 'api-image', 'requirements.txt'),
    '--require-hashes',
    '--disable-pip',
  ];
  for (const { id } of accepted) args.push('--ignore-vuln', id);
  try {
    await run('pip-audit', args);
    console.log('image: no advisory is open');
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    console.log(`image:\n${error.output}`);
    process.exitCode = 1;
  }
} else {
  console.log('image: not checked, as pip-audit is not installed (pip install pip-audit)');
  process.exitCode ??= 2;
}
