import { implement } from '@orpc/server';
import { api } from '../../electron/contract/api';
import { Failure } from '../../electron/contract/failures';
import type { ModelDetails, ModelList, Ollama, PullSize } from '../../electron/contract/models';
import { LiveValue } from '../../electron/services/live';

/** What Ollamas there are, as far as the fake host knows. */
export interface FakeModelsStart {
  ollamas?: Ollama[];
  /** Models by endpoint id. */
  modelLists?: Record<string, ModelList>;
  /** What a model says of itself, by name. */
  modelDetails?: Record<string, ModelDetails>;
  /** How much a pull would bring, by name; of others their registry tells nothing. */
  pullSizes?: Record<string, PullSize>;
}

/** The Ollamas of the fake host and their models; set them and every watch tells. */
export class FakeModels {
  readonly ollamas: LiveValue<Ollama[]>;
  readonly lists: LiveValue<Record<string, ModelList>>;
  readonly details: Record<string, ModelDetails>;
  readonly pullSizes: Record<string, PullSize>;

  constructor(start: FakeModelsStart) {
    this.ollamas = new LiveValue(start.ollamas ?? []);
    this.lists = new LiveValue(start.modelLists ?? {});
    this.details = start.modelDetails ?? {};
    this.pullSizes = start.pullSizes ?? {};
  }

  /** Changes an Ollama's list and tells. */
  change(endpointId: string, change: (list: ModelList) => ModelList): void {
    const list = this.lists.value[endpointId] ?? { models: [], loaded: [], failure: null };
    this.lists.set({ ...this.lists.value, [endpointId]: change(list) });
  }
}

const implementer = () => implement(api).use(({ next }) => next());

/** The part of the contract that `FakeModels` stands for. Tasks do nothing but have an id. */
export function fakeModels(record: ReturnType<typeof implementer>, fake: FakeModels) {
  const without = (name: string) => (list: ModelList) => ({
    ...list,
    models: list.models?.filter((model) => model.name !== name) ?? null,
  });
  return {
    models: {
      watchOllamas: record.models.watchOllamas.handler(async function* ({ signal }) {
        for await (const ollamas of fake.ollamas.watch(signal)) yield { ollamas };
      }),
      watch: record.models.watch.handler(async function* ({ input, signal }) {
        for await (const lists of fake.lists.watch(signal)) {
          const list = lists[input.endpointId];
          if (list) yield list;
        }
      }),
      show: record.models.show.handler(({ input }) => {
        const details = fake.details[input.model];
        if (details) return details;
        throw new Failure('CHAT_MODEL_MISSING', { name: 'Ollama', model: input.model, models: [] });
      }),
      copy: record.models.copy.handler(({ input }) =>
        fake.change(input.endpointId, (list) => ({
          ...list,
          models: (list.models ?? []).flatMap((model) =>
            model.name === input.model ? [model, { ...model, name: input.to }] : [model],
          ),
        })),
      ),
      remove: record.models.remove.handler(({ input }) => fake.change(input.endpointId, without(input.model))),
      pull: record.models.pull.handler(() => ({ taskId: 'task-pull-model' })),
      pullSize: record.models.pullSize.handler(
        ({ input }): PullSize =>
          fake.pullSizes[input.model] ?? { kind: 'unknown', host: 'registry.ollama.ai', reason: 'unreachable' },
      ),
      create: record.models.create.handler(() => ({ taskId: 'task-create-model' })),
      keep: record.models.keep.handler(() => undefined),
      unload: record.models.unload.handler(({ input }) =>
        fake.change(input.endpointId, (list) => ({
          ...list,
          loaded: list.loaded.filter(({ name }) => name !== input.model),
        })),
      ),
    },
  };
}
