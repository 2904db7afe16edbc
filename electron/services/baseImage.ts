import { baseImageSources, officialBaseImage } from '../docker/baseImage.mjs';
import type { Engine } from '../docker/engine';
import { hasImage } from './hasImage';

/**
 * Chooses the image that the bundled Dockerfile starts from: what the person set, else the first of the usual ones that the
 * engine has, else the mirror's or the official one, which the builder then pulls. Archives and Debian packages are
 * set-up's ways.
 * @param mirror registry that mirrors the official one, empty for none
 */
export async function chooseBaseImage(engine: Engine, chosen: string | null, mirror: string): Promise<string> {
  if (chosen !== null) return chosen;
  const sources = baseImageSources({ mirror });
  for (const source of sources) {
    if (source.kind === 'present' && (await hasImage(engine, source.image))) return source.image;
  }
  for (const source of sources) if (source.kind === 'mirror') return source.reference;
  return officialBaseImage;
}
