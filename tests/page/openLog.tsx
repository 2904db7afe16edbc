import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterContextProvider } from '@tanstack/react-router';
import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, onTestFinished, vi } from 'vitest';
import type { Line } from '../../electron/contract/lines';
import { rangesIn } from '../../renderer/features/logs/highlight';
import { LogView } from '../../renderer/features/logs/LogView';
import type { MarkerQuestion, MarkerWorker } from '../../renderer/features/logs/lineMarker';
import { useLogPreferences } from '../../renderer/features/logs/logPreferences';
import type { LogAddressing } from '../../renderer/features/logs/useLogAddress';
import { ApiProvider } from '../../renderer/lib/client';
import { overPort } from '../../renderer/lib/connect';
import { followShared } from '../../renderer/live/followShared';
import { UiProvider } from '../../renderer/ui/UiProvider';
import { FakeHost } from '../fakes/fakeHost';
import { sampleContainer, sampleId, sampleLine } from '../fakes/samples';

export const id = sampleId(1);
/** A line at a fixed time. */
export const line = (index: number, text: string, part: Partial<Line> = {}): Line =>
  sampleLine({ index, atMs: Date.UTC(2026, 10, 23, 9, 8, 7, 42), text, ...part });

const parents = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'offsetParent') as PropertyDescriptor;
const observer = window.ResizeObserver;

/** What the page's worker does, in the page: jsdom has none. */
class MarkingWorker implements MarkerWorker {
  onmessage: MarkerWorker['onmessage'] = null;
  constructor() {
    queueMicrotask(() => this.onmessage?.({ data: 'ready' }));
  }
  postMessage({ source, flags, texts }: MarkerQuestion): void {
    queueMicrotask(() => this.onmessage?.({ data: texts.map((text) => rangesIn(text, new RegExp(source, flags))) }));
  }
  terminate(): void {
    this.onmessage = null;
  }
}

/** A screen of 400 px and rows of 20, which is all that the list asks of layout. Call it at the top of a test file. */
export function layOutLogs(): void {
  beforeEach(() => {
    useLogPreferences.setState({ wrap: false, timestamps: 'absolute', fold: false, fields: [] });
    Object.defineProperty(HTMLElement.prototype, 'offsetParent', {
      configurable: true,
      get() {
        return this.parentElement;
      },
    });
    Element.prototype.scrollTo = function scrollTo(this: Element, to?: ScrollToOptions | number) {
      this.scrollTop = typeof to === 'object' ? (to.top ?? 0) : 0;
    };
    vi.stubGlobal('Worker', MarkingWorker);
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
    vi.unstubAllGlobals();
    window.ResizeObserver = observer;
  });
}

/** A log view on a fake host whose container's log has these lines. */
export function openLog(lines: Line[], prepare: (host: FakeHost) => void = () => {}, addressing?: LogAddressing) {
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
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  render(
    <QueryClientProvider client={cache}>
      <UiProvider scheme="light">
        <ApiProvider api={api}>
          <RouterContextProvider router={router}>
            <LogView source={{ kind: 'container', id }} addressing={addressing} />
          </RouterContextProvider>
        </ApiProvider>
      </UiProvider>
    </QueryClientProvider>,
  );
  const called = (name: string) => host.calls.filter(([call]) => call === name).map(([, input]) => input);
  return { host, called };
}
