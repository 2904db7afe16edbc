import { useCallback } from 'react';
import { useText } from '../lib/i18n';
import { uiTexts } from './locale';

/** Tells, in the corner, that something was done; with `undo`, which takes it back, for a while. */
export function useTellDone(): (words: string, undo?: () => void) => void {
  const t = useText(uiTexts);
  return useCallback(
    (words, undo) => {
      void import('./toasts').then(({ showDone }) =>
        showDone({ words, closeLabel: t('dismiss'), ...(undo ? { undo: { word: t('undo'), act: undo } } : {}) }),
      );
    },
    [t],
  );
}
