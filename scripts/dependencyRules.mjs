#!/usr/bin/env node
// @ts-check
/** Holds every import against `.dependency-cruiser.cjs`. Part of `npm run check`. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

// dependency-cruiser has swc read .tsx as .ts, which fails on the first tag; this must come before it loads swc.
/** @type {{ parseFileSync(file: string, options: object): unknown }} */
const swc = require('@swc/core');
const parse = swc.parseFileSync;
swc.parseFileSync = (file, options) => parse(file, { ...options, tsx: file.endsWith('.tsx') });

const { cruise } = await import('dependency-cruiser');
const { options, forbidden } = require('../.dependency-cruiser.cjs');
const { output } = await cruise(['electron', 'renderer'], { ...options, ruleSet: { forbidden }, validate: true });
if (typeof output === 'string') throw new Error(output);

// It passes happily when it could parse nothing, so what it saw is counted.
const { totalCruised, violations } = output.summary;
const own = output.modules.filter(({ source }) => /^(electron|renderer)\//.test(source)).length;
console.log(`${own} own modules, ${totalCruised} with libraries`);
for (const { rule, from, to } of violations) console.log(`${rule.name}: ${from} -> ${to}`);
process.exit(own > 100 && violations.length === 0 ? 0 : 1);
