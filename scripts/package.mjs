import './requireNode.cjs';

// Loaded only now: an old Node would stop at the syntax before it could say what it lacks.
import('./lib/command.mjs').then(async ({ exitWith }) => {
  const { packageCommand } = await import('./lib/packageCommand.mjs');
  await exitWith(() => packageCommand(process.argv.slice(2)));
});
