#!/usr/bin/env node
// @ts-check
/** `wharf serve [options]`: Wharf for a machine without a screen, in a browser. Options: electron/web/serveOptions.ts. */
import './requireNode.cjs';

// Loaded only now: an old Node would stop at the syntax before it could say what it lacks.
import('./lib/command.mjs').then(async ({ exitWith }) => {
  const { serveCommand } = await import('./lib/serveCommand.mjs');
  const { SetupFailure } = await import('./lib/say.mjs');
  const [command, ...args] = process.argv.slice(2);
  await exitWith(() => {
    if (command === 'serve') return serveCommand(args);
    throw new SetupFailure({ en: 'Usage: wharf serve [options]', ko: '사용법: wharf serve [옵션]' });
  });
});
