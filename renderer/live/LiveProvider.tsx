import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useApi } from '../lib/client';
import { followWatch } from '../lib/followWatch';
import { liveKeys } from './keys';
import { type ContainerTable, reduceContainers, reduceTasks } from './reduce';

/**
 * Follows every shared watch once for this window and feeds the React Query cache. Mounted once, around the pages; what
 * it holds survives page changes, and its watches end with it.
 */
export function LiveProvider({ children }: { children: ReactNode }) {
  const api = useApi();
  const cache = useQueryClient();

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const follow = <T,>(
      open: (options: { signal: AbortSignal }) => Promise<AsyncIterable<T>>,
      onItem: (item: T) => void,
    ) => void followWatch({ open: () => open({ signal }), onItem, signal });

    follow(
      (options) => api.engine.watch(undefined, options),
      (state) => cache.setQueryData(liveKeys.engine, state),
    );
    follow(
      (options) => api.containers.watch(undefined, options),
      (event) => cache.setQueryData<ContainerTable>(liveKeys.containers, (table) => reduceContainers(table, event)),
    );
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
      ({ conversations }) => cache.setQueryData(liveKeys.conversations, conversations),
    );
    api.host.about(undefined, { signal }).then(
      (about) => cache.setQueryData(liveKeys.about, about),
      () => undefined,
    );
    return () => leaving.abort();
  }, [api, cache]);

  return children;
}
