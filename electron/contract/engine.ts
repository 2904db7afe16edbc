import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures, failureValue } from './failures';

/**
 * With this header the page says at which address (URI component) the engine is that it shows. A call that declares
 * ENGINE_CHANGED is refused once another one is driven: what was clicked for one engine never happens on the other.
 */
export const engineHeader = 'x-wharf-engine';

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

/** Whose engine listens at a place, as far as the place tells: by its usual socket, by a Docker context, by DOCKER_HOST. */
const engineKind = z.enum([
  'named',
  'context',
  'docker',
  'dockerRootless',
  'dockerDesktop',
  'podman',
  'podmanRootless',
  'podmanMachine',
  'colima',
  'rancherDesktop',
  'orbStack',
]);
export type EngineKind = z.infer<typeof engineKind>;

/**
 * A place that may be chosen. `state`: `driven` is the engine in use; `answers` and `silent` were asked just now, with
 * the reason in `failure`; `unasked` are places over a network, which are contacted only when they are chosen.
 */
const engineChoice = z.object({
  id: z.string(),
  kind: engineKind,
  endpoint: engineEndpoint,
  state: z.enum(['driven', 'answers', 'silent', 'unasked']),
  facts: engineFacts.nullable(),
  failure: failureValue.nullable(),
});
export type EngineChoice = z.infer<typeof engineChoice>;

/** `chosenId` is null where Wharf takes the first engine that answers; `busyTasks` is how much work holds a switch up. */
const engineChoices = z.object({
  choices: z.array(engineChoice),
  chosenId: z.string().nullable(),
  busyTasks: z.number(),
});
export type EngineChoices = z.infer<typeof engineChoices>;

const choiceId = z.string().min(1).max(4096);

export const engine = {
  /** Watches which engine is driven and whether it answers. First item: the state now; later items replace it. */
  watch: oc.output(eventIterator(engineState)),
  /** Tries all candidates again at once instead of waiting for the next try. Answers when the try is over. */
  retry: oc.output(engineState),
  /** The places where an engine may be, those on this machine asked just now. Answers within two seconds. */
  choices: oc.output(engineChoices),
  /**
   * Drives another engine from now on, also after a restart; `id` is one of `choices`, null is the first that answers.
   * It is tried first: a failure leaves everything as it was. ENGINE_BUSY while tasks run on the engine in use.
   */
  choose: oc
    .input(z.strictObject({ id: choiceId.nullable() }))
    .output(engineState)
    .errors(declare('ENGINE_BUSY', 'ENGINE_CHOICE_MISSING', 'STORAGE_FAILED', ...engineFailures)),
  /** Trusts the key that ENGINE_SSH `hostUnknown` told of, by its fingerprint, when `id` is chosen again. */
  trustHost: oc
    .input(z.strictObject({ id: choiceId, fingerprint: z.string().max(200) }))
    .errors(declare('ENGINE_CHOICE_MISSING', 'STORAGE_FAILED')),
  /** Lets Wharf speak to `id` without encryption, which ENGINE_TLS `plain` refused. */
  allowPlain: oc.input(z.strictObject({ id: choiceId })).errors(declare('ENGINE_CHOICE_MISSING', 'STORAGE_FAILED')),
};
