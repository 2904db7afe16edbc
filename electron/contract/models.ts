import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, failureValue } from './failures';
import { fileGrant } from './host';
import { endpointId } from './targets';

/** Ollama's own form of a model's name, written out: `name`, `name:tag`, `namespace/name:tag`, `host[:port]/namespace/name:tag`. */
export const modelReference = z
  .string()
  .max(350)
  .regex(
    /^(?:(?:[A-Za-z0-9][\w.-]*(?::\d{1,5})?\/)?(?:[A-Za-z0-9_][\w-]*\/))?[A-Za-z0-9_][\w.-]{0,79}(?::[A-Za-z0-9_][\w.-]{0,79})?$/,
  );

/**
 * Why an Ollama is not asked. `notOllama`: something else answers there; `stopped`, `noPort`: its container does not run or
 * publishes no port on this machine.
 */
const ollamaState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('asking') }),
  z.object({ kind: z.literal('answers'), version: z.string() }),
  z.object({ kind: z.literal('notOllama') }),
  z.object({ kind: z.literal('stopped') }),
  z.object({ kind: z.literal('noPort') }),
  z.object({ kind: z.literal('failed'), failure: failureValue }),
]);

/** A place where an Ollama is or could be, found by `origin`. Its id is an endpoint's, so the chat can talk to it too. */
const ollama = z.object({
  endpointId: z.string(),
  name: z.string(),
  /** `environment`: OLLAMA_HOST; `usualPort`: 127.0.0.1:11434; `configured`: an endpoint that a person wrote down. */
  origin: z.enum(['environment', 'usualPort', 'container', 'configured']),
  containerId: z.string().nullable(),
  /** Base address without a slash at its end; null for a container that cannot be reached from here. */
  baseUrl: z.string().nullable(),
  state: ollamaState,
  /** The one that is used: the person's choice (`settings.ollama`), or else the first that answers. At most one is. */
  isUsed: z.boolean(),
});
export type Ollama = z.infer<typeof ollama>;

/** A model on an Ollama's disk; null where it does not tell. */
const installedModel = z.object({
  name: z.string(),
  /** sha256 of its manifest, 64 digits: two names of one model have the same. */
  digest: z.string(),
  sizeBytes: z.number(),
  modifiedAtMs: z.number().nullable(),
  format: z.string().nullable(),
  family: z.string().nullable(),
  families: z.array(z.string()),
  parameterSize: z.string().nullable(),
  quantization: z.string().nullable(),
});
export type InstalledModel = z.infer<typeof installedModel>;

/** A model in memory, as `/api/ps` measures it. `sizeBytes` is all of it, `gpuBytes` what of that is on GPUs. */
const loadedModel = z.object({
  name: z.string(),
  sizeBytes: z.number(),
  gpuBytes: z.number(),
  /** Context that it was loaded with, in tokens; null before Ollama 0.9. */
  contextTokens: z.number().nullable(),
  /** When it is unloaded, epoch ms; null: never. */
  expiresAtMs: z.number().nullable(),
});
export type LoadedModel = z.infer<typeof loadedModel>;

/** Everything on one Ollama. `failure` says why it could not be read lately; what was read before stays. */
const modelList = z.object({
  models: z.array(installedModel).nullable(),
  loaded: z.array(loadedModel),
  failure: failureValue.nullable(),
});
export type ModelList = z.infer<typeof modelList>;

/** Numbers of a model's architecture that its memory follows from; null where the model does not tell. */
const modelShape = z.object({
  architecture: z.string().nullable(),
  parameterCount: z.number().nullable(),
  /** Longest context that it was made for, in tokens. */
  contextLength: z.number().nullable(),
  blockCount: z.number().nullable(),
  embeddingLength: z.number().nullable(),
  headCount: z.number().nullable(),
  headCountKv: z.number().nullable(),
  keyLength: z.number().nullable(),
  valueLength: z.number().nullable(),
});

export type ModelShape = z.infer<typeof modelShape>;

/** What a model says of itself. Everything in it is somebody else's text. */
const modelDetails = z.object({
  name: z.string(),
  template: z.string(),
  system: z.string(),
  license: z.string(),
  modelfile: z.string(),
  /** `PARAMETER` lines in their order; a name may come again (`stop`). */
  parameters: z.array(z.object({ name: z.string(), value: z.string() })),
  capabilities: z.array(z.string()),
  parentModel: z.string().nullable(),
  shape: modelShape,
  /** Context in force, in tokens: as loaded, or as its parameters say; null: Ollama's default, which it does not tell. */
  context: z.object({ tokens: z.number(), from: z.enum(['loaded', 'parameters']) }).nullable(),
});
export type ModelDetails = z.infer<typeof modelDetails>;

