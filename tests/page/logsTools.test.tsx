import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Line } from '../../electron/contract/lines';
import type { Task } from '../../electron/contract/tasks';
import { WholeLogRail } from '../../renderer/features/logs/WholeLogRail';
import { UiProvider } from '../../renderer/ui/UiProvider';
import { sampleTask } from '../fakes/samples';
import { id, layOutLogs, line, openLog } from './openLog';

layOutLogs();

const startMs = new Date(2026, 10, 23, 9, 0, 0).getTime();
/** A thousand lines, a second apart. */
const lines: Line[] = Array.from({ length: 1000 }, (_, index) =>
  line(index, `GET /items/${index}`, { atMs: startMs + index * 1000 }),
);

describe('going to a time', () => {
  const goTo = async (value: string) => {
    fireEvent.click(screen.getByLabelText('Time and range'));
    const field = await screen.findByLabelText('Go to a time');
    fireEvent.change(field, { target: { value } });
    fireEvent.click(screen.getByText('Go'));
    await waitFor(() => expect(screen.queryByLabelText('Go to a time')).toBeNull());
  };

  it('begins anywhere but at the line on top of the screen', async () => {
    openLog(lines.slice(10, 20));
    await screen.findByText('GET /items/19');
    fireEvent.click(screen.getByLabelText('Time and range'));
    const field = (await screen.findByLabelText('Go to a time')) as HTMLInputElement;
    expect(field.value).toMatch(/^2026-11-23T09:00:10/);
  });

  it('leads elsewhere, or goes on following the end', async () => {
    const { host } = openLog(lines);
    await screen.findByText('GET /items/999');
    await goTo('2026-11-23T09:05:00');
    // Line 300 in the middle: rows are 20 px high, the screen 400.
    await waitFor(() => expect(Math.abs(screen.getByRole('log').scrollTop - 5_810)).toBeLessThan(20));
    const { [id]: known = [] } = host.lines.value;
    host.lines.set({ [id]: [...known, line(1000, 'GET /items/1000')] });
    await screen.findByText('1 new line');
  });

  it('beyond the last line does nothing, without a word', async () => {
    openLog(lines.slice(0, 10));
    await screen.findByText('GET /items/9');
    await goTo('2026-11-23T12:00:00');
    await screen.findByText('There is no line at or after that time');
    expect(screen.getByText('GET /items/9')).toBeTruthy();
  });
});

describe('the rail of a log that is longer than a list', () => {
  const all = { first: 1_000, end: 2_001_000 };
  function openRail(from: number) {
    const moves: number[] = [];
    const onScreen = vi.fn(() => ({ from, to: from + 40 }));
    const rail = (version: number) => (
      <UiProvider scheme="light">
        <div id="list" />
        <WholeLogRail listId="list" all={all} onScreen={onScreen} onMove={(to) => moves.push(to)} version={version} />
      </UiProvider>
    );
    const { rerender } = render(rail(1));
    const bar = screen.getByRole('scrollbar', { name: 'Place in the whole log' });
    bar.getBoundingClientRect = () => ({ top: 100, height: 432 }) as DOMRect;
    bar.setPointerCapture = () => undefined;
    return { bar, moves, onScreen, change: () => rerender(rail(2)) };
  }

  it('stands elsewhere than the screen, or does not follow it', () => {
    const { bar, onScreen, change } = openRail(501_000);
    expect(bar.getAttribute('aria-valuenow')).toBe('25');
    expect(bar.getAttribute('aria-controls')).toBe('list');
    onScreen.mockReturnValue({ from: 1_501_000, to: 1_501_040 });
    change();
    expect(bar.getAttribute('aria-valuenow')).toBe('75');
  });

  it('moves to another line than it was dragged to, beyond the log, or after it was let go', () => {
    const { bar, moves, change } = openRail(2_000_000);
    // The thumb is 32 px high: its middle goes from 116 to 516.
    fireEvent.pointerDown(bar, { clientY: 316 });
    expect(Math.abs((moves.at(-1) as number) - 1_001_000)).toBeLessThan(2);
    fireEvent.pointerMove(bar, { clientY: 9_999 });
    expect(moves.at(-1)).toBe(2_000_999);
    fireEvent.pointerMove(bar, { clientY: -50 });
    expect(moves.at(-1)).toBe(1_000);
    // What comes in meanwhile does not pull it away.
    change();
    expect(bar.getAttribute('aria-valuenow')).toBe('0');
    fireEvent.pointerUp(bar);
    fireEvent.pointerMove(bar, { clientY: 316 });
    expect(moves).toHaveLength(3);
  });
});

describe('saving a log', () => {
  const task = (part: Partial<Task>, written = 0, cutBytes = 0): Task =>
    sampleTask({
      id: 'task-save',
      subject: { kind: 'saveLog', name: 'llm-api', fileName: 'llm-api.log', writtenBytes: written, cutBytes },
      progress: { done: 250, total: 1000 },
      ...part,
    });
  async function save() {
    const opened = openLog(lines.slice(0, 10), (host) => host.tasks.set([task({}, 5 * 2 ** 20)]));
    await screen.findByText('GET /items/9');
    const user = userEvent.setup();
    await user.click(screen.getByLabelText('Copy, save, clear'));
    await user.click(await screen.findByRole('menuitem', { name: 'Save all lines to a file…', hidden: true }));
    await screen.findByText(/^Saving llm-api\.log/);
    return opened;
  }

  it('does not show how far it is, or cannot be stopped', async () => {
    const { called } = await save();
    const bar = screen.getByRole('progressbar', { name: 'Saving llm-api.log' });
    expect(bar.getAttribute('aria-valuenow')).toBe('25');
    expect(screen.getByText(/5(\.0)?\sMiB/)).toBeTruthy();
    fireEvent.click(screen.getByText('Stop'));
    await waitFor(() => expect(called('tasks.cancel')).toEqual([{ id: 'task-save' }]));
  });

  it('ends without a word about what is missing from the file, or cannot be dismissed', async () => {
    const { host } = await save();
    host.tasks.set([task({ state: 'done' }, 7 * 2 ** 20, 3 * 2 ** 20)]);
    await screen.findByText(/^Saved llm-api\.log, 7(\.0)?\sMiB\sAn earlier Wharf had not kept 3(\.0)?\sMiB/);
    fireEvent.click(screen.getByLabelText('Close'));
    await waitFor(() => expect(screen.queryByText(/^Saved/)).toBeNull());
  });

  it('fails without a word', async () => {
    const { host } = await save();
    host.tasks.set([
      task({ state: 'failed', failure: { code: 'STORAGE_FAILED', details: { message: 'ENOSPC' } } as never }),
    ]);
    await waitFor(() => expect(screen.queryByText(/^Saving/)).toBeNull());
    expect(await screen.findByText(/^Wharf could not write/)).toBeTruthy();
  });
});
