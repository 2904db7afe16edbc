import { skipToken, useQuery } from '@tanstack/react-query';
import type { Conversation, StorageState } from '../../electron/contract/chat';
import type { Container } from '../../electron/contract/containers';
import type { EngineState } from '../../electron/contract/engine';
import type { About } from '../../electron/contract/host';
import type { Image } from '../../electron/contract/images';
import type { Settings } from '../../electron/contract/settings';
import type { Task } from '../../electron/contract/tasks';
import type { SocketState } from '../lib/reconnectingSocket';
import { liveKeys } from './keys';
import type { ContainerTable, ConversationTable } from './reduce';

function useLive<T>(key: readonly string[]): T | undefined {
  return useQuery<T>({
    queryKey: key,
    queryFn: skipToken,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  }).data;
}

/** The engine Wharf drives, as it stands; undefined until main told. */
export function useEngine(): EngineState | undefined {
  return useLive<EngineState>(liveKeys.engine);
}

/** True while the engine answers: actions on it make sense. */
export function useEngineReady(): boolean {
  return useEngine()?.phase === 'ready';
}

/** All containers with the age of the rows; undefined until the first snapshot. */
export function useContainerTable(): ContainerTable | undefined {
  return useLive<ContainerTable>(liveKeys.containers);
}

/** One container by id; null where there is none (any more), undefined until the first snapshot. */
export function useContainer(id: string): Container | null | undefined {
  const table = useContainerTable();
  return table === undefined ? undefined : (table.containers.find((container) => container.id === id) ?? null);
}

/** All images, newest first; undefined until an engine told of them. */
export function useImages(): { images: Image[]; stale: boolean } | undefined {
  const list = useLive<{ images: Image[]; stale: boolean }>(liveKeys.images);
  const hasEngineAnswered = useEngine()?.facts != null;
  return hasEngineAnswered ? list : undefined;
}

/** All tasks of this run of Wharf, newest first; undefined until main told. */
export function useTasks(): Task[] | undefined {
  return useLive<Task[]>(liveKeys.tasks);
}

/** One task by id; null where there is none (any more), undefined until main told. */
export function useTask(id: string | null): Task | null | undefined {
  const tasks = useTasks();
  return tasks === undefined ? undefined : (tasks.find((task) => task.id === id) ?? null);
}

/** Everything a person has set; undefined until main told. */
export function useSettings(): Settings | undefined {
  return useLive<Settings>(liveKeys.settings);
}

/** All conversations in the order of their list (`inListOrder`); undefined until main told. */
export function useConversations(): Conversation[] | undefined {
  return useLive<ConversationTable>(liveKeys.conversations)?.conversations;
}

/** How the conversations are kept; undefined until main told. */
export function useStorageState(): StorageState | undefined {
  return useLive<ConversationTable>(liveKeys.conversations)?.storage;
}

/** What serves this page, in which versions; undefined until main told. */
export function useAbout(): About | undefined {
  return useLive<About>(liveKeys.about);
}

/** How the way to whoever serves this page is; a way that cannot be away is always open. */
export function useConnectionState(): SocketState {
  return useLive<SocketState>(liveKeys.connection) ?? 'open';
}
