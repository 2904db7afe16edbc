import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useSettings } from '../../live/useLive';
import { Section } from '../../ui/Section';
import { useTellFailure } from '../../ui/useTellFailure';
import { homeTexts } from './locale';
import styles from './Tips.module.css';

const modifier = /Mac/.test(navigator.platform) ? '⌘' : 'Ctrl+';

/** What newcomers find too late, until they are hidden; Help shows them again. */
export function Tips() {
  const t = useText(homeTexts);
  const api = useApi();
  const settings = useSettings();
  const hide = useMutation({ mutationFn: () => api.settings.change({ tips: false }), onError: useTellFailure() });
  if (settings?.tips !== true) return null;
  return (
    <Section
      title={t('tips')}
      actions={
        <Button variant="subtle" loading={hide.isPending} onClick={() => hide.mutate()}>
          {t('hideTips')}
        </Button>
      }
    >
      <ul className={styles.tips}>
        <li>{t('tipPalette', { keys: `${modifier}K` })}</li>
        <li>{t('tipShortcuts')}</li>
        <li>{t('tipCommand')}</li>
        <li>
          <Link {...places.help()}>{t('tipHelp')}</Link>
        </li>
      </ul>
    </Section>
  );
}
