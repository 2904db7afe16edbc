import { Autocomplete, Button, Checkbox, TextInput } from '@mantine/core';
import { folderRefusal } from '../../../../electron/contract/hostFolders';
import { useApi } from '../../../lib/client';
import { failureWords } from '../../../lib/failures';
import { useLanguage, useText } from '../../../lib/i18n';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { useTellFailure } from '../../../ui/useTellFailure';
import type { MountValues } from '../runFormValues';
import { runTexts } from '../runLocale';
import { FormSection } from './FormSection';
import styles from './run.module.css';
import { usePlaces } from './usePlaces';
import { type RunSectionProps, useRunForm } from './useRunForm';

/** Named volumes, and folders that the person chose in a dialog; none of the system's. */
export function StorageSection({ isWrong, defaults }: RunSectionProps) {
  const t = useText(runTexts);
  const language = useLanguage();
  const api = useApi();
  const tellFailure = useTellFailure();
  const { volumes } = usePlaces();
  const { values, change } = useRunForm();
  const { mounts } = values;
  const set = (index: number, part: Partial<MountValues>) =>
    change(
      'mounts',
      mounts.map((mount, at) => (at === index ? { ...mount, ...part } : mount)),
    );
  const wanted = defaults?.volumePaths.find((path) => mounts.every((mount) => mount.path !== path)) ?? '';
  const chooseFolder = async () => {
    try {
      const { path } = await api.host.chooseFolder();
      if (path === null) return;
      change('mounts', [...mounts, { kind: 'folder', source: path, path: wanted || '/data', readOnly: true }]);
    } catch (error) {
      tellFailure(error);
    }
  };
  return (
    <FormSection
      title={t('storage')}
      summary={mounts.length === 0 ? t('none') : mounts.map(({ source, path }) => `${source} → ${path}`).join(', ')}
      wrong={isWrong('mounts')}
    >
      {mounts.map((mount, index) => {
        const refusal = mount.kind === 'folder' ? folderRefusal(mount.source) : null;
        const number = index + 1;
        return (
          // Mounts have no identity of their own and are only added at the end.
          <div key={index}>
            <div className={styles.mount}>
              {mount.kind === 'volume' ? (
                <Autocomplete
                  value={mount.source}
                  data={volumes}
                  aria-label={`${t('source')} ${number}`}
                  placeholder={t('source')}
                  spellCheck={false}
                  onChange={(source) => set(index, { source })}
                />
              ) : (
                <bdi className={`mono ${styles.folder}`} title={mount.source}>
                  {mount.source}
                </bdi>
              )}
              <TextInput
                value={mount.path}
                aria-label={`${t('path')} ${number}`}
                placeholder={t('path')}
                spellCheck={false}
                onChange={(event) => set(index, { path: event.currentTarget.value })}
              />
              <Checkbox
                label={t('readOnly')}
                checked={mount.readOnly}
                onChange={(event) => set(index, { readOnly: event.currentTarget.checked })}
              />
              <IconButton
                icon={icons.close}
                label={t('removeMount', { name: mount.source || number })}
                onClick={() =>
                  change(
                    'mounts',
                    mounts.filter((_, at) => at !== index),
                  )
                }
              />
            </div>
            {refusal !== null && (
              <p className={styles.problem} role="alert">
                {
                  failureWords({ code: 'FOLDER_REFUSED', details: { folder: mount.source, reason: refusal } }, language)
                    .what
                }
              </p>
            )}
          </div>
        );
      })}
      {isWrong('mounts') && <p className={styles.problem}>{t('mountsBad')}</p>}
      {mounts.some(({ kind, readOnly }) => kind === 'folder' && !readOnly) && (
        <p className={styles.risk}>{t('folderRisk')}</p>
      )}
      <div className={styles.row}>
        <Button
          variant="default"
          leftSection={<icons.add size={14} aria-hidden />}
          onClick={() =>
            change('mounts', [...mounts, { kind: 'volume', source: '', path: wanted || '/data', readOnly: false }])
          }
        >
          {t('addVolume')}
        </Button>
        <Button
          variant="default"
          leftSection={<icons.folder size={14} aria-hidden />}
          onClick={() => void chooseFolder()}
        >
          {t('addFolder')}
        </Button>
      </div>
    </FormSection>
  );
}
