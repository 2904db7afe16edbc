import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare } from './failures';
import { containerId } from './runRequest';

/** A model as its server names it. */
const modelName = z.string().min(1).max(350);

/** An endpoint's id: Wharf's own for what it found (an Ollama's container goes by its name), random for the others. */
export const endpointId = z.string().min(1).max(300);

/**
 * Who answers. A container by id, with its name so that a re-created one of the same name can take over; without
 * `model` it answers with its own. An endpoint is a server by address; `ollama` is the one on this machine.
 */
export const chatTarget = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('container'),
    id: containerId,
    name: z.string().max(255),
    model: modelName.optional(),
  }),
  z.strictObject({
    kind: z.literal('endpoint'),
    endpointId,
    name: z.string().max(255),
    model: modelName,
  }),
]);
export type ChatTarget = z.infer<typeof chatTarget>;
export type ContainerTarget = Extract<ChatTarget, { kind: 'container' }>;

/** What a server speaks: Ollama's own API (`POST /api/chat`, NDJSON) or OpenAI's (`POST /v1/chat/completions`, events). */
const endpointKind = z.enum(['ollama', 'openai']);
export type EndpointKind = z.infer<typeof endpointKind>;

/** A server that answers, by address. Its key stays in main: the page learns only that there is one. */
const endpoint = z.object({
  id: z.string(),
  name: z.string(),
  kind: endpointKind,
  /** Base address without a slash at its end and without `/v1` or `/api`. */
  baseUrl: z.string(),
  hasKey: z.boolean(),
  /** How many answers are asked of it at a time; more wait in line. */
  answersAtOnce: z.number(),
  /** Found by Wharf on this machine, not configured: cannot be changed or removed. */
  found: z.boolean(),
});
export type Endpoint = z.infer<typeof endpoint>;

/** What a person writes down of an endpoint. `key`: left out keeps the stored one, null removes it. */
const endpointChange = z.strictObject({
  /** Null adds one. */
  id: z.string().max(64).nullable(),
  name: z.string().trim().min(1).max(80),
  kind: endpointKind,
  baseUrl: z.string().trim().min(1).max(2048),
  key: z.string().trim().min(1).max(4096).nullable().optional(),
  answersAtOnce: z.int().min(1).max(16).default(4),
  /** Takes an address of a cloud's metadata service (link-local) all the same. */
  allowLinkLocal: z.boolean().default(false),
});
export type EndpointChange = z.input<typeof endpointChange>;

/** A model that a target offers; null where its server does not tell. */
const offeredModel = z.object({
  name: z.string(),
  sizeBytes: z.number().nullable(),
  family: z.string().nullable(),
  parameterSize: z.string().nullable(),
  quantization: z.string().nullable(),
});
export type OfferedModel = z.infer<typeof offeredModel>;

/** Where models are asked for: the same targets, without a model. */
const modelSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('container'), id: containerId }),
  z.strictObject({ kind: z.literal('endpoint'), endpointId }),
]);
export type ModelSource = z.infer<typeof modelSource>;

export const targets = {
  /** Watches the endpoints, the one found on this machine first. Every item is the whole list, latest wins. */
  watchEndpoints: oc
    .output(eventIterator(z.object({ endpoints: z.array(endpoint) })))
    .errors(declare('STORAGE_FAILED')),
  /**
   * Where the keys of endpoints are kept: sealed by the system's keychain, or in a file that its owner alone can read,
   * where the system has none and where a browser shows the page.
   */
  keyStorage: oc.output(z.object({ kept: z.enum(['keychain', 'file']) })).errors(declare('STORAGE_FAILED')),
  /** Adds an endpoint or changes one. Nothing is asked of it. */
  putEndpoint: oc
    .input(endpointChange)
    .output(endpoint)
    .errors(declare('ENDPOINT_REFUSED', 'ENDPOINT_MISSING', 'STORAGE_FAILED')),
  /** Forgets an endpoint and its key. Conversations with it stay readable. */
  removeEndpoint: oc.input(z.strictObject({ endpointId })).errors(declare('ENDPOINT_MISSING', 'STORAGE_FAILED')),
  /** The models that a target offers (`GET /api/tags` or `GET /v1/models`), by name. Answers within ten seconds. */
  models: oc
    .input(modelSource)
    .output(z.object({ models: z.array(offeredModel) }))
    .errors(
      declare(
        ...(['ENDPOINT_MISSING', 'ENDPOINT_KEY_UNREADABLE', 'CHAT_TARGET_UNREACHABLE'] as const),
        ...(['CHAT_UPSTREAM', 'CHAT_UNAUTHORIZED', 'STORAGE_FAILED'] as const),
      ),
    ),
};
