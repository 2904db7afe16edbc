import type { Image } from '../../../electron/contract/images';
import type { ImageFilter } from '../../lib/places';

/** The 12 digits by which people and `docker images` name an image. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** What an image is called: its first tag, or its short id where it has none. */
export function imageName(image: Image): string {
  return image.tags[0] ?? shortId(image.id);
}

/** Whether a filter of the list lets an image through. */
export function isShown(image: Image, show: ImageFilter): boolean {
  switch (show) {
    case 'all':
      return true;
    case 'used':
      return image.usedBy.length > 0;
    case 'unused':
      return image.usedBy.length === 0;
    case 'dangling':
      return image.tags.length === 0;
    case 'wharf':
      return image.builtByWharf;
  }
}
