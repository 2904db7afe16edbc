import { type Mutation, useMutation, useMutationState, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Api } from '../../../electron/contract/api';
import { dockerCommand } from '../../../electron/contract/commands';
import { defaultGraceSeconds } from '../../../electron/contract/containerCommands';
import type { Container } from '../../../electron/contract/containers';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { canStart, canStop } from '../../lib/containerStatus';
import { toFailure } from '../../lib/failures';
import { useContainerTable, useEngineReady } from '../../live/useLive';

/** Deeds that need nothing but a container. */
export type PlainDeed = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill';

/** What can be done to a container. */
export type Deed =
  | { kind: PlainDeed }
  | { kind: 'remove'; force: boolean; volumes: boolean }
  | { kind: 'rename'; name: string };

/** A deed on one container, as asked for. */
export interface ContainerAction {
  container: { id: string; name: string };
  deed: Deed;
  /** One of many that were asked for together. */
  batch?: string;
}

const mutationKey = ['containerAction'];
type ActionMutation = Mutation<unknown, unknown, ContainerAction>;

/** The `docker` line of a deed, on as many containers as are named. */
export function lineOf(deed: Deed, ...names: string[]): string {
  switch (deed.kind) {
    case 'start':
    case 'pause':
    case 'unpause':
      return dockerCommand[deed.kind](...names);
    case 'stop':
    case 'restart':
      return dockerCommand[deed.kind](defaultGraceSeconds, ...names);
    case 'kill':
      return dockerCommand.kill('SIGKILL', ...names);
    case 'remove':
      return dockerCommand.remove(deed, ...names);
    case 'rename':
      return dockerCommand.rename(names[0] ?? '', deed.name);
  }
}

/** The `docker` line of an action. */
export function commandOf({ container, deed }: ContainerAction): string {
  return lineOf(deed, container.name);
}

function perform(api: Api, { container: { id }, deed }: ContainerAction): Promise<unknown> {
  switch (deed.kind) {
    case 'start':
    case 'pause':
    case 'unpause':
    case 'kill':
      return api.containers[deed.kind]({ id });
    case 'stop':
    case 'restart':
      return api.containers[deed.kind]({ id, graceSeconds: defaultGraceSeconds });
    case 'remove':
      return api.containers.remove({ id, force: deed.force, volumes: deed.volumes });
    case 'rename':
      return api.containers.rename({ id, name: deed.name });
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
  return useCallback(
    async (action: ContainerAction) => {
      const ofSame = (cache.findAll({ mutationKey }) as ActionMutation[]).filter(
        ({ state }) => state.variables?.container.id === action.container.id,
      );
      if (ofSame.some(({ state }) => state.status === 'pending')) return false;
      for (const earlier of ofSame) cache.remove(earlier);
      return mutateAsync(action).then(
        () => true,
        () => false,
      );
    },
    [cache, mutateAsync],
  );
}

/** Deeds done at once in a batch: the engine has other things to do as well. */
const atOnce = 6;

/** Acts on many containers, a few at a time. What came of each stands in `useBatch`. */
export function useBatchActions(): (containers: readonly { id: string; name: string }[], deed: Deed) => string {
  const act = useContainerActions();
  return useCallback(
    (containers, deed) => {
      const batch = `batch-${(batches += 1)}`;
      const waiting = [...containers];
      const next = async (): Promise<void> => {
        const container = waiting.shift();
        if (container === undefined) return;
        await act({ container, deed, batch });
        return next();
      };
      for (let lane = 0; lane < atOnce; lane += 1) void next();
      return batch;
    },
    [act],
  );
}

let batches = 0;

/** How one container of a batch fared: null is done, undefined is under way. */
export interface BatchResult {
  action: ContainerAction;
  failure: FailureValue | null | undefined;
}

/** What came of a batch so far, by container id. */
export function useBatch(batch: string | null): Map<string, BatchResult> {
  const results = useMutationState<BatchResult | null>({
    filters: { mutationKey },
    select: ({ state }) => {
      const action = state.variables as ContainerAction | undefined;
      if (action === undefined || action.batch === undefined || action.batch !== batch) return null;
      const failure = state.status === 'error' ? toFailure(state.error) : state.status === 'success' ? null : undefined;
      return { action, failure };
    },
  });
  return new Map(results.flatMap((result) => (result ? [[result.action.container.id, result] as const] : [])));
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
    // Those of a batch are told together.
    if (action?.batch !== undefined) return [];
    if (action === undefined || container === undefined || !stillHolds(action.deed, container)) return [];
    if (failure.code.startsWith('ENGINE_UN') && engineReady) return [];
    return [{ action, failure, dismiss: () => cache.remove(mutation) }];
  });
}

function stillHolds(deed: Deed, container: Container): boolean {
  if (deed.kind === 'start') return canStart(container);
  if (deed.kind === 'stop' || deed.kind === 'kill') return canStop(container);
  if (deed.kind === 'pause') return container.state === 'running';
  if (deed.kind === 'unpause') return container.state === 'paused';
  return true;
}
