import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { FailureValue } from '../../electron/contract/failures';
import type { Line } from '../../electron/contract/lines';
import { LogView } from '../../renderer/features/logs/LogView';
import { useLogPreferences } from '../../renderer/features/logs/logPreferences';
import { ApiProvider } from '../../renderer/lib/client';
import { overPort } from '../../renderer/lib/connect';
import { followShared } from '../../renderer/live/followShared';
import { UiProvider } from '../../renderer/ui/UiProvider';
import { FakeHost } from '../fakes/fakeHost';
import { sampleContainer, sampleId, sampleLine } from '../fakes/samples';

const id = sampleId(1);
const line = (index: number, text: string, part: Partial<Line> = {}): Line =>
  sampleLine({ index, atMs: Date.UTC(2026, 10, 23, 9, 8, 7, 42), text, ...part });

const parents = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'offsetParent') as PropertyDescriptor;
const observer = window.ResizeObserver;

/** A screen of 400 px and rows of 20, which is all that the list asks of layout. */
beforeEach(() => {
  useLogPreferences.setState({ wrap: false, timestamps: 'absolute' });
  Object.defineProperty(HTMLElement.prototype, 'offsetParent', {
    configurable: true,
    get() {
      return this.parentElement;
    },
  });
  window.ResizeObserver = class {
    constructor(private readonly tell: ResizeObserverCallback) {}
    observe(target: Element) {
      const height = target.getAttribute('role') === 'log' ? 400 : 20;
      queueMicrotask(() =>
        act(() => this.tell([{ target, contentRect: { width: 800, height } } as never], this as never)),
      );
    }
    unobserve() {}
    disconnect() {}
  };
});

afterEach(() => {
  Object.defineProperty(HTMLElement.prototype, 'offsetParent', parents);
  window.ResizeObserver = observer;
});

function openLog(lines: Line[], prepare: (host: FakeHost) => void = () => {}) {
  const host = new FakeHost({ containers: [sampleContainer()], lines: { [id]: lines } });
  prepare(host);
  const leaving = new AbortController();
  onTestFinished(() => {
    leaving.abort();
    host.close();
  });
  const { api } = overPort(host.connect());
  const cache = new QueryClient();
  void followShared(api, cache, leaving.signal);
  render(
    <QueryClientProvider client={cache}>
      <UiProvider scheme="light">
        <ApiProvider api={api}>
          <LogView source={{ kind: 'container', id }} />
        </ApiProvider>
      </UiProvider>
    </QueryClientProvider>,
  );
  const called = (name: string) => host.calls.filter(([call]) => call === name).map(([, input]) => input);
  return { host, called };
}

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

  it('that Wharf marks are sentences: a gap and a restart', async () => {
    openLog([line(0, 'gap', { stream: 'mark' }), line(1, 'restarted', { stream: 'mark' })]);
    expect(await screen.findByText(/Lines are missing here/)).toBeTruthy();
    expect(screen.getByText(/^Restarted at/)).toBeTruthy();
  });

  it('say what was cut from them and what is not laid out', async () => {
    const { called } = openLog([line(0, 'x'.repeat(12_000), { cutBytes: 5 * 1024 * 1024 })]);
    expect(await screen.findByText('5 MiB cut from this line')).toBeTruthy();
    fireEvent.click(screen.getByText('+ 2,000 characters'));
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: 'x'.repeat(12_000) }]));
  });

  it('are told apart by stream in words, not by colour alone', async () => {
    openLog([line(0, 'fine'), line(1, 'bad', { stream: 'stderr' })]);
    const bad = (await screen.findByText('bad')).parentElement as HTMLElement;
    expect(within(bad).getByText('err')).toBeTruthy();
    expect(screen.getByText('out')).toBeTruthy();
  });

  it('show their time as chosen', async () => {
    openLog([line(0, 'text')]);
    await screen.findByText('text');
    const stamp = () => document.querySelector('time')?.textContent;
    expect(stamp()).toMatch(/^11-2\d \d\d:08:07\.042$/);
    fireEvent.click(screen.getByText('Off'));
    expect(stamp()).toBeUndefined();
    fireEvent.click(screen.getByText('Ago'));
    expect(stamp()).toMatch(/ago|now|yesterday|month|day/);
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

  it('copies the lines on the screen without colours and without words of ours', async () => {
    const { called } = openLog([line(0, 'one'), line(1, 'gap', { stream: 'mark' }), line(2, '\x1b[31mtwo\x1b[0m')]);
    await screen.findByText('one');
    fireEvent.click(screen.getByLabelText('Copy the lines on the screen'));
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: 'one\ntwo' }]));
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
