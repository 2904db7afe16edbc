import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import './styles';
import { kitVariables, theme } from './theme';

/** The look around everything: theme, tokens, faces. `scheme` as the person set it. */
export function UiProvider({ scheme, children }: { scheme: 'system' | 'light' | 'dark'; children: ReactNode }) {
  const forced = scheme === 'system' ? {} : { forceColorScheme: scheme };
  return (
    <MantineProvider theme={theme} cssVariablesResolver={kitVariables} defaultColorScheme="auto" {...forced}>
      {children}
    </MantineProvider>
  );
}
