import { defineConfig } from 'vitest/config';

/** One project a suite; `scripts/test.mjs` runs them by name. Only `engine` and `e2e` need more than Node. */
const suite = (name: string, folder: string, extra: object = {}) => ({
  extends: true as const,
  test: { name, include: [`tests/${folder}/**/*.test.{ts,tsx}`], environment: 'node', ...extra },
});

const inPage = { environment: 'jsdom', setupFiles: ['tests/component/setup.ts'] };

/** Suites that share one engine or one screen run file by file. */
const oneAtATime = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 300_000 };

export default defineConfig({
  test: {
    // Most tests wait for sockets and processes more than they compute; the default leaves a core idle.
    maxWorkers: 3,
    projects: [
      suite('unit', 'unit'),
      suite('service', 'service', { testTimeout: 20_000 }),
      suite('contract', 'contract', { testTimeout: 20_000 }),
      // The same contract over the web host's wire.
      suite('socket', 'contract', { testTimeout: 20_000, env: { WHARF_TEST_WIRE: 'socket' } }),
      suite('component', 'component', inPage),
      // Whole pages mounted on a fake host: slower than the parts, so not among the fast ones.
      suite('page', 'page', { ...inPage, testTimeout: 20_000 }),
      suite('setup', 'setup', { testTimeout: 120_000 }),
      suite('engine', 'engine', oneAtATime),
      suite('e2e', 'e2e', oneAtATime),
      // The same journeys in a browser, served by the web host.
      suite('web', 'e2e', {
        ...oneAtATime,
        include: ['tests/e2e/**/*.test.ts', 'tests/web/**/*.test.ts'],
        env: { WHARF_E2E_HOST: 'web' },
      }),
      // Packages are made, installed for the length of the suite, attacked and driven.
      suite('package', 'package', oneAtATime),
      // Makes pictures, asserts nothing: run by `npm run screenshots` alone.
      suite('screenshots', 'screenshots', { ...oneAtATime, include: ['tests/screenshots/**/*.shots.ts'] }),
      // Random work and faults for minutes or hours: run by `npm run soak` alone.
      suite('soak', 'soak', {
        ...oneAtATime,
        include: ['tests/soak/**/*.soak.ts'],
        disableConsoleIntercept: true,
      }),
      // Prints figures, asserts nothing: run by `npm run bench:NAME` alone.
      suite('bench', 'bench', {
        ...oneAtATime,
        include: ['tests/bench/**/*.bench.ts'],
        testTimeout: 900_000,
        disableConsoleIntercept: true,
      }),
    ],
  },
});
