import { oc } from '@orpc/contract';
import * as z from 'zod';
import { declare } from './failures';
import { pickedFile } from './host';

/** Why a dropped file opens nothing. */
const dropRefusal = z.enum(['several', 'noDockerfile', 'notGguf', 'unknown', 'unreadable', 'folderInBrowser']);
export type DropRefusal = z.infer<typeof dropRefusal>;

/** What a person dropped onto Wharf, and so what opens. `name` is without the folder. */
const dropped = z.discriminatedUnion('kind', [
  /** A folder to build from, by a Dockerfile in it. */
  z.object({ kind: z.literal('folder'), path: z.string(), dockerfile: z.string() }),
  /** An archive of images or an offline kit, by its name; it is read as a whole before anything of it is loaded. */
  z.object({ kind: z.literal('archive'), picked: pickedFile }),
  /** A model's weights, by their first bytes. */
  z.object({ kind: z.literal('gguf'), picked: pickedFile }),
  z.object({ kind: z.literal('refused'), reason: dropRefusal, name: z.string() }),
]);
export type Dropped = z.infer<typeof dropped>;

/** Endings of the archives that can be loaded. */
export const archiveExtensions = ['tar', 'tar.gz', 'tgz'];

/** How many of its first bytes `kindOfFile` looks at. */
export const headBytes = 4;

/**
 * What a dropped file is taken for. A GGUF file by its first bytes (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md),
 * everything else by its name.
 * @param name without the folder
 * @param head the first `headBytes` of it, fewer where it is shorter
 */
export function kindOfFile(name: string, head: Uint8Array): 'gguf' | 'archive' | 'dockerfile' | 'notGguf' | 'unknown' {
  if (String.fromCharCode(...head) === 'GGUF') return 'gguf';
  const lowered = name.toLowerCase();
  if (lowered.endsWith('.gguf')) return 'notGguf';
  if (archiveExtensions.some((extension) => lowered.endsWith(`.${extension}`))) return 'archive';
  return /^Dockerfile(\..+)?$|\.Dockerfile$/.test(name) ? 'dockerfile' : 'unknown';
}

export const drops = {
  /**
   * What was dropped. `dropId` is what the preload answers a drop with, once the paths are in main: the page itself never
   * sees or names one. Good for one use.
   */
  take: oc
    .input(z.strictObject({ dropId: z.uuid() }))
    .output(dropped)
    .errors(declare('FILE_NOT_PICKED')),
};
