import './requireNode.cjs';

// Loaded only now: an old Node would stop at the syntax before it could say what it lacks.
import('./lib/command.mjs').then(async ({ exitWith }) => {
  const { testCommand } = await import('./lib/testCommand.mjs');
  await exitWith(() => testCommand(process.argv.slice(2)));
});
