import { type Mutation, useMutation, useMutationState, useQueryClient } from '@tanstack/react-query';
import type { Api } from '../../../electron/contract/api';
import { dockerCommand } from '../../../electron/contract/commands';
import type { Container } from '../../../electron/contract/containers';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { canStart, canStop } from '../../lib/containerStatus';
import { toFailure } from '../../lib/failures';
import { useContainerTable, useEngineReady } from '../../live/useLive';

/** What can be done to a container. */
export type Deed = { kind: 'start' | 'stop' | 'restart' } | { kind: 'remove'; force: boolean; volumes: boolean };

/** A deed on one container, as asked for. */
export interface ContainerAction {
  container: { id: string; name: string };
  deed: Deed;
}

const mutationKey = ['containerAction'];
type ActionMutation = Mutation<unknown, unknown, ContainerAction>;

/** Seconds a container gets to end by itself before it is killed; Docker's own default. */
const graceSeconds = 10;

/** The `docker` line of a deed. */
export function commandOf({ container, deed }: ContainerAction): string {
  switch (deed.kind) {
    case 'start':
      return dockerCommand.start(container.name);
    case 'stop':
      return dockerCommand.stop(graceSeconds, container.name);
    case 'restart':
      return dockerCommand.restart(graceSeconds, container.name);
    case 'remove':
      return dockerCommand.remove(deed, container.name);
  }
}

function perform(api: Api, { container: { id }, deed }: ContainerAction): Promise<unknown> {
  switch (deed.kind) {
    case 'start':
      return api.containers.start({ id });
    case 'stop':
      return api.containers.stop({ id, graceSeconds });
    case 'restart':
      return api.containers.restart({ id, graceSeconds });
    case 'remove':
      return api.containers.remove({ id, force: deed.force, volumes: deed.volumes });
  }
}

/**
 * Acts on containers. A deed on a container that already has one under way is dropped, however often it is clicked.
 * Answers whether the deed was done; why not stands in `useActionFailures`.
 */
export function useContainerActions(): (action: ContainerAction) => Promise<boolean> {
  const api = useApi();
  const cache = useQueryClient().getMutationCache();
  const { mutateAsync } = useMutation({
    mutationKey,
    gcTime: Number.POSITIVE_INFINITY,
    mutationFn: (action: ContainerAction) => perform(api, action),
  });
  return async (action) => {
    const ofSame = (cache.findAll({ mutationKey }) as ActionMutation[]).filter(
      ({ state }) => state.variables?.container.id === action.container.id,
    );
    if (ofSame.some(({ state }) => state.status === 'pending')) return false;
    for (const earlier of ofSame) cache.remove(earlier);
    return mutateAsync(action).then(
      () => true,
      () => false,
    );
  };
}

/** Deeds under way, by container id. */
export function usePendingDeeds(): Map<string, Deed['kind']> {
  const pending = useMutationState<ContainerAction | undefined>({
    filters: { mutationKey, status: 'pending' },
    select: (mutation) => mutation.state.variables as ContainerAction | undefined,
  });
  return new Map(pending.flatMap((action) => (action ? [[action.container.id, action.deed.kind] as const] : [])));
}

/** The last deed that was done, to be read out. */
export function useLastDone(): ContainerAction | undefined {
  return useMutationState<ContainerAction | undefined>({
    filters: { mutationKey, status: 'success' },
    select: (mutation) => mutation.state.variables as ContainerAction | undefined,
  }).at(-1);
}

/** A deed that failed, and how to stop showing it. */
export interface ActionFailure {
  action: ContainerAction;
  failure: FailureValue;
  dismiss: () => void;
}

/**
 * Failed deeds whose cause still holds: one goes when its container is gone or got where the deed wanted it, when the
 * engine is back, or when the next deed on the same container begins.
 */
export function useActionFailures(): ActionFailure[] {
  const cache = useQueryClient().getMutationCache();
  const table = useContainerTable();
  const engineReady = useEngineReady();
  const failed = useMutationState<ActionMutation>({
    filters: { mutationKey, status: 'error' },
    select: (mutation) => mutation as unknown as ActionMutation,
  });
  return failed.flatMap((mutation) => {
    const action = mutation.state.variables;
    const container = table?.containers.find(({ id }) => id === action?.container.id);
    const failure = toFailure(mutation.state.error);
    if (action === undefined || container === undefined || !stillHolds(action.deed, container)) return [];
    if (failure.code.startsWith('ENGINE_UN') && engineReady) return [];
    return [{ action, failure, dismiss: () => cache.remove(mutation) }];
  });
}

function stillHolds(deed: Deed, container: Container): boolean {
  if (deed.kind === 'start') return canStart(container);
  if (deed.kind === 'stop') return canStop(container);
  return true;
}
