#!/usr/bin/env node
// @ts-check
/** `npm run sbom`: writes `dist/wharf.cdx.json`, the bill of materials of app and image in CycloneDX. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './lib/places.mjs';
import { billOfMaterials } from './lib/supplyChain.mjs';

const bill = await billOfMaterials();
const folder = join(repository, 'dist');
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'wharf.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
console.log(`dist/wharf.cdx.json: ${bill.components.length} packages`);
