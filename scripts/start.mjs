import './requireNode.cjs';

// Loaded only now: an old Node would stop at the syntax before it could say what it lacks.
import('./lib/command.mjs').then(async ({ exitWith }) => {
  const { startCommand } = await import('./lib/startCommand.mjs');
  await exitWith(() => startCommand(process.argv.slice(2)));
});
