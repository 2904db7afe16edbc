import './requireNode.cjs';

/** `npm run test:guards [-- WORD ...]`: breaks every guard in turn, in a copy, and requires that its tests go red. */
import('./lib/command.mjs').then(async ({ exitWith }) => {
  const { guardsCommand } = await import('./lib/guardsCommand.mjs');
  await exitWith(() => guardsCommand(process.argv.slice(2)));
});
