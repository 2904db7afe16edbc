import { isFailure } from '../contract/failures';
import type { Engine } from '../docker/engine';

/** Folder of a context that holds this machine's settings; see `docker/buildSettings`. */
const settingsFolder = /\bbuild-settings\/?\s*$/;

/**
 * Takes away what the classic builder leaves behind of a build that was given this machine's certificates and pip
 * settings: its first stages stay on the engine as untagged images, with those files in them. BuildKit leaves none.
 *
 * While one such build goes on no other's stages are touched, since their own may be among them.
 */
export class SettingsImages {
  private readonly underWay = new Set<symbol>();
  private before: ReadonlySet<string> = new Set();

  /** @param log takes one line for the app log */
  constructor(private readonly log: (line: string) => void) {}

  /** Call before the build; what comes back is called after it, however it ended. */
  async watch(engine: Engine): Promise<() => Promise<void>> {
    const build = Symbol('build');
    const isFirst = this.underWay.size === 0;
    this.underWay.add(build);
    if (isFirst) this.before = new Set(await untagged(engine));
    return async () => {
      this.underWay.delete(build);
      if (this.underWay.size > 0) return;
      try {
        for (const id of await untagged(engine)) if (!this.before.has(id)) await this.removeIfOurs(engine, id);
      } catch (error) {
        this.log(`stages with build settings stay on the engine: ${String(error)}`);
      }
    };
  }

  private async removeIfOurs(engine: Engine, id: string): Promise<void> {
    const instructions = await engine.imageInstructions(id);
    if (!instructions.some((words) => settingsFolder.test(words))) return;
    await engine.removeImage(id).catch((error: unknown) => {
      // Somebody made a container of it, or another image on it, a moment ago: it is theirs now.
      if (!isFailure(error, 'IMAGE_IN_USE') && !isFailure(error, 'IMAGE_MISSING')) throw error;
    });
  }
}

async function untagged(engine: Engine): Promise<string[]> {
  return (await engine.listImages([])).filter(({ tags }) => tags.length === 0).map(({ id }) => id);
}
