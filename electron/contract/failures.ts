import * as z from 'zod';
import { engineWayDetails } from './engineWayDetails';
import { modelFailures } from './modelFailures';

/**
 * Every expected failure of Wharf: its code and the details it carries. A call declares the codes it can answer with
 * (`declare`), a watch carries them as values (`FailureValue`). Wording lives in the page, once, for both languages.
 */
export const failureDetails = {
  /** No engine answers. `reason` is why, `address` the last one tried. */
  ENGINE_UNREACHABLE: z.object({
    address: z.string(),
    reason: z.enum(['absent', 'permission', 'notAnEngine', 'refused', 'timeout', 'unsupported', 'lost']),
  }),
  /** The engine accepted the connection and gave no answer within `timeoutMs`. */
  ENGINE_NOT_ANSWERING: z.object({ address: z.string(), timeoutMs: z.number() }),
  ...engineWayDetails,
  /** The engine said no in a way we have no own words for. `message` is the engine's text, untrusted. */
  ENGINE_REFUSED: z.object({ status: z.number(), message: z.string() }),
  /** The engine's disk is full. `message` is the engine's text. */
  DISK_FULL: z.object({ message: z.string() }),

  /** No container with that id (any more). */
  CONTAINER_MISSING: z.object({ id: z.string() }),
  /** The container must be stopped, or its removal forced, first. */
  CONTAINER_RUNNING: z.object({ name: z.string() }),
  /** What was asked for needs a running container. */
  CONTAINER_NOT_RUNNING: z.object({ name: z.string() }),
  /** The name belongs to another container. */
  NAME_TAKEN: z.object({ name: z.string(), holderId: z.string(), madeByWharf: z.boolean() }),
  /** The host port is held. `holder` is a container's name or a process, null where it cannot be told. */
  PORT_IN_USE: z.object({
    port: z.number(),
    holder: z.object({ kind: z.enum(['container', 'process']), name: z.string() }).nullable(),
    nextFreePort: z.number().nullable(),
  }),
  /** The engine started the container without the ports it was asked for; it was removed again. */
  PORTS_NOT_PUBLISHED: z.object({ name: z.string(), port: z.number() }),
  /** The container ended instead of staying up. `lastLines` are its last log lines, untrusted. */
  CONTAINER_EXITED: z.object({ name: z.string(), exitCode: z.number(), lastLines: z.array(z.string()) }),
  /** The container runs, and its health check failed or did not pass within `waitedMs`. */
  CONTAINER_UNHEALTHY: z.object({ name: z.string(), waitedMs: z.number(), lastLines: z.array(z.string()) }),

  /** The folder is not given to containers: not chosen by a person, gone, or part of the system. */
  FOLDER_REFUSED: z.object({
    folder: z.string(),
    reason: z.enum(['notChosen', 'missing', 'notAbsolute', 'root', 'system', 'engineSocket']),
  }),
  /** The service would be reachable from other machines without a key. */
  API_KEY_REQUIRED: z.object({ name: z.string() }),
  /** The engine has no GPU to give to a container. `message` is the engine's text. */
  GPU_UNAVAILABLE: z.object({ message: z.string() }),
  /** A container could not be replaced, and the old one could not be put back either. `message` says why, untrusted. */
  NOT_RESTORED: z.object({ name: z.string(), message: z.string() }),

  /** No such image on this engine. */
  IMAGE_MISSING: z.object({ image: z.string() }),
  /** Containers made from the image still exist. */
  IMAGE_IN_USE: z.object({ image: z.string(), containers: z.array(z.string()) }),
  /** The image has `tags`, all of which would go: only a tag can be removed without force. */
  IMAGE_HAS_TAGS: z.object({ image: z.string(), tags: z.array(z.string()) }),
  /** Other images on this engine were made from it. `children` are their tags or short ids. */
  IMAGE_HAS_CHILDREN: z.object({ image: z.string(), children: z.array(z.string()) }),
  /** The registry has no such image. `mayNeedLogin`: it says the same of one that only some may see. */
  IMAGE_NOT_IN_REGISTRY: z.object({ image: z.string(), registry: z.string(), mayNeedLogin: z.boolean() }),
  /**
   * The registry wants an account, or does not let this one have the image. `none`: no credentials are stored; `refused`:
   * the stored ones were; `helperFailed`: the credential helper `helper` could not be asked; `unreadable`: Docker's own
   * config could not be read.
   */
  REGISTRY_DENIED: z.object({
    image: z.string(),
    registry: z.string(),
    reason: z.enum(['none', 'refused', 'helperFailed', 'unreadable']),
    helper: z.string().nullable(),
  }),
  /** The engine cannot talk to the registry. `lost`: it could, until the connection broke. `message` is the engine's text. */
  REGISTRY_UNREACHABLE: z.object({
    image: z.string(),
    registry: z.string(),
    reason: z.enum(['name', 'refused', 'timeout', 'lost', 'other']),
    message: z.string(),
  }),
  /** The engine does not trust the registry: its certificate, or that it has none. `message` is the engine's text. */
  REGISTRY_UNTRUSTED: z.object({
    image: z.string(),
    registry: z.string(),
    reason: z.enum(['certificate', 'plainHttp']),
    message: z.string(),
  }),
  /** The registry lets this address pull no more for a while. */
  REGISTRY_LIMIT: z.object({ image: z.string(), registry: z.string() }),
  /** The registry answered with an error of its own. `message` is the engine's text. */
  REGISTRY_FAILED: z.object({ image: z.string(), registry: z.string(), message: z.string() }),
  /** No mirror is set, or the image is of a registry that it does not mirror. */
  MIRROR_NOT_USABLE: z.object({ image: z.string(), reason: z.enum(['unset', 'otherRegistry']) }),
  /**
   * The archive cannot be loaded, and nothing of it was. `part` is the file inside that is wrong, where it is one; `truncated`:
   * it ends too early; `changed`: a part is not what its digest says; `missing`: a part is not there; `unlisted`: a part that
   * the manifest does not name; `notImages`: no archive of images; `compression`: a kind that cannot be read here;
   * `newerKit`: made by a later Wharf.
   */
  ARCHIVE_REFUSED: z.object({
    file: z.string(),
    reason: z.enum(['truncated', 'changed', 'missing', 'unlisted', 'notImages', 'compression', 'newerKit']),
    part: z.string().nullable(),
  }),
  /** The engine's archive was not whole when it ended, at `part` as far as is known; no file was left. */
  SAVE_CUT: z.object({ file: z.string(), part: z.string().nullable() }),
  /** A file that a person picked cannot be read or written. `message` is the system's text. */
  FILE_FAILED: z.object({
    file: z.string(),
    reason: z.enum(['noSpace', 'permission', 'missing', 'other']),
    message: z.string(),
  }),
  /** The base image is not on the engine and no registry gave it. `message` is the engine's text. */
  BASE_IMAGE_UNREACHABLE: z.object({ image: z.string(), message: z.string() }),
  /** A build step failed. `line` is its 1-based line in the Dockerfile, null where unknown. */
  BUILD_FAILED: z.object({
    step: z.number(),
    total: z.number(),
    instruction: z.string(),
    line: z.number().nullable(),
    message: z.string(),
    lastLines: z.array(z.string()),
  }),
  /** The build stream ended without a result: engine gone, connection cut, or text that is no build stream. */
  BUILD_INTERRUPTED: z.object({ step: z.number(), total: z.number(), lastLines: z.array(z.string()) }),
  /** The folder cannot be a build context. */
  CONTEXT_REFUSED: z.object({
    path: z.string(),
    reason: z.enum(['missing', 'notAFolder', 'noDockerfile', 'unreadable', 'linkOutside', 'specialFile', 'badIgnore']),
  }),

  /** No such terminal session (any more). */
  TERMINAL_MISSING: z.object({ id: z.string() }),
  /** `limit` terminals are open, as many as there may be. */
  TERMINALS_FULL: z.object({ limit: z.number() }),

  /** No such task (any more). */
  TASK_MISSING: z.object({ id: z.string() }),
  /** The same work is under way already, as task `id`. */
  TASK_ALREADY_RUNNING: z.object({ id: z.string() }),
  /** Task `id` still runs, or is of a kind that cannot be started again. */
  TASK_NOT_REPEATABLE: z.object({ id: z.string() }),
  /** Stopped because somebody asked for it. */
  CANCELLED: z.object({}),
  /** Wharf was closed while this went on. */
  APP_CLOSED: z.object({}),

  /** The log stream was not what the engine's protocol allows, from byte `offset` on. */
  LOG_STREAM_CORRUPTED: z.object({ offset: z.number() }),
  /** The container's logging driver keeps nothing to read. */
  LOGS_UNREADABLE: z.object({ driver: z.string() }),
  /** The text to search for is no regular expression. `message` is what the parser said. */
  SEARCH_PATTERN_INVALID: z.object({ message: z.string() }),
  /** A regular expression took longer than `limitMs` over a few lines: it would never come to an end. */
  SEARCH_TOO_SLOW: z.object({ limitMs: z.number() }),
  /** No such search (any more): it ends with its watch. */
  SEARCH_MISSING: z.object({ id: z.string() }),

  /** No such conversation (any more). */
  CONVERSATION_MISSING: z.object({ id: z.string() }),
  /** No such message in the conversation (any more). */
  MESSAGE_MISSING: z.object({ id: z.string() }),
  /** This conversation is already being answered. */
  CHAT_BUSY: z.object({ conversationId: z.string() }),
  /** The conversation has nobody to answer it. */
  CHAT_NO_TARGET: z.object({}),
  /** Who should answer cannot be reached: the container is missing, stopped, or publishes no port; the address is wrong. */
  CHAT_TARGET_UNREACHABLE: z.object({
    name: z.string(),
    reason: z.enum(['missing', 'stopped', 'noPort', 'refused', 'timeout', 'unknownHost', 'tls']),
  }),
  /** No such endpoint (any more). */
  ENDPOINT_MISSING: z.object({ name: z.string() }),
  /** Its key was sealed by a keychain that is not there, or not the same any more. */
  ENDPOINT_KEY_UNREADABLE: z.object({ name: z.string() }),
  /** The address cannot be an endpoint's. `linkLocal`: clouds keep their machines' secrets behind such addresses. */
  ENDPOINT_REFUSED: z.object({ reason: z.enum(['notAnAddress', 'scheme', 'credentials', 'query', 'linkLocal']) }),
  /** The service does not have the model; `models` are those that it has, as far as it told. */
  CHAT_MODEL_MISSING: z.object({ name: z.string(), model: z.string(), models: z.array(z.string()) }),
  /** The service wants a key, or another one. */
  CHAT_UNAUTHORIZED: z.object({ name: z.string(), hadKey: z.boolean() }),
  /** The service is busy. `retryAfterSeconds` is when it wants to be asked again, null where it did not say. */
  CHAT_OVERLOADED: z.object({ name: z.string(), retryAfterSeconds: z.number().nullable(), message: z.string() }),
  /** The conversation does not fit into the model's context. `message` is the service's text, untrusted. */
  CHAT_CONTEXT_OVERFLOW: z.object({ contextTokens: z.number().nullable(), message: z.string() }),
  /** The container ended the answer: this happened to it meanwhile. */
  CHAT_TARGET_CHANGED: z.object({ name: z.string(), change: z.enum(['stopped', 'removed', 'restarted']) }),
  /** The service answered with an error. `message` is its text, untrusted. */
  CHAT_UPSTREAM: z.object({ status: z.number(), message: z.string() }),
  /** The answer ended before the service said that it was done. What came is kept. */
  CHAT_CUT_OFF: z.object({}),

  ...modelFailures,

  /** The file holds no conversations that Wharf takes in. `tooLarge`: above `limitBytes`. */
  IMPORT_REFUSED: z.object({
    name: z.string(),
    reason: z.enum(['tooLarge', 'notJson', 'unknownFormat', 'newerFormat', 'nothingInside']),
    limitBytes: z.number(),
  }),
  /** A file that a person picked could not be read or written. `message` is the system's text. */
  PICKED_FILE_FAILED: z.object({ name: z.string(), purpose: z.enum(['open', 'save']), message: z.string() }),

  /** Wharf's own disk refused a write. */
  STORAGE_FAILED: z.object({ message: z.string() }),
  /** The file was not picked by the person, or its pick was used already. */
  FILE_NOT_PICKED: z.object({}),
  /** A browser cannot do this for a machine that is not its own. */
  NOT_IN_BROWSER: z.object({}),
  /** The link is not one that Wharf opens. */
  LINK_REFUSED: z.object({ url: z.string() }),
  /** A defect of Wharf. `logId` finds it in the app log. */
  INTERNAL: z.object({ logId: z.string() }),
} as const;

