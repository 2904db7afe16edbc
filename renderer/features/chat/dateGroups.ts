import type { Conversation } from '../../../electron/contract/chat';

const dayMs = 86_400_000;

/** A heading of the list; a month is told by a moment in it. */
export type DateGroup = 'pinned' | 'today' | 'yesterday' | 'week' | 'month' | { monthOfMs: number };

export type ListRow = { kind: 'group'; group: DateGroup } | { kind: 'conversation'; conversation: Conversation };

/** The midnight that begins the day of `atMs`, in the machine's own time. */
function midnight(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}

function groupOf({ pinnedAtMs, updatedAtMs }: Conversation, todayMs: number): DateGroup {
  if (pinnedAtMs !== null) return 'pinned';
  if (updatedAtMs >= todayMs) return 'today';
  if (updatedAtMs >= midnight(todayMs - dayMs / 2)) return 'yesterday';
  if (updatedAtMs >= todayMs - 7 * dayMs) return 'week';
  if (updatedAtMs >= todayMs - 30 * dayMs) return 'month';
  const at = new Date(updatedAtMs);
  return { monthOfMs: new Date(at.getFullYear(), at.getMonth(), 1).getTime() };
}

const isSame = (a: DateGroup, b: DateGroup) =>
  typeof a === 'object' && typeof b === 'object' ? a.monthOfMs === b.monthOfMs : a === b;

/**
 * Conversations with headings by when something was last said.
 * @param conversations in the order of the list
 */
export function withGroups(conversations: readonly Conversation[], nowMs: number): ListRow[] {
  const todayMs = midnight(nowMs);
  const rows: ListRow[] = [];
  let last: DateGroup | null = null;
  for (const conversation of conversations) {
    const group = groupOf(conversation, todayMs);
    if (last === null || !isSame(last, group)) rows.push({ kind: 'group', group });
    last = group;
    rows.push({ kind: 'conversation', conversation });
  }
  return rows;
}
