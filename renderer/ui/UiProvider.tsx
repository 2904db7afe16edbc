import { type MantineColorSchemeManager, MantineProvider } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
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
  // Resolved here: without a forced scheme the kit goes on with the one it began with.
  const ofSystem = useColorScheme('light', { getInitialValueInEffect: false });
  const shown = scheme === 'system' ? ofSystem : scheme;
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={kitVariables}
      colorSchemeManager={schemeOfSettings}
      defaultColorScheme={shown}
      forceColorScheme={shown}
    >
      {children}
    </MantineProvider>
  );
}