/**
 * Why it is not known how big a model is. `missing`: the registry has none of that name; `refused`: it answers nobody
 * without an account, or is or sends on to where we do not go (link-local, to the clear); `notUnderstood`: what it told is no model; `elsewhere`: its
 * address is loopback, which where that Ollama runs is another machine than ours.
 */
const pullSizeUnknown = z.enum(['unreachable', 'missing', 'refused', 'notUnderstood', 'elsewhere']);
export type PullSizeUnknown = z.infer<typeof pullSizeUnknown>;

/** How much a pull would bring: everything in the model's manifest, as `host` tells it. */
const pullSize = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('known'), host: z.string(), sizeBytes: z.number() }),
  z.object({ kind: z.literal('unknown'), host: z.string(), reason: pullSizeUnknown }),
]);
export type PullSize = z.infer<typeof pullSize>;

/** What is pulled, and whether its registry may be spoken to without encryption. */
const pullAsked = z.strictObject({
  endpointId,
  model: modelReference,
  allowPlainHttp: z.boolean().default(false),
});

/** Longest Modelfile taken, in UTF-16 units. */
export const modelfileLengthLimit = 200_000;

/** What any question to an Ollama can be answered with. */
const asking = [
  'ENDPOINT_MISSING',
  'ENDPOINT_REFUSED',
  'CHAT_TARGET_UNREACHABLE',
  'CHAT_UPSTREAM',
  'CHAT_UNAUTHORIZED',
  'CHAT_OVERLOADED',
  'CHAT_MODEL_MISSING',
  'STORAGE_FAILED',
] as const;

/** A model's name as its Ollama lists it. */
const listedName = z.string().min(1).max(350);
const on = { endpointId };

export const models = {
  /** Watches the places where an Ollama may be, and asks each while somebody watches. Every item is the whole list, latest wins. */
  watchOllamas: oc.output(eventIterator(z.object({ ollamas: z.array(ollama) }))).errors(declare('STORAGE_FAILED')),
  /** Watches the models of an Ollama, on disk and in memory. Every item is all of them, latest wins. */
  watch: oc.input(z.strictObject(on)).output(eventIterator(modelList)),
  /** What a model says of itself (`POST /api/show`). */
  show: oc
    .input(z.strictObject({ ...on, model: listedName }))
    .output(modelDetails)
    .errors(declare(...asking)),
  /** Gives a model a second name (`POST /api/copy`); takes no room on disk. Never replaces another model. */
  copy: oc
    .input(z.strictObject({ ...on, model: listedName, to: modelReference }))
    .errors(declare(...asking, 'MODEL_NAME_TAKEN')),
  /** Removes a name of a model, and its data where no other name needs it (`DELETE /api/delete`). */
  remove: oc.input(z.strictObject({ ...on, model: listedName })).errors(declare(...asking)),
  /** Starts a pull (`POST /api/pull`) as a task `pullModel`. What came before a cancelled one is kept by Ollama and not fetched again. */
  pull: oc
    .input(pullAsked)
    .output(z.object({ taskId: z.string() }))
    .errors(declare('ENDPOINT_MISSING', 'ENDPOINT_REFUSED', 'STORAGE_FAILED', 'TASK_ALREADY_RUNNING')),
  /**
   * How much a pull would bring, before it is begun (`GET /v2/NAMESPACE/NAME/manifests/TAG` of the model's registry). Asks
   * for seconds at most; a registry that cannot be asked is an answer too.
   */
  pullSize: oc
    .input(pullAsked)
    .output(pullSize)
    .errors(declare('ENDPOINT_MISSING', 'ENDPOINT_REFUSED', 'STORAGE_FAILED', 'CHAT_TARGET_UNREACHABLE')),
  /**
   * Starts to create a model as a task `createModel`: from a GGUF file that the person picked (`grant`), whose name the
   * Modelfile's FROM may say, or from a model that is there.
   */
  create: oc
    .input(
      z.strictObject({
        ...on,
        model: modelReference,
        modelfile: z.string().max(modelfileLengthLimit),
        grant: fileGrant.nullable().default(null),
        replaces: z.boolean().default(false),
      }),
    )
    .output(z.object({ taskId: z.string() }))
    .errors(declare(...asking, 'TASK_ALREADY_RUNNING', 'MODEL_NAME_TAKEN', 'MODELFILE_REFUSED', 'FILE_NOT_PICKED')),
  /** Loads a model, or keeps a loaded one, for so many minutes without use; null: until it is unloaded. Resolves once it is in memory. */
  keep: oc
    .input(z.strictObject({ ...on, model: listedName, minutes: z.int().min(1).max(10_080).nullable() }))
    .errors(declare(...asking)),
  /** Takes a model out of memory. */
  unload: oc.input(z.strictObject({ ...on, model: listedName })).errors(declare(...asking)),
};
