import { isFailure } from '../contract/failures';
import type { Engine } from '../docker/engine';

/** Whether the engine has an image; `reference` is a tag, a digest or an id. */
export async function hasImage(engine: Engine, reference: string): Promise<boolean> {
  try {
    await engine.inspectImage(reference);
    return true;
  } catch (error) {
    if (isFailure(error, 'IMAGE_MISSING')) return false;
    throw error;
  }
}
