import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { KeptLog } from '../../../electron/contract/lines';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useContainerTable } from '../../live/useLive';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { SearchField } from '../../ui/SearchField';
import { Section } from '../../ui/Section';
import { Status } from '../../ui/Status';
import styles from './ContainerPicker.module.css';
import { logTexts } from './locale';
import { severalTexts } from './severalLocale';

/** Logs that are merged or shown side by side at once. */
const mostLogs = 50;

interface ContainerPickerProps {
  onShow: (ids: readonly string[], side: boolean) => void;
  kept: readonly KeptLog[];
}

/** The choice of containers whose logs are read together, and the logs of those that are gone. */
export function ContainerPicker({ onShow, kept }: ContainerPickerProps) {
  const t = useText(severalTexts);
  const ofLog = useText(logTexts);
  const format = useFormat();
  const table = useContainerTable();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [find, setFind] = useState('');
  if (table === undefined) return null;
  const isUp = (state: string) => state === 'running' || state === 'paused';
  const all = [...table.containers].sort((a, b) => Number(isUp(b.state)) - Number(isUp(a.state)));
  const shown = all.filter(({ name }) => name.toLowerCase().includes(find.trim().toLowerCase()));
  const gone = kept.filter(({ containerId }) => !all.some(({ id }) => id === containerId));
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(0, mostLogs));

  return (
    <div className={styles.picker}>
      <Section title={t('chooseContainers')}>
        {all.length === 0 ? (
          <FullPage icon={icons.containers} title={t('noContainers')}>
            {t('noContainersHint')}
          </FullPage>
        ) : (
          <>
            <div className={styles.bar}>
              <SearchField value={find} onChange={setFind} label={t('findContainer')} />
              <Button disabled={chosen.length === 0} onClick={() => onShow(chosen, false)}>
                {t('showMerged')}
              </Button>
              <Button variant="default" disabled={chosen.length === 0} onClick={() => onShow(chosen, true)}>
                {t('showSide')}
              </Button>
              <Button
                variant="default"
                onClick={() =>
                  setChosen(
                    all
                      .filter(({ state }) => isUp(state))
                      .map(({ id }) => id)
                      .slice(0, mostLogs),
                  )
                }
              >
                {t('chooseRunning')}
              </Button>
            </div>
            <ul className={styles.list}>
              {shown.map(({ id, name, image, state }) => (
                <li key={id}>
                  <label className={styles.row}>
                    <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
                    <span className={styles.name}>{name}</span>
                    <span className={styles.image}>{image}</span>
                    <Status
                      tone={isUp(state) ? 'good' : 'idle'}
                      word={isUp(state) ? ofLog('live') : ofLog('endedContainer')}
                    />
                  </label>
                </li>
              ))}
            </ul>
          </>
        )}
      </Section>
      {gone.length === 0 ? (
        <p className={styles.hint}>{t('keptHint')}</p>
      ) : (
        <Section title={t('goneContainers')}>
          <p className={styles.hint}>{t('keptHint')}</p>
          <ul className={styles.list}>
            {gone.map(({ containerId, name, sizeBytes, newestAtMs }) => (
              <li key={containerId} className={styles.row}>
                <Link className={styles.name} {...places.logs({ ids: [containerId] })}>
                  {name}
                </Link>
                <span className={styles.image}>{newestAtMs === null ? '' : format.dateTime(newestAtMs)}</span>
                <span>{format.bytes(sizeBytes)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
