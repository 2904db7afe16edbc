import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';

/**
 * Why this Wharf does not update itself. `notInstalled`: it runs from the repository; `noFeed`: it was packaged without the
 * address of one; `byPackage`: its files are those of a deb, an rpm or a plain folder; `web`: it is the web host.
 */
const updatesAway = z.enum(['notInstalled', 'noFeed', 'byPackage', 'web']);
export type UpdatesAway = z.infer<typeof updatesAway>;

/** How Wharf's own updates stand. Times in ms since 1970; `share` is of the download, 0 to 1. */
const updateState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('away'), reason: updatesAway }),
  /** Nobody has asked yet, or it is switched off. */
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('checking') }),
  z.object({ kind: z.literal('current'), checkedAtMs: z.number() }),
  z.object({ kind: z.literal('downloading'), version: z.string(), share: z.number() }),
  /** Downloaded and checked against its SHA-512; put in place when Wharf quits. */
  z.object({ kind: z.literal('ready'), version: z.string() }),
  /** `message` as the updater says it; tried again by itself. */
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type UpdateState = z.infer<typeof updateState>;

export const updates = {
  /** Watches how updates stand; every item is the whole state. */
  watch: oc.output(eventIterator(updateState)),
  /** Asks the feed now, and downloads what is newer. Nothing where updates are away or one is under way. */
  check: oc,
  /** Quits, puts the downloaded version in place and starts it. Nothing where none is ready. */
  install: oc,
};
