import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare } from './failures';

/** What serves this page. `desktop`: Electron's main process; `web`: the web host. */
const about = z.object({
  host: z.enum(['desktop', 'web']),
  version: z.string(),
  platform: z.string(),
  electronVersion: z.string().nullable(),
  chromeVersion: z.string().nullable(),
  nodeVersion: z.string(),
  /** BCP 47 tag of the system's language. */
  systemLocale: z.string(),
  /** False when Chromium's sandbox was switched off (`--no-sandbox`): the page says so. */
  sandboxed: z.boolean(),
  /** True for an installed desktop app, false from the repository and in a browser. */
  packaged: z.boolean(),
  dataFolder: z.string(),
});
export type About = z.infer<typeof about>;

/** What a dialog offers: files whose names end so, under a name that the host words in its own language. */
const fileExtensions = z
  .array(z.string().regex(/^[a-z0-9]{1,10}(\.[a-z0-9]{1,10})?$/))
  .max(8)
  .default([]);

/** The grant of a file that a person picked; a call that takes one uses it up. Grants end with Wharf. */
export const fileGrant = z.uuid();

/** A file that the web host wrote for the person to fetch with the browser, at `/exports/NAME`. */
const exportedFile = z.object({ name: z.string(), sizeBytes: z.number(), writtenAtMs: z.number() });
export type ExportedFile = z.infer<typeof exportedFile>;

/** A picked file: its grant, and its name without the folder. */
export const pickedFile = z.object({ grant: fileGrant, name: z.string() });
export type PickedFile = z.infer<typeof pickedFile>;

export const host = {
  /** What runs here, in which versions. */
  about: oc.output(about),
  /** Opens an http or https address in the person's browser. The only way out of the page. */
  openLink: oc.input(z.strictObject({ url: z.string().max(2048) })).errors(declare('LINK_REFUSED')),
  /** Puts text on the clipboard. */
  copyText: oc.input(z.strictObject({ text: z.string().max(10_000_000) })),
  /** Lets the person pick a folder; null where they changed their mind. */
  chooseFolder: oc.output(z.object({ path: z.string().nullable() })).errors(declare('NOT_IN_BROWSER')),
  /** Lets the person pick where to write a file; null where they changed their mind or the host has no such dialog. */
  pickSaveFile: oc
    .input(z.strictObject({ suggestedName: z.string().regex(/^[^/\\\0]{1,200}$/), extensions: fileExtensions }))
    .output(z.object({ picked: pickedFile.nullable() })),
  /** Lets the person pick a file to read; null as above. */
  pickOpenFile: oc
    .input(z.strictObject({ extensions: fileExtensions }))
    .output(z.object({ picked: pickedFile.nullable() })),
  /** A link that signs one more browser in, once and for ten minutes; null on the desktop. */
  newLaunchLink: oc.output(z.object({ url: z.string().nullable() })),
  /** Watches the files that wait to be fetched, newest first; every item is the whole list. Always empty on the desktop. */
  watchExports: oc.output(eventIterator(z.object({ files: z.array(exportedFile) }))),
  /** Removes a file that waits to be fetched. */
  removeExport: oc.input(z.strictObject({ name: z.string().max(255) })),
};
