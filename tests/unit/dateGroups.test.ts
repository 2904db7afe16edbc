import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../electron/contract/chat';
import { withGroups } from '../../renderer/features/chat/dateGroups';

const at = (...parts: [year: number, month: number, day: number, hour?: number, minute?: number]) => {
  const [year, month, day, hour = 12, minute = 0] = parts;
  return new Date(year, month - 1, day, hour, minute).getTime();
};
const now = at(2026, 11, 23, 0, 30);
const said = (updatedAtMs: number, pinnedAtMs: number | null = null): Conversation => ({
  ...{ id: 'c', title: '', createdAtMs: 0, updatedAtMs, target: null, pinnedAtMs },
});
const groups = (...conversations: Conversation[]) =>
  withGroups(conversations, now).flatMap((row) =>
    row.kind === 'group'
      ? [typeof row.group === 'string' ? row.group : new Date(row.group.monthOfMs).getMonth() + 1]
      : [],
  );

describe('conversations by date', () => {
  it.each<[string, number, string | number]>([
    ['a minute after midnight', at(2026, 11, 23, 0, 1), 'today'],
    ['the machine clock was ahead', at(2026, 11, 24), 'today'],
    ['a minute before midnight', at(2026, 11, 22, 23, 59), 'yesterday'],
    ['the day before yesterday', at(2026, 11, 21, 23, 59), 'week'],
    ['eight days ago', at(2026, 11, 15), 'month'],
    ['last month, more than thirty days ago', at(2026, 10, 20), 10],
    ['the same month of another year', at(2025, 11, 23), 11],
  ])('stand under the wrong heading: %s', (_name, updatedAtMs, group) => {
    expect(groups(said(updatedAtMs))).toEqual([group]);
  });

  it('repeat a heading, forget one, or mix the pinned ones in', () => {
    expect(
      groups(
        said(at(2025, 1, 1), 2),
        said(now, 1),
        said(at(2026, 11, 23, 0, 5)),
        said(at(2026, 11, 23, 0, 2)),
        said(at(2026, 11, 1)),
        said(at(2026, 10, 3)),
        said(at(2026, 10, 2)),
        said(at(2026, 9, 30)),
        said(at(2025, 9, 30)),
      ),
    ).toEqual(['pinned', 'today', 'month', 10, 9, 9]);
  });
});
