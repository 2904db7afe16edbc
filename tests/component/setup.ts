import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';
import { switchLanguage } from '../../renderer/lib/i18n';

// What jsdom lacks and the page's kit asks for; none of it is under test.
if (typeof window !== 'undefined') {
  window.matchMedia = (media) =>
    ({
      matches: false,
      media,
      addEventListener() {},
      removeEventListener() {},
      addListener() {},
      removeListener() {},
    }) as never;
  window.ResizeObserver = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  // Charts and terminals draw on a canvas that nobody sees: every question is answered with nothing.
  const nothing: unknown = new Proxy(() => nothing, {
    get: (_, name) => (name === Symbol.toPrimitive ? () => 0 : nothing),
    set: () => true,
    apply: () => nothing,
  });
  HTMLCanvasElement.prototype.getContext = (() => nothing) as never;
  (window as { Path2D?: unknown }).Path2D ??= class {
    constructor() {
      return nothing as never;
    }
  };
  Object.assign(document, { fonts: new EventTarget() });
  window.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  Element.prototype.scrollTo = () => {};
  Blob.prototype.arrayBuffer = function () {
    return new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result as ArrayBuffer);
      reader.readAsArrayBuffer(this);
    });
  };
}

// Pages are chunks of their own: the first of a file may take a while to load on a busy machine.
vi.setConfig({ testTimeout: 20_000 });
configure({ asyncUtilTimeout: 5000 });

beforeEach(() => {
  if (typeof window !== 'undefined') {
    localStorage.clear();
    window.location.hash = '';
  }
  switchLanguage('en');
});

afterEach(cleanup);
