import type { Image } from '../../../electron/contract/images';

/** The 12 digits by which people and `docker images` name an image. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** What an image is called: its first tag, or its short id where it has none. */
export function imageName(image: Image): string {
  return image.tags[0] ?? shortId(image.id);
}
