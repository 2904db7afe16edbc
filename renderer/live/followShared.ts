import type { QueryClient } from '@tanstack/react-query';
import type { Api } from '../../electron/contract/api';
import { followWatch } from '../lib/followWatch';
import { meanEngine } from '../lib/meantEngine';
import { liveKeys } from './keys';
import {
  type ContainerTable,
  type ConversationTable,
  reduceContainers,
  reduceConversations,
  reduceTasks,
} from './reduce';

/**
 * Follows every shared watch once for this window and feeds the React Query cache, until `signal` aborts.
 * @returns resolves once the cache knows the engine's state and, where one answers, its containers
 */
export function followShared(api: Api, cache: QueryClient, signal: AbortSignal): Promise<void> {
  const follow = <T>(
    open: (options: { signal: AbortSignal }) => Promise<AsyncIterable<T>>,
    onItem: (item: T) => void,
  ) => void followWatch({ open: () => open({ signal }), onItem, signal });

  const first = new Promise<void>((resolve) => {
    follow(
      (options) => api.engine.watch(undefined, options),
      (state) => {
        meanEngine(state.endpoint?.address ?? null);
        cache.setQueryData(liveKeys.engine, state);
        if (state.phase === 'unreachable' || state.phase === 'notAnswering') resolve();
      },
    );
    follow(
      (options) => api.containers.watch(undefined, options),
      (event) => {
        cache.setQueryData<ContainerTable>(liveKeys.containers, (table) => reduceContainers(table, event));
        resolve();
      },
    );
  });
  follow(
    (options) => api.tasks.watch(undefined, options),
    (event) =>
      cache.setQueryData(liveKeys.tasks, (tasks: Parameters<typeof reduceTasks>[0]) => reduceTasks(tasks, event)),
  );
  follow(
    (options) => api.images.watch(undefined, options),
    (list) => cache.setQueryData(liveKeys.images, list),
  );
  follow(
    (options) => api.settings.watch(undefined, options),
    (values) => cache.setQueryData(liveKeys.settings, values),
  );
  follow(
    (options) => api.chat.watchConversations(undefined, options),
    (event) =>
      cache.setQueryData<ConversationTable>(liveKeys.conversations, (table) => reduceConversations(table, event)),
  );
  api.host.about(undefined, { signal }).then(
    (about) => cache.setQueryData(liveKeys.about, about),
    () => undefined,
  );
  return first;
}