export type FailureCode = keyof typeof failureDetails;
export type FailureDetails<C extends FailureCode> = z.infer<(typeof failureDetails)[C]>;

/** A failure as a JSON value: what tasks, messages and watches carry. */
export type FailureValue = { [C in FailureCode]: { code: C; details: FailureDetails<C> } }[FailureCode];

const variants = Object.entries(failureDetails).map(([code, details]) => z.object({ code: z.literal(code), details }));

/** Parses a `FailureValue`. */
export const failureValue = z.discriminatedUnion('code', variants as never) as unknown as z.ZodType<FailureValue>;

/**
 * An expected failure on its way up. Services throw it, the rpc layer turns it into the declared error of the call.
 * @param code one of `FailureCode`
 * @param details what the wording needs
 */
export class Failure<C extends FailureCode = FailureCode> extends Error {
  readonly code: C;
  readonly details: FailureDetails<C>;

  constructor(code: C, details: FailureDetails<C>, options?: { cause?: unknown }) {
    super(code, options as ErrorOptions);
    this.name = 'Failure';
    this.code = code;
    this.details = details;
  }

  /** The same as a JSON value. */
  toValue(): FailureValue {
    return { code: this.code, details: this.details } as FailureValue;
  }
}

/** True for a `Failure`, narrowed to `code` where one is given. */
export function isFailure<C extends FailureCode = FailureCode>(error: unknown, code?: C): error is Failure<C> {
  return error instanceof Failure && (code === undefined || error.code === code);
}

/** Parses the details of one code. Named, or the type of the whole contract is too long for the compiler to take down. */
export interface DetailsSchema<C extends FailureCode> extends z.ZodType<FailureDetails<C>, FailureDetails<C>> {}

/** The error map of a contract entry for the given codes: `oc.errors(declare('PORT_IN_USE', 'NAME_TAKEN'))`. */
export function declare<C extends FailureCode>(...codes: C[]): { [K in C]: { data: DetailsSchema<K> } } {
  return Object.fromEntries(codes.map((code) => [code, { data: failureDetails[code] }])) as never;
}

/** Codes that any call to the engine can answer with. */
export const engineFailures = [
  'ENGINE_UNREACHABLE',
  'ENGINE_NOT_ANSWERING',
  'ENGINE_REFUSED',
  'ENGINE_VERSION',
  'ENGINE_SSH',
  'ENGINE_TLS',
  'ENGINE_CHANGED',
] as const;

/** Fails to compile where a union is not handled whole; throws where the wire brought something unknown. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
