import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { failureValue } from './failures';

/** Where an engine may be found. `source` tells who named it; `address` is `unix:///...`, `npipe://...`, `tcp://...` or `ssh://...`. */
const engineEndpoint = z.object({
  source: z.enum(['environment', 'context', 'socket']),
  label: z.string(),
  address: z.string(),
});
export type EngineEndpoint = z.infer<typeof engineEndpoint>;

/** What a connected engine says of itself. */
const engineFacts = z.object({
  product: z.enum(['Docker', 'Podman', 'other']),
  version: z.string(),
  apiVersion: z.string(),
  operatingSystem: z.string(),
  architecture: z.string(),
  cpuCount: z.number(),
  memoryBytes: z.number(),
});
export type EngineFacts = z.infer<typeof engineFacts>;

/**
 * The engine Wharf drives. `connecting`: no answer yet; `ready`: answering; `unreachable`: none answers, or the one in
 * use went away; `notAnswering`: it takes connections and stays silent. `attempts` are the last try of every candidate.
 */
const engineState = z.object({
  phase: z.enum(['connecting', 'ready', 'unreachable', 'notAnswering']),
  endpoint: engineEndpoint.nullable(),
  facts: engineFacts.nullable(),
  failure: failureValue.nullable(),
  attempts: z.array(z.object({ endpoint: engineEndpoint, failure: failureValue.nullable() })),
  sinceMs: z.number(),
  nextTryAtMs: z.number().nullable(),
});
export type EngineState = z.infer<typeof engineState>;

export const engine = {
  /** Watches which engine is driven and whether it answers. First item: the state now; later items replace it. */
  watch: oc.output(eventIterator(engineState)),
  /** Tries all candidates again at once instead of waiting for the next try. Answers when the try is over. */
  retry: oc.output(engineState),
};
