import './requireNode.cjs';

// Loaded only now: an old Node would stop at the syntax before it could say what it lacks.
import('./lib/command.mjs').then(async ({ exitWith }) => {
  const { setupCommand } = await import('./lib/setupCommand.mjs');
  await exitWith(() => setupCommand(process.argv.slice(2)));
});
