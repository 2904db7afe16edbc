import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { KeptLog } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useSettings } from '../../live/useLive';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { Section } from '../../ui/Section';
import { useTellFailure } from '../../ui/useTellFailure';
import styles from './ContainerPicker.module.css';
import { severalTexts } from './severalLocale';
import { useKeeping } from './useKeptLogs';

/** The kept logs of containers that are gone: each can be read and deleted; and whose are kept. */
export function KeptLogs({ gone }: { gone: readonly KeptLog[] }) {
  const t = useText(severalTexts);
  const format = useFormat();
  const api = useApi();
  const queries = useQueryClient();
  const tellFailure = useTellFailure();
  const settings = useSettings();
  const { keepingCount, leftOutCount } = useKeeping();
  const [asked, setAsked] = useState<string | null>(null);
  const removal = useMutation({
    mutationFn: (id: string) => api.lines.removeKept({ id }),
    onError: tellFailure,
    onSettled: () => {
      setAsked(null);
      return queries.invalidateQueries({ queryKey: ['lines', 'kept'] });
    },
  });
  return (
    <Section title={t('goneContainers')}>
      <p className={styles.hint}>
        {t('keptHint', { whose: t(`whose.${settings?.keepLogs ?? 'wharf'}`) })}{' '}
        {leftOutCount > 0 && `${t('leftOut', { kept: keepingCount, count: leftOutCount })} `}
        <Link {...places.settings()}>{t('logSettings')}</Link>
      </p>
      <ul className={styles.list}>
        {gone.map(({ containerId, name, image, sizeBytes, newestAtMs }) => (
          <li key={containerId} className={styles.kept}>
            <Link className={styles.name} {...places.logs({ ids: [containerId] })}>
              {name}
            </Link>
            <span className={styles.image}>{image}</span>
            <span className={styles.when}>{newestAtMs === null ? '' : format.dateTime(newestAtMs)}</span>
            <span className={styles.size}>{format.bytes(sizeBytes)}</span>
            {asked === containerId ? (
              <span className={styles.asked}>
                {t('deleteForGood')}
                <Button size="compact-sm" color="red" onClick={() => removal.mutate(containerId)}>
                  {t('delete')}
                </Button>
                <Button size="compact-sm" variant="default" onClick={() => setAsked(null)}>
                  {t('leave')}
                </Button>
              </span>
            ) : (
              <IconButton icon={icons.remove} label={t('deleteKept', { name })} onClick={() => setAsked(containerId)} />
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
