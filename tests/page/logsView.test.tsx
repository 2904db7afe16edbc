import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { FailureValue } from '../../electron/contract/failures';
import type { Line, LogMark } from '../../electron/contract/lines';
import { sampleLine } from '../fakes/samples';
import { id, layOutLogs, line, openLog } from './openLog';

layOutLogs();

describe('lines', () => {
  it('stay text, whatever they look like', async () => {
    openLog([line(0, '<img src=x onerror=alert(1)> \x1b]0;owned\x07 a\u202eb')]);
    const log = await screen.findByRole('log');
    await within(log).findByText(/<img src=x onerror=alert\(1\)>/);
    expect(log.querySelector('img')).toBeNull();
    expect(within(log).getByTitle('U+202E').textContent).toBe('RLO');
  });

  it('arrive while they are looked at', async () => {
    const { host } = openLog([line(0, 'first')]);
    await screen.findByText('first');
    host.lines.set({ [id]: [line(0, 'first'), line(1, 'second')] });
    expect(await screen.findByText('second')).toBeTruthy();
    expect(screen.getByText('2 lines')).toBeTruthy();
  });

  it('that Wharf marks are sentences with their times', async () => {
    const from = Date.UTC(2026, 10, 23, 9, 0, 0);
    const mark = (index: number, value: LogMark): Line => sampleLine({ index, stream: 'mark', mark: value });
    openLog([
      mark(0, { kind: 'gap', fromMs: from, toMs: from + 60_000 }),
      mark(1, { kind: 'gap', fromMs: null, toMs: null }),
      mark(2, { kind: 'restarted', fromMs: null, toMs: from }),
      mark(3, { kind: 'recreated', fromMs: from, toMs: from + 1000 }),
    ]);
    expect(await screen.findByText(/^Lines from .*:00:00.* to .*:01:00.* are missing/)).toBeTruthy();
    expect(screen.getByText(/^Lines are missing here/)).toBeTruthy();
    expect(screen.getByText(/^Restarted at .*:00:00/)).toBeTruthy();
    expect(screen.getByText(/^A new container of this name from .*:00:01/)).toBeTruthy();
  });

  it('say what was cut from them and what is not laid out', async () => {
    const { called } = openLog([line(0, 'x'.repeat(12_000), { cutBytes: 5 * 1024 * 1024 })]);
    expect(await screen.findByText('5 MiB more, not shown')).toBeTruthy();
    fireEvent.click(screen.getByText('+ 2,000 characters'));
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: 'x'.repeat(12_000) }]));
  });

  it('are told apart by stream in words, not by colour alone', async () => {
    openLog([line(0, 'fine'), line(1, 'bad', { stream: 'stderr' })]);
    const bad = (await screen.findByText('bad')).closest('[data-row]') as HTMLElement;
    expect(within(bad).getByText('err')).toBeTruthy();
    expect(screen.getByText('out')).toBeTruthy();
  });

  it('show their time as chosen', async () => {
    openLog([line(0, 'text')]);
    await screen.findByText('text');
    const stamp = () => document.querySelector('time')?.textContent;
    expect(stamp()).toMatch(/^11-2\d \d\d:08:07\.042$/);
    await choose('How lines are shown', 'menuitemradio', 'No time stamps');
    expect(stamp()).toBeUndefined();
    await choose('How lines are shown', 'menuitemradio', 'How long ago');
    expect(stamp()).toMatch(/ago|now|yesterday|month|day/);
  });

  it('have no empty column where their source has no times', async () => {
    openLog([line(0, 'text', { atMs: null })]);
    await screen.findByText('text');
    expect(document.querySelector('time')).toBeNull();
    expect(screen.queryByLabelText('Time and range')).toBeNull();
  });

  it('say their level by letter and name, not by colour alone', async () => {
    openLog([line(0, 'fine', { level: 'info' }), line(1, 'bad', { level: 'error' })]);
    await screen.findByText('bad');
    expect(screen.getByRole('img', { name: 'Error' }).textContent).toBe('E');
    expect(screen.getByRole('img', { name: 'Info' }).textContent).toBe('I');
  });
});

