import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { failureValue } from './failures';

/** Something that Wharf did to containers, as the `docker` line that does the same; values of secrets are left out. */
const action = z.object({
  id: z.string(),
  command: z.string(),
  startedAtMs: z.number(),
  /** null while it is under way. */
  finishedAtMs: z.number().nullable(),
  failure: failureValue.nullable(),
});
export type Action = z.infer<typeof action>;

export const actions = {
  /** Watches what was done to containers since Wharf started, newest first, the last few hundred. Every item is all of them. */
  watch: oc.output(eventIterator(z.object({ actions: z.array(action) }))),
};
