import './requireNode.cjs';

// Loaded only now: an old Node would stop at the syntax before it could say what it lacks.
import('./lib/command.mjs').then(async ({ exitWith }) => {
  const { doctorCommand } = await import('./lib/doctorCommand.mjs');
  await exitWith(() => doctorCommand());
});
