import { implement } from '@orpc/server';
import type { AnswerPreset } from '../../electron/contract/answerPresets';
import { api } from '../../electron/contract/api';
import type { Conversation } from '../../electron/contract/chat';
import type { Comparison } from '../../electron/contract/comparisons';
import { Failure } from '../../electron/contract/failures';
import type { RawRequest } from '../../electron/contract/requests';
import type { Endpoint, OfferedModel } from '../../electron/contract/targets';
import { LiveValue } from '../../electron/services/live';

/** What answers, as far as the fake host knows. */
export interface FakeAnswersStart {
  endpoints?: Endpoint[];
  /** Models by endpoint id or container id. */
  models?: Record<string, OfferedModel[]>;
  answerPresets?: AnswerPreset[];
  comparisons?: Comparison[];
  requests?: RawRequest[];
  /** Where keys of endpoints are kept. */
  keyStorage?: 'keychain' | 'file';
}

const foundOllama: Endpoint = {
  id: 'ollama',
  name: 'Ollama',
  kind: 'ollama',
  baseUrl: 'http://127.0.0.1:11434',
  hasKey: false,
  answersAtOnce: 2,
  found: true,
};

/** Endpoints, presets, comparisons and requests of the fake host; set them and every watch tells. */
export class FakeAnswers {
  readonly endpoints: LiveValue<Endpoint[]>;
  readonly presets: LiveValue<AnswerPreset[]>;
  readonly comparisons: LiveValue<Comparison[]>;
  readonly requests: LiveValue<RawRequest[]>;
  readonly models: Record<string, OfferedModel[]>;
  readonly keyStorage: 'keychain' | 'file';

  constructor(start: FakeAnswersStart) {
    this.endpoints = new LiveValue(start.endpoints ?? [foundOllama]);
    this.presets = new LiveValue(start.answerPresets ?? []);
    this.comparisons = new LiveValue(start.comparisons ?? []);
    this.requests = new LiveValue(start.requests ?? []);
    this.models = start.models ?? {};
    this.keyStorage = start.keyStorage ?? 'keychain';
  }
}

const implementer = () => implement(api).use(({ next }) => next());
type Record_ = ReturnType<typeof implementer>;

/** The parts of the contract that `FakeAnswers` stands for. `addConversation` takes the sides of a comparison. */
export function fakeAnswers(record: Record_, fake: FakeAnswers, addConversation: (conversation: Conversation) => void) {
  return {
    targets: {
      watchEndpoints: record.targets.watchEndpoints.handler(async function* ({ signal }) {
        for await (const endpoints of fake.endpoints.watch(signal)) yield { endpoints };
      }),
      keyStorage: record.targets.keyStorage.handler(() => ({ kept: fake.keyStorage })),
      putEndpoint: record.targets.putEndpoint.handler(({ input }) => {
        const { id, name, kind, baseUrl, key, answersAtOnce = 4 } = input;
        const before = fake.endpoints.value.find((one) => one.id === id);
        const hasKey = key === undefined ? (before?.hasKey ?? false) : key !== null;
        const put = {
          id: id ?? `e${fake.endpoints.value.length}`,
          name,
          kind,
          baseUrl,
          hasKey,
          answersAtOnce,
          found: false,
        };
        fake.endpoints.set([...fake.endpoints.value.filter((one) => one.id !== put.id), put]);
        return put;
      }),
      removeEndpoint: record.targets.removeEndpoint.handler(({ input }) => {
        fake.endpoints.set(fake.endpoints.value.filter(({ id }) => id !== input.endpointId));
      }),
      models: record.targets.models.handler(({ input }) => {
        const models = fake.models[input.kind === 'container' ? input.id : input.endpointId];
        if (models) return { models };
        throw new Failure('CHAT_TARGET_UNREACHABLE', { name: 'Ollama', reason: 'refused' });
      }),
    },
    answerPresets: {
      watch: record.answerPresets.watch.handler(async function* ({ signal }) {
        for await (const presets of fake.presets.watch(signal)) yield { presets };
      }),
      put: record.answerPresets.put.handler(({ input }) =>
        fake.presets.set([...fake.presets.value.filter(({ id }) => id !== input.id), input]),
      ),
      remove: record.answerPresets.remove.handler(({ input }) =>
        fake.presets.set(fake.presets.value.filter(({ id }) => id !== input.id)),
      ),
    },
    comparisons: {
      watch: record.comparisons.watch.handler(async function* ({ signal }) {
        for await (const comparisons of fake.comparisons.watch(signal)) yield { comparisons };
      }),
      begin: record.comparisons.begin.handler(({ input }) => {
        const sides = input.targets.map((target, at) => ({ conversationId: `${input.comparisonId}-${at}`, target }));
        for (const { conversationId: id, target } of sides) {
          const nowMs = Date.now();
          const { comparisonId } = input;
          addConversation({
            id,
            title: '',
            createdAtMs: nowMs,
            updatedAtMs: nowMs,
            target,
            pinnedAtMs: null,
            comparisonId,
          });
        }
        const made = { id: input.comparisonId, title: '', updatedAtMs: Date.now(), sides };
        fake.comparisons.set([made, ...fake.comparisons.value]);
        return made;
      }),
      keep: record.comparisons.keep.handler(({ input }) =>
        fake.comparisons.set(
          fake.comparisons.value
            .map((one) => ({
              ...one,
              sides: one.sides.filter(({ conversationId }) => conversationId !== input.conversationId),
            }))
            .filter(({ sides }) => sides.length > 0),
        ),
      ),
      remove: record.comparisons.remove.handler(({ input }) =>
        fake.comparisons.set(fake.comparisons.value.filter(({ id }) => id !== input.comparisonId)),
      ),
    },
    requests: {
      watch: record.requests.watch.handler(async function* ({ input, signal }) {
        for await (const requests of fake.requests.watch(signal)) {
          const its = requests.map(({ entry }) => entry);
          yield { requests: its.filter(({ conversationId }) => conversationId === input.conversationId) };
        }
      }),
      read: record.requests.read.handler(({ input }) => ({
        request: fake.requests.value.find(({ entry }) => entry.id === input.requestId) ?? null,
      })),
      find: record.requests.find.handler(({ input }) => {
        const entry = fake.requests.value.find((one) => one.entry.id === input.requestId)?.entry;
        return { turn: entry ? { conversationId: entry.conversationId, messageId: entry.messageId } : null };
      }),
    },
  };
}
