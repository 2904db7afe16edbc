import { Button } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useText } from '../lib/i18n';
import { places } from '../lib/places';
import { FullPage } from '../ui/FullPage';
import { icons } from '../ui/icons';
import { appTexts } from './locale';

/** In place of a page that threw while it was drawn; the frame around it stays usable. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const t = useText(appTexts);
  return (
    <FullPage
      icon={icons.warning}
      title={t('pageFailed')}
      role="alert"
      actions={<Button onClick={reset}>{t('reload')}</Button>}
    >
      <p>{t('pageFailedRemedy')}</p>
      <p className="mono">{String(error)}</p>
    </FullPage>
  );
}

/** In place of a page whose address leads nowhere. */
export function NotFound() {
  const t = useText(appTexts);
  return (
    <FullPage
      icon={icons.search}
      title={t('notFound')}
      actions={<Button renderRoot={(props) => <Link {...props} {...places.home()} />}>{t('goHome')}</Button>}
    >
      {t('notFoundRemedy')}
    </FullPage>
  );
}
