// @ts-check
import { canMakeDisplay, startDisplay } from './display.mjs';
import { engineVariables } from './engineApi.mjs';
import { SetupFailure, words } from './say.mjs';
import { ensureEverything } from './steps.mjs';

/**
 * For scripts that drive the app: sets everything up and says in the environment where it is, as `npm test` does for its
 * suites: `WHARF_ELECTRON` (executable), `DOCKER_HOST` (engine), `WHARF_TEST_BASE_IMAGE` (image to build on), `DISPLAY`
 * (a screen in memory that ends with this process). Exits with words when something cannot be had.
 */
export async function prepare() {
  try {
    const { runtime, engine, baseImage } = await ensureEverything();
    Object.assign(process.env, engineVariables(engine), {
      WHARF_ELECTRON: runtime.executable,
      WHARF_TEST_BASE_IMAGE: baseImage,
    });
    if (process.platform === 'linux' && (await canMakeDisplay())) {
      const { display, pid } = await startDisplay();
      process.env.DISPLAY = display;
      process.once('exit', () => process.kill(pid, 'SIGTERM'));
    }
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    console.error(words(error.text));
    process.exit(1);
  }
}
