import { Button } from '@mantine/core';
import type { Api } from '../../../electron/contract/api';
import type { Settings, SettingsChange } from '../../../electron/contract/settings';
import type { UpdateState } from '../../../electron/contract/updates';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { useWatched } from '../../lib/useWatched';
import { Choices } from '../../ui/Choices';
import { useTellFailure } from '../../ui/useTellFailure';
import { settingsTexts } from './locale';
import { Setting } from './Setting';
import styles from './UpdateSetting.module.css';

const open = (api: Api, signal: AbortSignal) => api.updates.watch(undefined, { signal });

interface UpdateSettingProps {
  settings: Settings;
  change: (values: SettingsChange) => void;
}

/** The switch of Wharf's own updates and how they stand; where there are none, how updates come there. */
export function UpdateSetting({ settings, change }: UpdateSettingProps) {
  const t = useText(settingsTexts);
  const api = useApi();
  const tellFailure = useTellFailure();
  const state = useWatched(open);
  if (state === undefined || state.kind === 'away') {
    return <Setting name={t('updates')} why={state === undefined ? '' : t(`updates.${state.reason}`)} />;
  }
  const words = (now: Exclude<UpdateState, { kind: 'away' }>): string => {
    if (now.kind === 'idle') return '';
    if (now.kind === 'downloading') {
      return t('updates.downloading', { version: now.version, share: String(Math.floor(now.share * 100)) });
    }
    if (now.kind === 'ready')
      return t(settings.updates ? 'updates.ready' : 'updates.readyOff', { version: now.version });
    return now.kind === 'failed' ? t('updates.failed', { message: now.message }) : t(`updates.${now.kind}`);
  };
  const isBusy = state.kind === 'checking' || state.kind === 'downloading';
  return (
    <Setting name={t('updates')} why={t('updatesWhy')}>
      <div className={styles.update}>
        <Choices
          label={t('updates')}
          value={settings.updates ? 'on' : 'off'}
          onChange={(value) => change({ updates: value === 'on' })}
          choices={[
            { value: 'on', word: t('on') },
            { value: 'off', word: t('off') },
          ]}
        />
        {state.kind === 'ready' ? (
          <Button onClick={() => void api.updates.install().catch(tellFailure)}>{t('updatesInstall')}</Button>
        ) : (
          <Button variant="default" disabled={isBusy} onClick={() => void api.updates.check().catch(tellFailure)}>
            {t('updatesCheck')}
          </Button>
        )}
        <span className={styles.state} role="status">
          {words(state)}
        </span>
      </div>
    </Setting>
  );
}
