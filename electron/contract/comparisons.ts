import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { answerSettings } from './answers';
import { declare } from './failures';
import { chatTarget } from './targets';

/** One side of a comparison: a conversation of its own, watched and stopped like any other. */
const side = z.object({ conversationId: z.string(), target: chatTarget.nullable() });

/** One prompt to several targets. A side that was kept is an ordinary conversation and stands here no more. */
const comparison = z.object({
  id: z.string(),
  title: z.string(),
  updatedAtMs: z.number(),
  sides: z.array(side),
});
export type Comparison = z.infer<typeof comparison>;

/** How many targets can stand side by side. */
export const sideLimits = { least: 2, most: 4 } as const;

const one = z.strictObject({ comparisonId: z.uuid() });

export const comparisons = {
  /** Watches all comparisons, newest activity first. Every item is the whole list, latest wins. */
  watch: oc.output(eventIterator(z.object({ comparisons: z.array(comparison) }))).errors(declare('STORAGE_FAILED')),
  /**
   * Makes a conversation for each target, in their order, without asking anything yet. `comparisonId` is chosen by the page
   * (UUID): beginning the same one twice makes it once. The same target may stand twice.
   */
  begin: oc
    .input(
      z.strictObject({
        comparisonId: z.uuid(),
        targets: z.array(chatTarget).min(sideLimits.least).max(sideLimits.most),
        settings: answerSettings.optional(),
      }),
    )
    .output(comparison)
    .errors(declare('STORAGE_FAILED')),
  /** Makes one side an ordinary conversation of the list. */
  keep: oc
    .input(z.strictObject({ conversationId: z.string() }))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Removes a comparison with the sides that were not kept; answers under way are stopped. */
  remove: oc.input(one).errors(declare('STORAGE_FAILED')),
};
