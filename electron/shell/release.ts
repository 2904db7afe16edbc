import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';

/**
 * Chromium's own doors for debuggers, which no fuse closes. With one of them open, every program of this person, and every
 * site that guesses its port, could drive the page and with it the engine.
 */
const debuggingSwitches = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-allow-origins',
  'enable-automation',
];

let release: boolean | undefined;

/** True in a package that people install; false from the repository and in the package that tests drive. */
export function isRelease(): boolean {
  release ??= app.isPackaged && !isTestBuild();
  return release;
}

/** The package for tests says so in its `package.json`, inside the archive. */
function isTestBuild(): boolean {
  const description: unknown = JSON.parse(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8'));
  return typeof description === 'object' && description !== null && 'testBuild' in description;
}

/** Takes the debugging switches off a release's command line. Chromium reads them once the app is ready, so call it before. */
export function refuseDebugging(): void {
  if (!isRelease()) return;
  for (const name of debuggingSwitches) app.commandLine.removeSwitch(name);
}
