import { oc } from '@orpc/contract';
import * as z from 'zod';
import { declare } from './failures';
import { pickedFile } from './host';

/** Why a dropped file opens nothing. */
const dropRefusal = z.enum(['several', 'noDockerfile', 'notGguf', 'unknown', 'unreadable', 'folderInBrowser']);

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

/** Whether a file of this name is taken for an archive of images. */
export const isArchiveName = (name: string) => /\.(tar|tar\.gz|tgz)$/i.test(name);

/** Whether bytes are the first of a GGUF file: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
export const isGguf = (head: Uint8Array) => String.fromCharCode(...head.subarray(0, 4)) === 'GGUF';

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
