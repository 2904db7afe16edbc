import type { Conversation } from '../../../electron/contract/chat';

const dayMs = 86_400_000;

/** A heading of the list; a month is told by a moment in it. */
export type DateGroup = 'pinned' | 'today' | 'yesterday' | 'week' | 'month' | { monthOfMs: number };

export type ListRow = { kind: 'group'; group: DateGroup } | { kind: 'conversation'; conversation: Conversation };

/** The midnight that begins the day of `atMs`, in the machine's own time. */
const midnight = (atMs: number) => new Date(atMs).setHours(0, 0, 0, 0);

const monthOf = (atMs: number, later = 0) => {
  const at = new Date(atMs);
  return new Date(at.getFullYear(), at.getMonth() + later, 1).getTime();
};

interface Span {
  group: DateGroup;
  /** What was said from here on, and before `endMs`, belongs to it. */
  fromMs: number;
  endMs: number;
}

/** The group of everything that was said around `atMs`. Dates are dear: ten thousand rows ask for few of them. */
function spanOf(atMs: number, todayMs: number): Span {
  const days = (count: number) => todayMs - count * dayMs;
  const yesterdayMs = midnight(days(0.5));
  if (atMs >= todayMs) return { group: 'today', fromMs: todayMs, endMs: Number.POSITIVE_INFINITY };
  if (atMs >= yesterdayMs) return { group: 'yesterday', fromMs: yesterdayMs, endMs: todayMs };
  if (atMs >= days(7)) return { group: 'week', fromMs: days(7), endMs: yesterdayMs };
  if (atMs >= days(30)) return { group: 'month', fromMs: days(30), endMs: days(7) };
  const monthOfMs = monthOf(atMs);
  return { group: { monthOfMs }, fromMs: monthOfMs, endMs: Math.min(monthOf(atMs, 1), days(30)) };
}

/**
 * Conversations with headings by when something was last said.
 * @param conversations in the order of the list
 */
export function withGroups(conversations: readonly Conversation[], nowMs: number): ListRow[] {
  const todayMs = midnight(nowMs);
  const rows: ListRow[] = [];
  let span: Span | null = null;
  for (const conversation of conversations) {
    const { pinnedAtMs, updatedAtMs } = conversation;
    if (pinnedAtMs !== null) {
      if (rows.length === 0) rows.push({ kind: 'group', group: 'pinned' });
    } else if (span === null || updatedAtMs < span.fromMs || updatedAtMs >= span.endMs) {
      span = spanOf(updatedAtMs, todayMs);
      rows.push({ kind: 'group', group: span.group });
    }
    rows.push({ kind: 'conversation', conversation });
  }
  return rows;
}
