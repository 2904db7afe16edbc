import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../electron/contract/lines';
import { useLogPreferences } from '../../renderer/features/logs/logPreferences';
import type { LogAddressing } from '../../renderer/features/logs/useLogAddress';
import type { LogAddress } from '../../renderer/lib/logAddress';
import { id, layOutLogs, line, openLog } from './openLog';

layOutLogs();

const startMs = Date.UTC(2026, 10, 23, 9, 0, 0);
/** A hundred lines, a second apart; every tenth is an error on stderr. */
const hundred: Line[] = Array.from({ length: 100 }, (_, index) =>
  line(index, index % 10 === 5 ? `ERROR: request ${index} failed` : `GET /items/${index}`, {
    atMs: startMs + index * 1000,
    level: index % 10 === 5 ? 'error' : 'info',
    stream: index % 10 === 5 ? 'stderr' : 'stdout',
  }),
);

const field = () => screen.getByRole('textbox', { name: 'Search this log' });
const rows = () => [...document.querySelectorAll<HTMLElement>('[data-row] [data-text]')].map((row) => row.textContent);
const marked = () => [...document.querySelectorAll('[data-row] mark')].map((mark) => mark.textContent);
const found = () => document.querySelector('[data-state=found] [data-text]')?.textContent;
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

function addressOf(address: LogAddress = {}) {
  const written: LogAddress[] = [];
  const addressing: LogAddressing = {
    address,
    write: (next) => written.push(next),
    linkTo: (next) => `wharf://app/#/?${JSON.stringify(next)}`,
  };
  return { addressing, written };
}

