import './requireNode.cjs';

/** `npm run test:faults`: the tests of what Wharf must survive, as a table. */
import('./lib/command.mjs').then(async ({ exitWith }) => {
  const { faultsCommand } = await import('./lib/faultsCommand.mjs');
  await exitWith(() => faultsCommand(process.argv.slice(2)));
});
