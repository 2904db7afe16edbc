import {
  type Conversation,
  type ConversationsEvent,
  inListOrder,
  type StorageState,
} from '../../electron/contract/chat';
import type { Container, ContainersEvent } from '../../electron/contract/containers';
import type { Task, TasksEvent } from '../../electron/contract/tasks';

/** The container table as last told. `staleSinceMs` is set while the engine is away: the rows are as old as that. */
export interface ContainerTable {
  containers: Container[];
  staleSinceMs: number | null;
}

/** The table after an event. Patches before a snapshot make a table of their own. */
export function reduceContainers(table: ContainerTable | undefined, event: ContainersEvent): ContainerTable {
  switch (event.type) {
    case 'snapshot':
      return { containers: event.containers, staleSinceMs: null };
    case 'patch':
      return {
        containers: merge(table?.containers ?? [], event.upserted, new Set(event.removed)),
        staleSinceMs: table?.staleSinceMs ?? null,
      };
    case 'stale':
      return { containers: table?.containers ?? [], staleSinceMs: event.asOfMs };
  }
}

/** The tasks after an event, newest first. */
export function reduceTasks(tasks: Task[] | undefined, event: TasksEvent): Task[] {
  const all = event.type === 'snapshot' ? event.tasks : merge(tasks ?? [], event.upserted, new Set());
  return [...all].sort((a, b) => b.startedAtMs - a.startedAtMs);
}

/** The conversations in the order of the list, and how they are kept. */
export interface ConversationTable {
  conversations: Conversation[];
  storage: StorageState;
}

/** The conversations after an event. */
export function reduceConversations(
  table: ConversationTable | undefined,
  event: ConversationsEvent,
): ConversationTable | undefined {
  switch (event.type) {
    case 'snapshot':
      return { conversations: [...event.conversations].sort(inListOrder), storage: event.storage };
    case 'patch': {
      if (table === undefined) return table;
      const conversations = merge(table.conversations, event.upserted, new Set(event.removed));
      return { ...table, conversations: conversations.sort(inListOrder) };
    }
    case 'storage':
      return table && { ...table, storage: event.storage };
  }
}

function merge<T extends { id: string }>(rows: T[], upserted: T[], removed: Set<string>): T[] {
  const fresh = new Map(upserted.map((row) => [row.id, row]));
  const kept = rows.filter((row) => !removed.has(row.id)).map((row) => fresh.get(row.id) ?? row);
  const known = new Set(kept.map((row) => row.id));
  return [...kept, ...upserted.filter((row) => !known.has(row.id) && !removed.has(row.id))];
}
