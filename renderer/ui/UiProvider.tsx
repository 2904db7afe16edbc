import { type MantineColorSchemeManager, MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import './styles';
import { kitVariables, theme } from './theme';

/** The scheme is a setting of ours. The kit's own manager would keep it in the page's storage, which is slow to open. */
const schemeOfSettings: MantineColorSchemeManager = {
  get: (scheme) => scheme,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};

/** The look around everything: theme, tokens, faces. `scheme` as the person set it. */
export function UiProvider({ scheme, children }: { scheme: 'system' | 'light' | 'dark'; children: ReactNode }) {
  const isSystem = scheme === 'system';
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={kitVariables}
      colorSchemeManager={schemeOfSettings}
      defaultColorScheme={isSystem ? 'auto' : scheme}
      {...(!isSystem && { forceColorScheme: scheme })}
    >
      {children}
    </MantineProvider>
  );
}
