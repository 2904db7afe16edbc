import type { Engine } from '../../docker/engine';

/** The environment variable with which the bundled image is told the key that it wants (api-image, settings.py). */
const variable = 'API_KEY';

/** A container keeps the environment that it was created with, so each is asked once. */
const remembered = 200;

/**
 * The keys that containers' services want, read from the engine when somebody talks to them. They stay in main.
 * @returns null where a container wants none, and where the engine cannot say so now
 */
export function serviceKeys(engineLink: { current(): Engine }): (containerId: string) => Promise<string | null> {
  const known = new Map<string, string | null>();
  return async (containerId) => {
    const before = known.get(containerId);
    if (before !== undefined) return before;
    try {
      const key = (await engineLink.current().environmentVariable(containerId, variable)) || null;
      known.set(containerId, key);
      for (const oldest of known.keys()) {
        if (known.size <= remembered) break;
        known.delete(oldest);
      }
      return key;
    } catch {
      // The container's service may answer while the engine does not; without its key it says so itself.
      return null;
    }
  };
}