describe('leaving the page', () => {
  it('asks before a link of a log opens, naming its host', async () => {
    const { called } = openLog([line(0, 'see https://evil.test/a now')]);
    fireEvent.click(await screen.findByText('https://evil.test/a'));
    expect(await screen.findByText('Open evil.test?')).toBeTruthy();
    expect(called('host.openLink')).toEqual([]);
    fireEvent.click(screen.getByText('Open in browser'));
    await waitFor(() => expect(called('host.openLink')).toEqual([{ url: 'https://evil.test/a' }]));
  });

  it('copies what is selected, without what stands beside the lines', async () => {
    const { called } = openLog([line(0, 'one'), line(1, '\x1b[31mtwo\x1b[0m')]);
    const one = await screen.findByText('one');
    window.getSelection()?.removeAllRanges();
    const range = document.createRange();
    range.setStart(one, 0);
    range.setEndAfter(await screen.findByText('two'));
    window.getSelection()?.addRange(range);
    fireEvent.copy(one);
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: 'one\ntwo' }]));
    window.getSelection()?.removeAllRanges();
  });
});

describe('how the log stands', () => {
  it('is said where nothing was written yet', async () => {
    openLog([]);
    expect(await screen.findByText('No lines yet')).toBeTruthy();
    expect(screen.getByText('Live')).toBeTruthy();
  });

  it('is a failure in words that goes away with its cause', async () => {
    const { host } = openLog([line(0, 'text')]);
    await screen.findByText('text');
    const failure: FailureValue = {
      code: 'ENGINE_UNREACHABLE',
      details: { address: 'unix:///x.sock', reason: 'lost' },
    };
    host.refuse('lines.read', failure);
    host.lines.set({ [id]: [line(0, 'text'), line(1, 'more')] });
    expect((await screen.findByRole('alert')).textContent).toContain('unix:///x.sock');
    expect(screen.getByText('text')).toBeTruthy();
    host.refuse('lines.read', null);
    fireEvent.click(screen.getByText('Try again'));
    expect(await screen.findByText('more')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is a failure where the container is gone, not a log that is opening for ever', async () => {
    openLog([], (host) => host.refuse('lines.follow', { code: 'CONTAINER_MISSING', details: { id } }));
    expect((await screen.findByRole('alert')).textContent).toContain('container');
    expect(screen.getByText('Failed')).toBeTruthy();
  });

  it('has the command that does the same', async () => {
    openLog([line(0, 'text')]);
    await waitFor(() => expect(screen.getByRole('figure').textContent).toContain('docker logs -f llm-api'));
  });
});

describe('a reader who left the end', () => {
  it('is told how much came, and gets there with one click or End', async () => {
    const all = Array.from({ length: 300 }, (_, index) => line(index, `line ${index}`));
    const { host } = openLog(all.slice(0, 200));
    const log = await screen.findByRole('log');
    Object.defineProperty(log, 'scrollHeight', { configurable: true, value: 4000 });
    await screen.findByText('line 199');
    fireEvent.keyDown(log, { key: 'PageUp' });
    host.lines.set({ [id]: all });
    fireEvent.click(await screen.findByText('100 new lines'));
    await screen.findByText('300 lines');
    await waitFor(() => expect(screen.queryByText('100 new lines')).toBeNull());
    fireEvent.keyDown(log, { key: 'ArrowUp' });
    host.lines.set({ [id]: [...all, line(300, 'last')] });
    await screen.findByText('1 new line');
    fireEvent.keyDown(log, { key: 'End' });
    await waitFor(() => expect(screen.queryByText('1 new line')).toBeNull());
  });
});

async function choose(menu: string, role: string, name: string): Promise<void> {
  const user = userEvent.setup();
  if (screen.queryByRole('menu', { hidden: true }) === null) await user.click(screen.getByLabelText(menu));
  await user.click(await screen.findByRole(role, { name, hidden: true }));
}