describe('a search', () => {
  it('counts over the whole log, not over what is on the screen, and marks the hits', async () => {
    openLog(hundred);
    await screen.findByText('GET /items/99');
    fireEvent.change(field(), { target: { value: 'items/9' } });
    expect(await screen.findByText('10 matches')).toBeTruthy();
    expect(new Set(marked())).toEqual(new Set(['items/9']));
    fireEvent.change(field(), { target: { value: 'nowhere' } });
    expect(await screen.findByText('No matches')).toBeTruthy();
    expect(marked()).toEqual([]);
  });

  it('steps through the hits with Enter and Shift+Enter, and round the end', async () => {
    const user = userEvent.setup();
    openLog(hundred.slice(0, 15));
    await screen.findByText('GET /items/14');
    await user.type(field(), 'failed');
    await screen.findByText('1 match');
    fireEvent.change(field(), { target: { value: 'items/1' } });
    await screen.findByText('6 matches');
    await user.type(field(), '{Enter}');
    await waitFor(() => expect(found()).toBe('GET /items/1'));
    expect(screen.getByText('1 of 6')).toBeTruthy();
    await user.type(field(), '{Enter}');
    await waitFor(() => expect(found()).toBe('GET /items/10'));
    await user.type(field(), '{Shift>}{Enter}{/Shift}');
    await waitFor(() => expect(found()).toBe('GET /items/1'));
    await user.type(field(), '{Shift>}{Enter}{/Shift}');
    await waitFor(() => expect(screen.getByText('6 of 6')).toBeTruthy());
  });

  it('says in words what is wrong with an expression, and the words go with it', async () => {
    openLog(hundred);
    await screen.findByText('GET /items/99');
    press('Regular expression');
    fireEvent.change(field(), { target: { value: '(unclosed' } });
    expect((await screen.findByRole('alert')).textContent).toMatch(/regular expression/i);
    fireEvent.change(field(), { target: { value: 'items/9.$' } });
    expect(await screen.findByText('9 matches')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('matches case and whole words when asked', async () => {
    openLog([line(0, 'Error here'), line(1, 'an error'), line(2, 'errors')]);
    await screen.findByText('errors');
    fireEvent.change(field(), { target: { value: 'error' } });
    expect(await screen.findByText('3 matches')).toBeTruthy();
    press('Match case');
    expect(await screen.findByText('2 matches')).toBeTruthy();
    press('Match whole words');
    expect(await screen.findByText('1 match')).toBeTruthy();
  });

  it('is reached with / and Ctrl+F, also on a Korean keyboard, and left with Escape', async () => {
    openLog(hundred);
    const log = await screen.findByRole('log');
    await screen.findByText('GET /items/99');
    fireEvent.keyDown(log, { key: '/', code: 'Slash' });
    expect(document.activeElement).toBe(field());
    fireEvent.change(field(), { target: { value: 'x' } });
    fireEvent.keyDown(field(), { key: 'Escape' });
    expect(document.activeElement).toBe(screen.getByRole('log'));
    expect((field() as HTMLInputElement).value).toBe('');
    fireEvent.keyDown(log, { key: 'ㄹ', code: 'KeyF', ctrlKey: true });
    expect(document.activeElement).toBe(field());
  });
});

describe('a filter', () => {
  it('shows only the hits, says how many lines are hidden between them, and leads back into the whole', async () => {
    openLog(hundred);
    await screen.findByText('GET /items/99');
    fireEvent.change(field(), { target: { value: 'request' } });
    press('Only matches');
    await screen.findByText('10 of 100 lines');
    await waitFor(() => expect(rows()).toHaveLength(10));
    expect(screen.getByText('5 hidden lines')).toBeTruthy();
    const between = screen.getAllByText('9 hidden lines');
    expect(between).toHaveLength(9);
    fireEvent.click(between[0] as HTMLElement);
    await screen.findByText('100 lines');
    expect(await screen.findByText('See in context')).toBeTruthy();
    expect((field() as HTMLInputElement).value).toBe('request');
    press('Back to the filtered lines');
    await screen.findByText('10 of 100 lines');
  });

  it('leaves out lines that hold a text', async () => {
    openLog(hundred);
    await screen.findByText('GET /items/99');
    press('Exclude');
    fireEvent.change(screen.getByRole('textbox', { name: 'Leave out lines that hold this' }), {
      target: { value: 'items' },
    });
    await screen.findByText('10 of 100 lines');
    fireEvent.change(field(), { target: { value: '5' } });
    expect(await screen.findByText('10 matches')).toBeTruthy();
  });

  it('keeps one channel, or the levels that are ticked', async () => {
    const user = userEvent.setup();
    openLog(hundred);
    await screen.findByText('GET /items/99');
    press('stderr');
    await screen.findByText('10 of 100 lines');
    press('stderr');
    await screen.findByText('100 lines');
    await user.click(screen.getByRole('button', { name: 'All levels' }));
    await user.click(await screen.findByRole('menuitemcheckbox', { name: /^Error/, hidden: true }));
    await screen.findByText('10 of 100 lines');
    expect(screen.getByRole('button', { name: 'Error' })).toBeTruthy();
  });

  it('says so where no line fits, with the way out', async () => {
    openLog(hundred.slice(0, 5));
    await screen.findByText('GET /items/4');
    press('stderr');
    expect(await screen.findByText('No line fits')).toBeTruthy();
    press('Show all lines');
    expect(await screen.findByText('GET /items/4')).toBeTruthy();
  });

  it('takes new lines as they come', async () => {
    const { host } = openLog(hundred);
    await screen.findByText('GET /items/99');
    press('stderr');
    await screen.findByText('10 of 100 lines');
    host.lines.set({ [id]: [...hundred, line(100, 'new trouble', { stream: 'stderr' })] });
    expect(await screen.findByText('new trouble')).toBeTruthy();
    expect(screen.getByText('11 of 101 lines')).toBeTruthy();
  });
});

describe('an address', () => {
  it('holds the search and the filter, and brings them back', async () => {
    const { addressing, written } = addressOf({ find: 'request', how: 'o' });
    openLog(hundred, undefined, addressing);
    await screen.findByText('10 of 100 lines');
    press('Match case');
    await waitFor(() => expect(written.at(-1)).toEqual({ find: 'request', how: 'co' }));
  });

  it('leads to a line by its time where its number has changed', async () => {
    const { addressing } = addressOf({ line: 3, at: startMs + 12_000 });
    openLog(hundred.slice(0, 18), undefined, addressing);
    await waitFor(() => expect(found()).toBe('GET /items/12'));
  });

  it('says so where its line is no longer kept', async () => {
    const { addressing } = addressOf({ line: 3, at: startMs + 9_000_000 });
    openLog(hundred.slice(0, 18), undefined, addressing);
    expect(await screen.findByText(/is no longer kept/)).toBeTruthy();
  });

  it('limits the log to its newest lines, and lets the older ones in again', async () => {
    const { addressing } = addressOf({ tail: 10 });
    openLog(hundred, undefined, addressing);
    await screen.findByText('10 lines');
    expect(screen.getByText('90 older lines are not shown')).toBeTruthy();
    press('Show all');
    await screen.findByText('100 lines');
  });

  it('limits the log to a time', async () => {
    const { addressing } = addressOf({ since: startMs + 20_000, until: startMs + 30_000 });
    openLog(hundred, undefined, addressing);
    await screen.findByText('10 lines');
    expect(rows()).toContain('GET /items/20');
    expect(rows()).not.toContain('GET /items/30');
  });
});

describe('chosen lines', () => {
  const gutter = (text: string) =>
    screen.getByText(text).closest('[data-row]')?.querySelector('[data-gutter]') as HTMLElement;

  it('are copied from main, so that those off the screen come too, and have a link', async () => {
    const { addressing } = addressOf();
    const { called } = openLog(hundred.slice(0, 15), undefined, addressing);
    await screen.findByText('GET /items/14');
    fireEvent.click(gutter('GET /items/11'));
    fireEvent.click(gutter('GET /items/14'), { shiftKey: true });
    expect(screen.getByText('4 lines')).toBeTruthy();
    press('Copy');
    await screen.findByText('4 lines copied');
    expect(called('lines.copy')).toEqual([{ source: { kind: 'container', id }, fromIndex: 11, toIndex: 15 }]);
    press('Copy link');
    await waitFor(() =>
      expect(called('host.copyText')).toEqual([
        { text: `wharf://app/#/?${JSON.stringify({ line: 11, at: startMs + 11_000 })}` },
      ]),
    );
  });

  it('are chosen by keyboard as well', async () => {
    openLog(hundred.slice(0, 15));
    const log = await screen.findByRole('log');
    await screen.findByText('GET /items/14');
    fireEvent.keyDown(log, { key: 'ArrowUp', altKey: true });
    expect(screen.getByText('Line 15')).toBeTruthy();
    fireEvent.keyDown(log, { key: 'ArrowUp', altKey: true });
    expect(screen.getByText('Line 14')).toBeTruthy();
    fireEvent.keyDown(log, { key: 'Escape' });
    expect(screen.queryByText('Line 14')).toBeNull();
  });
});

describe('the whole log', () => {
  const act = async (name: string) => {
    const user = userEvent.setup();
    await user.click(screen.getByLabelText('Copy, save, clear'));
    await user.click(await screen.findByRole('menuitem', { name, hidden: true }));
  };

  it('is cleared with a way back', async () => {
    const { called } = openLog(hundred);
    await screen.findByText('GET /items/99');
    await act('Clear this log');
    expect(await screen.findByText(/^The log was cleared/)).toBeTruthy();
    await screen.findByText('No lines yet');
    expect(called('lines.clear')).toEqual([{ id }]);
    press('Undo');
    expect(await screen.findByText('GET /items/99')).toBeTruthy();
  });

  it('is saved to a file that the person picked, all of it or what is shown', async () => {
    const { called } = openLog(hundred);
    await screen.findByText('GET /items/99');
    await act('Save all lines to a file…');
    await waitFor(() => expect(called('lines.save')).toHaveLength(1));
    press('stderr');
    await screen.findByText('10 of 100 lines');
    await act('Save the lines shown to a file…');
    await waitFor(() => expect(called('lines.save')).toHaveLength(2));
    const [all, shown] = called('lines.save') as { source: { kind: string } }[];
    expect([all?.source.kind, shown?.source.kind]).toEqual(['container', 'search']);
    expect(called('host.pickSaveFile')[0]).toEqual({ suggestedName: 'llm-api.log', extensions: ['log', 'txt'] });
  });
});

describe('entries and fields', () => {
  const traceback = [
    'ERROR: failed',
    'Traceback (most recent call last):',
    '  File "a.py", line 1',
    'ValueError: bad',
    'INFO: next',
  ].map((text, index) => line(index, text, { stream: 'stderr' }));

  it('fold a traceback into its first line and out again, one or all', async () => {
    openLog(traceback);
    await screen.findByText('ValueError: bad');
    press('Fold the lines of this entry');
    await waitFor(() => expect(rows()).toEqual(['ERROR: failed', 'INFO: next']));
    fireEvent.click(screen.getByText('+ 3 lines'));
    await screen.findByText('ValueError: bad');
    useLogPreferences.setState({ fold: true });
    await waitFor(() => expect(rows()).toEqual(['ERROR: failed', 'INFO: next']));
  });

  it('show the fields of a JSON line as a tree, and chosen ones as columns', async () => {
    openLog([line(0, '{"msg":"job done","job":7,"http":{"status":200}}')]);
    await screen.findByRole('log');
    press('Show the fields');
    expect(within(await screen.findByRole('tree')).getByText(/status/)).toBeTruthy();
    useLogPreferences.setState({ fields: ['http.status', 'job'] });
    await waitFor(() => expect(rows()).toEqual(['job done']));
    expect(screen.getByTitle('7')).toBeTruthy();
    expect(screen.getByTitle('200').textContent).toBe('200');
  });
});
