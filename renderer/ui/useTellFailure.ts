import { useCallback } from 'react';
import { failureWords, toFailure } from '../lib/failures';
import { useLanguage, useText } from '../lib/i18n';
import { uiTexts } from './locale';

/** Tells, in the corner, why something failed that has no place on the page for it: a copy, a link, a switch. */
export function useTellFailure(): (error: unknown) => void {
  const language = useLanguage();
  const t = useText(uiTexts);
  return useCallback(
    (error) => {
      const words = failureWords(toFailure(error), language);
      void import('./toasts').then(({ showFailure }) => showFailure(words, t('dismiss')));
    },
    [language, t],
  );
}
