import type { UnusedImage } from '../../../electron/contract/diskUse';

/** Which unused images a clean-up takes. */
export type PruneKind = 'none' | 'dangling' | 'wharf' | 'all';

/** The unused images of a kind. */
export function ofKind(images: readonly UnusedImage[], kind: PruneKind): UnusedImage[] {
  return images.filter((image) => {
    if (kind === 'dangling') return image.tags.length === 0;
    if (kind === 'wharf') return image.builtByWharf;
    return kind === 'all';
  });
}

/** What is named to the engine: every tag, or the id of an image without one. */
export function referencesOf(images: readonly UnusedImage[]): string[] {
  return images.flatMap(({ id, tags }) => (tags.length === 0 ? [id] : tags));
}
