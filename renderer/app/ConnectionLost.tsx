import { Button } from '@mantine/core';
import { useText } from '../lib/i18n';
import { FullPage } from '../ui/FullPage';
import { icons } from '../ui/icons';
import { appTexts } from './locale';

/** In place of everything once the way to main is closed for good. */
export function ConnectionLost() {
  const t = useText(appTexts);
  return (
    <FullPage
      icon={icons.engineLost}
      title={t('connectionLost')}
      role="alert"
      actions={<Button onClick={() => window.location.reload()}>{t('reload')}</Button>}
    >
      {t('connectionLostRemedy')}
    </FullPage>
  );
}
