import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { describe, expect, test } from 'vitest';
import { UiProvider } from '../../renderer/ui/UiProvider';

const shown = () => document.documentElement.getAttribute('data-mantine-color-scheme');

describe('the scheme', () => {
  test('stays the one that Wharf began with once the person follows the system', () => {
    const root = createRoot(document.createElement('div'));
    const show = (scheme: 'system' | 'light' | 'dark') =>
      act(() => root.render(<UiProvider scheme={scheme}>{null}</UiProvider>));
    show('dark');
    expect(shown()).toBe('dark');
    show('system');
    expect(shown()).toBe('light');
    show('dark');
    expect(shown()).toBe('dark');
    act(() => root.unmount());
  });
});
