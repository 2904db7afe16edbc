'use strict';
// Stands in for the default app that Electron's own distribution carries and a packaged runtime does not: it runs the app
// in the folder that the first argument names. Copied into the fallback runtime by set-up.
const { readFileSync } = require('node:fs');
const { resolve, join } = require('node:path');
const { app } = require('electron');

const target = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (target === undefined) {
  console.error('Usage: electron [options] <folder of the app>');
  process.exit(1);
}

const folder = resolve(target);
const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const name = description.productName || description.name;
app.setName(name);
// These two are what Electron's default app calls; they are not in its public types.
const launched = /** @type {import('electron').App & Record<'setAppPath' | 'setVersion', (value: string) => void>} */ (
  app
);
launched.setAppPath(folder);
launched.setVersion(description.version);
// Chromium resolved the folder under this file's own name before it ran.
app.setPath('userData', join(app.getPath('appData'), name));
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
require(resolve(folder, description.main || 'index.js'));
