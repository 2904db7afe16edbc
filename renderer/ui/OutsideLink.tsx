import type { ReactNode } from 'react';
import { useApi } from '../lib/client';
import { useText } from '../lib/i18n';
import { uiTexts } from './locale';
import { useTellFailure } from './useTellFailure';

/** A link that opens in the person's browser: the page itself never leaves. */
export function OutsideLink({ url, children, className }: { url: string; children: ReactNode; className?: string }) {
  const t = useText(uiTexts);
  const api = useApi();
  const tellFailure = useTellFailure();
  return (
    <a
      href={url}
      className={className}
      title={`${url}\n${t('opensInBrowser')}`}
      onClick={(event) => {
        event.preventDefault();
        void api.host.openLink({ url }).catch(tellFailure);
      }}
    >
      {children}
    </a>
  );
}
