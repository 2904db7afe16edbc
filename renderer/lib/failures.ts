import { ORPCError } from '@orpc/client';
import type { FailureCode, FailureDetails, FailureValue } from '../../electron/contract/failures';
import { exitWords } from './exitCode';
import { type Language, translate } from './i18n';
import { failureTexts } from './locales/failures';

/** A failure for people. `raw` is text of others (engine, service, log): untrusted, shown as it came. */
export interface FailureWords {
  what: string;
  next: string;
  raw: string[];
}

type Say = ReturnType<typeof translate<(typeof failureTexts)['en']>>;
type Wording = { [C in FailureCode]: (details: FailureDetails<C>, t: Say, language: Language) => FailureWords };

const words = (what: string, next: string, raw: string[] = []): FailureWords => ({ what, next, raw });
const seconds = (ms: number) => Math.round(ms / 1000);

const wording: Wording = {
  ENGINE_UNREACHABLE: ({ address, reason }, t) => {
    const isRemote = /^(ssh|tcp|https?):/.test(address);
    const how = isRemote && (reason === 'absent' || reason === 'permission' || reason === 'refused');
    const key = how ? (`remote.${reason}` as const) : reason;
    return words(t(`ENGINE_UNREACHABLE.${key}.what`, { address }), t(`ENGINE_UNREACHABLE.${key}.next`));
  },
  ENGINE_VERSION: ({ reason, ...said }, t) =>
    words(t(`ENGINE_VERSION.${reason}.what`, said), t(`ENGINE_VERSION.${reason}.next`, said)),
  ENGINE_SSH: ({ reason, ...said }, t) => {
    const next = t(`ENGINE_SSH.${reason}.next`, said);
    return words(
      t(`ENGINE_SSH.${reason}.what`, said),
      said.target === '' ? next : `${t('ENGINE_SSH.jump', said)} ${next}`,
    );
  },
  ENGINE_TLS: ({ address, reason, message }, t) =>
    words(t(`ENGINE_TLS.${reason}.what`, { address }), t(`ENGINE_TLS.${reason}.next`), [message]),
  ENGINE_BUSY: ({ taskCount }, t) => words(t('ENGINE_BUSY.what'), t('ENGINE_BUSY.next', { taskCount })),
  ENGINE_CHOICE_MISSING: (_, t) => words(t('ENGINE_CHOICE_MISSING.what'), t('ENGINE_CHOICE_MISSING.next')),
  ENGINE_CHANGED: (said, t) => words(t('ENGINE_CHANGED.what'), t('ENGINE_CHANGED.next', said)),
  ENGINE_NOT_ANSWERING: ({ address, timeoutMs }, t) =>
    words(t('ENGINE_NOT_ANSWERING.what', { address, seconds: seconds(timeoutMs) }), t('ENGINE_NOT_ANSWERING.next')),
  ENGINE_REFUSED: ({ status, message }, t) =>
    words(t('ENGINE_REFUSED.what', { status }), t('ENGINE_REFUSED.next'), [message]),
  DISK_FULL: ({ message }, t) => words(t('DISK_FULL.what'), t('DISK_FULL.next'), [message]),
  CONTAINER_MISSING: (_, t) => words(t('CONTAINER_MISSING.what'), t('CONTAINER_MISSING.next')),
  CONTAINER_RUNNING: ({ name }, t) => words(t('CONTAINER_RUNNING.what', { name }), t('CONTAINER_RUNNING.next')),
  CONTAINER_NOT_RUNNING: ({ name }, t) =>
    words(t('CONTAINER_NOT_RUNNING.what', { name }), t('CONTAINER_NOT_RUNNING.next')),
  TERMINAL_MISSING: (_, t) => words(t('TERMINAL_MISSING.what'), t('TERMINAL_MISSING.next')),
  TERMINALS_FULL: ({ limit }, t) => words(t('TERMINALS_FULL.what', { limit }), t('TERMINALS_FULL.next')),
  NAME_TAKEN: ({ name, holderId }, t) =>
    words(t('NAME_TAKEN.what', { name }), t('NAME_TAKEN.next', { holder: holderId.slice(0, 12) })),
  PORT_IN_USE: ({ port, holder, nextFreePort }, t) =>
    words(
      holder === null
        ? t('PORT_IN_USE.unknown.what', { port })
        : t(`PORT_IN_USE.${holder.kind}.what`, { port, holder: holder.name }),
      nextFreePort === null ? t('PORT_IN_USE.next') : t('PORT_IN_USE.free.next', { nextFreePort }),
    ),
  PORTS_NOT_PUBLISHED: ({ name, port }, t) =>
    words(t('PORTS_NOT_PUBLISHED.what', { name, port }), t('PORTS_NOT_PUBLISHED.next')),
  CONTAINER_EXITED: ({ name, exitCode, lastLines }, t, language) =>
    words(
      t('CONTAINER_EXITED.what', { name, exit: exitWords(exitCode, false, language) }),
      t('CONTAINER_EXITED.next'),
      lastLines,
    ),
  CONTAINER_UNHEALTHY: ({ name, waitedMs, lastLines }, t) =>
    words(
      t('CONTAINER_UNHEALTHY.what', { name, seconds: seconds(waitedMs) }),
      t('CONTAINER_UNHEALTHY.next'),
      lastLines,
    ),
  FOLDER_REFUSED: ({ folder, reason }, t) =>
    words(t(`FOLDER_REFUSED.${reason}.what`, { folder }), t(`FOLDER_REFUSED.${reason}.next`)),
  API_KEY_REQUIRED: ({ name }, t) => words(t('API_KEY_REQUIRED.what', { name }), t('API_KEY_REQUIRED.next')),
  GPU_UNAVAILABLE: ({ message }, t) => words(t('GPU_UNAVAILABLE.what'), t('GPU_UNAVAILABLE.next'), [message]),
  NOT_RESTORED: ({ name, message }, t) => words(t('NOT_RESTORED.what', { name }), t('NOT_RESTORED.next'), [message]),
  IMAGE_MISSING: ({ image }, t) => words(t('IMAGE_MISSING.what', { image }), t('IMAGE_MISSING.next')),
  IMAGE_IN_USE: ({ image, containers }, t) =>
    words(t('IMAGE_IN_USE.what', { image, containers: containers.join(', ') }), t('IMAGE_IN_USE.next')),
  IMAGE_HAS_TAGS: ({ image, tags }, t) =>
    words(t('IMAGE_HAS_TAGS.what', { image, tags: tags.join(', ') }), t('IMAGE_HAS_TAGS.next')),
  IMAGE_HAS_CHILDREN: ({ image, children }, t) =>
    words(t('IMAGE_HAS_CHILDREN.what', { image, children: children.join(', ') }), t('IMAGE_HAS_CHILDREN.next')),
  IMAGE_NOT_IN_REGISTRY: ({ image, registry, mayNeedLogin }, t) =>
    words(
      t('IMAGE_NOT_IN_REGISTRY.what', { image, registry }),
      mayNeedLogin ? t('IMAGE_NOT_IN_REGISTRY.login.next', { registry }) : t('IMAGE_NOT_IN_REGISTRY.next'),
    ),
  REGISTRY_DENIED: ({ image, registry, reason, helper }, t) =>
    words(
      t(`REGISTRY_DENIED.${reason}.what`, { image, registry }),
      t(`REGISTRY_DENIED.${reason}.next`, { registry, helper: helper ?? '' }),
    ),
  REGISTRY_UNREACHABLE: ({ image, registry, reason, message }, t) =>
    words(t(`REGISTRY_UNREACHABLE.${reason}.what`, { image, registry }), t(`REGISTRY_UNREACHABLE.${reason}.next`), [
      message,
    ]),
  REGISTRY_UNTRUSTED: ({ image, registry, reason, message }, t) =>
    words(
      t(`REGISTRY_UNTRUSTED.${reason}.what`, { image, registry }),
      t(`REGISTRY_UNTRUSTED.${reason}.next`, { registry }),
      [message],
    ),
  REGISTRY_LIMIT: ({ image, registry }, t) =>
    words(t('REGISTRY_LIMIT.what', { image, registry }), t('REGISTRY_LIMIT.next', { registry })),
  REGISTRY_FAILED: ({ image, registry, message }, t) =>
    words(t('REGISTRY_FAILED.what', { image, registry }), t('REGISTRY_FAILED.next'), [message]),
  MIRROR_NOT_USABLE: ({ image, reason }, t) =>
    words(t(`MIRROR_NOT_USABLE.${reason}.what`, { image }), t(`MIRROR_NOT_USABLE.${reason}.next`)),
  ARCHIVE_REFUSED: ({ file, reason, part }, t) =>
    words(
      part === null
        ? t(`ARCHIVE_REFUSED.${reason}.what`, { file })
        : t(`ARCHIVE_REFUSED.${reason}.part.what`, { file, part }),
      t(`ARCHIVE_REFUSED.${reason}.next`),
    ),
  SAVE_CUT: ({ file, part }, t) => words(t('SAVE_CUT.what', { file }), t('SAVE_CUT.next'), part === null ? [] : [part]),
  FILE_FAILED: ({ file, reason, message }, t) =>
    words(t(`FILE_FAILED.${reason}.what`, { file }), t(`FILE_FAILED.${reason}.next`), [message]),
  BASE_IMAGE_UNREACHABLE: ({ image, message }, t) =>
    words(t('BASE_IMAGE_UNREACHABLE.what', { image }), t('BASE_IMAGE_UNREACHABLE.next'), [message]),
  BUILD_FAILED: ({ step, total, line, message, lastLines }, t) =>
    words(
      line === null ? t('BUILD_FAILED.what', { step, total }) : t('BUILD_FAILED.line.what', { step, total, line }),
      t('BUILD_FAILED.next'),
      lastLines.length > 0 ? lastLines : [message],
    ),
  BUILD_INTERRUPTED: ({ step, total, lastLines }, t) =>
    words(t('BUILD_INTERRUPTED.what', { step, total }), t('BUILD_INTERRUPTED.next'), lastLines),
  CONTEXT_REFUSED: ({ path, reason }, t) =>
    words(t(`CONTEXT_REFUSED.${reason}.what`, { path }), t(`CONTEXT_REFUSED.${reason}.next`)),
  TASK_MISSING: (_, t) => words(t('TASK_MISSING.what'), t('TASK_MISSING.next')),
  TASK_ALREADY_RUNNING: (_, t) => words(t('TASK_ALREADY_RUNNING.what'), t('TASK_ALREADY_RUNNING.next')),
  TASK_NOT_REPEATABLE: (_, t) => words(t('TASK_NOT_REPEATABLE.what'), t('TASK_NOT_REPEATABLE.next')),
  CANCELLED: (_, t) => words(t('CANCELLED.what'), t('CANCELLED.next')),
  APP_CLOSED: (_, t) => words(t('APP_CLOSED.what'), t('APP_CLOSED.next')),
  LOG_STREAM_CORRUPTED: ({ offset }, t) =>
    words(t('LOG_STREAM_CORRUPTED.what', { offset }), t('LOG_STREAM_CORRUPTED.next')),
  LOGS_UNREADABLE: ({ driver }, t) => words(t('LOGS_UNREADABLE.what', { driver }), t('LOGS_UNREADABLE.next')),
  SEARCH_PATTERN_INVALID: ({ message }, t) =>
    words(t('SEARCH_PATTERN_INVALID.what'), t('SEARCH_PATTERN_INVALID.next'), [message]),
  SEARCH_TOO_SLOW: (_, t) => words(t('SEARCH_TOO_SLOW.what'), t('SEARCH_TOO_SLOW.next')),
  SEARCH_MISSING: (_, t) => words(t('SEARCH_MISSING.what'), t('SEARCH_MISSING.next')),
  CONVERSATION_MISSING: (_, t) => words(t('CONVERSATION_MISSING.what'), t('CONVERSATION_MISSING.next')),
  MESSAGE_MISSING: (_, t) => words(t('MESSAGE_MISSING.what'), t('MESSAGE_MISSING.next')),
  CHAT_BUSY: (_, t) => words(t('CHAT_BUSY.what'), t('CHAT_BUSY.next')),
  CHAT_NO_TARGET: (_, t) => words(t('CHAT_NO_TARGET.what'), t('CHAT_NO_TARGET.next')),
  CHAT_TARGET_UNREACHABLE: ({ name, reason }, t) =>
    words(t(`CHAT_TARGET_UNREACHABLE.${reason}.what`, { name }), t(`CHAT_TARGET_UNREACHABLE.${reason}.next`)),
  MODEL_PULL_FAILED: ({ model, ollama, reason, message }, t) =>
    words(
      t(`MODEL_PULL_FAILED.${reason}.what`, { model, ollama }),
      t(`MODEL_PULL_FAILED.${reason}.next`),
      message === '' ? [] : [message],
    ),
  MODEL_CREATE_FAILED: ({ model, ollama, reason, message }, t) =>
    words(
      t(`MODEL_CREATE_FAILED.${reason}.what`, { model, ollama }),
      t(`MODEL_CREATE_FAILED.${reason}.next`),
      message === '' ? [] : [message],
    ),
  MODEL_NAME_TAKEN: ({ model }, t) => words(t('MODEL_NAME_TAKEN.what', { model }), t('MODEL_NAME_TAKEN.next')),
  MODELFILE_REFUSED: ({ line, reason, text }, t) =>
    words(t(`MODELFILE_REFUSED.${reason}.what`, { line, text }), t(`MODELFILE_REFUSED.${reason}.next`)),
  ENDPOINT_MISSING: ({ name }, t) => words(t('ENDPOINT_MISSING.what', { name }), t('ENDPOINT_MISSING.next')),
  ENDPOINT_KEY_UNREADABLE: ({ name }, t) =>
    words(t('ENDPOINT_KEY_UNREADABLE.what', { name }), t('ENDPOINT_KEY_UNREADABLE.next')),
  ENDPOINT_REFUSED: ({ reason }, t) =>
    words(t(`ENDPOINT_REFUSED.${reason}.what`), t(`ENDPOINT_REFUSED.${reason}.next`)),
  CHAT_MODEL_MISSING: ({ name, model, models }, t) =>
    words(
      t('CHAT_MODEL_MISSING.what', { name, model }),
      models.length === 0
        ? t('CHAT_MODEL_MISSING.next')
        : t('CHAT_MODEL_MISSING.models.next', { models: models.slice(0, 8).join(', ') }),
    ),
  CHAT_UNAUTHORIZED: ({ name, hadKey }, t) =>
    words(
      t(hadKey ? 'CHAT_UNAUTHORIZED.key.what' : 'CHAT_UNAUTHORIZED.what', { name }),
      t(hadKey ? 'CHAT_UNAUTHORIZED.key.next' : 'CHAT_UNAUTHORIZED.next'),
    ),
  CHAT_OVERLOADED: ({ name, retryAfterSeconds, message }, t) =>
    words(
      t('CHAT_OVERLOADED.what', { name }),
      retryAfterSeconds === null
        ? t('CHAT_OVERLOADED.next')
        : t('CHAT_OVERLOADED.after.next', { seconds: retryAfterSeconds }),
      [message],
    ),
  CHAT_CONTEXT_OVERFLOW: ({ contextTokens, message }, t) =>
    words(
      contextTokens === null
        ? t('CHAT_CONTEXT_OVERFLOW.what')
        : t('CHAT_CONTEXT_OVERFLOW.tokens.what', { tokens: contextTokens }),
      t('CHAT_CONTEXT_OVERFLOW.next'),
      [message],
    ),
  CHAT_TARGET_CHANGED: ({ name, change }, t) =>
    words(t(`CHAT_TARGET_CHANGED.${change}.what`, { name }), t(`CHAT_TARGET_CHANGED.${change}.next`)),
  CHAT_UPSTREAM: ({ status, message }, t) =>
    words(t('CHAT_UPSTREAM.what', { status }), t('CHAT_UPSTREAM.next'), [message]),
  CHAT_CUT_OFF: (_, t) => words(t('CHAT_CUT_OFF.what'), t('CHAT_CUT_OFF.next')),
  STORAGE_FAILED: ({ message }, t) => words(t('STORAGE_FAILED.what'), t('STORAGE_FAILED.next'), [message]),
  FILE_NOT_PICKED: (_, t) => words(t('FILE_NOT_PICKED.what'), t('FILE_NOT_PICKED.next')),
  IMPORT_REFUSED: ({ name, reason, limitBytes }, t) =>
    words(
      t(`IMPORT_REFUSED.${reason}.what`, { name }),
      t(`IMPORT_REFUSED.${reason}.next`, { limit: Math.round(limitBytes / 1024 / 1024) }),
    ),
  PICKED_FILE_FAILED: ({ name, purpose, message }, t) =>
    words(t(`PICKED_FILE_FAILED.${purpose}.what`, { name }), t(`PICKED_FILE_FAILED.${purpose}.next`), [message]),
  NOT_IN_BROWSER: (_, t) => words(t('NOT_IN_BROWSER.what'), t('NOT_IN_BROWSER.next')),
  LINK_REFUSED: ({ url }, t) => words(t('LINK_REFUSED.what'), t('LINK_REFUSED.next', { url })),
  INTERNAL: ({ logId }, t) =>
    words(t('INTERNAL.what'), logId === '' ? t('INTERNAL.noId.next') : t('INTERNAL.next', { logId })),
};

/** Every code that has words; the same as the contract's, which the compiler and a test hold. */
export const wordedCodes = Object.keys(wording) as FailureCode[];

/** What happened and what to do next, in `language`. */
export function failureWords(failure: FailureValue, language: Language): FailureWords {
  const say = wording[failure.code] as (details: FailureValue['details'], t: Say, language: Language) => FailureWords;
  const { what, next, raw } = say(failure.details, translate(failureTexts, language), language);
  return { what, next, raw: raw.filter((line) => line.trim() !== '') };
}

/** The declared failure that a call threw; anything else is a defect and becomes INTERNAL. */
export function toFailure(error: unknown): FailureValue {
  if (error instanceof ORPCError && wordedCodes.includes(error.code as FailureCode) && error.data != null) {
    return { code: error.code, details: error.data } as FailureValue;
  }
  return { code: 'INTERNAL', details: { logId: '' } };
}
