import { oc } from '@orpc/contract';
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
  dataFolder: z.string(),
});
export type About = z.infer<typeof about>;

export const host = {
  /** What runs here, in which versions. */
  about: oc.output(about),
  /** Opens an http or https address in the person's browser. The only way out of the page. */
  openLink: oc.input(z.strictObject({ url: z.string().max(2048) })).errors(declare('LINK_REFUSED')),
  /** Puts text on the clipboard. */
  copyText: oc.input(z.strictObject({ text: z.string().max(10_000_000) })),
  /** Lets the person pick a folder; null where they changed their mind or the host has no such dialog. */
  chooseFolder: oc.output(z.object({ path: z.string().nullable() })),
};
