import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { registryMirror as mirrorAddress } from '../../../electron/contract/settings';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { icons } from '../../ui/icons';
import { settingsTexts } from './locale';
import { Setting } from './Setting';
import styles from './SettingsPage.module.css';
import { useChangeSettings } from './useChangeSettings';

/** The registry that mirrors Docker Hub; empty for none. */
export function MirrorSetting({ registryMirror }: { registryMirror: string | null }) {
  const t = useText(settingsTexts);
  const { change, isPending, isSaved, failure } = useChangeSettings();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? registryMirror ?? '';
  // People paste addresses as their browser shows them.
  const wanted = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '');
  const isBad = wanted !== '' && !mirrorAddress.safeParse(wanted).success;
  const isChanged = wanted !== (registryMirror ?? '');

  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!isChanged || isBad || isPending) return;
    setTyped(null);
    change({ registryMirror: wanted === '' ? null : wanted });
  };

  return (
    <Setting name={t('mirror')}>
      <form className={styles.base} onSubmit={save} noValidate>
        <div className={styles.field}>
          <TextInput
            aria-label={t('mirror')}
            placeholder={t('mirrorNone')}
            value={text}
            onChange={({ currentTarget: { value } }) => setTyped(value)}
            maxLength={300}
            spellCheck={false}
            autoComplete="off"
            error={isBad && t('mirrorBad')}
          />
          <Button
            type="submit"
            variant="default"
            loading={isPending}
            disabled={!isChanged || isBad}
            aria-label={`${t('save')}: ${t('mirror')}`}
          >
            {t('save')}
          </Button>
        </div>
        <span role="status" className={isSaved && !isChanged ? styles.found : 'hiddenVisually'}>
          {isSaved && !isChanged && (
            <>
              <icons.check size={14} stroke={1.9} aria-hidden />
              {t('saved')}
            </>
          )}
        </span>
        {failure !== null && <FailureNotice failure={failure} during={t('notSaved')} />}
        <span className={styles.why}>{t('mirrorWhy')}</span>
      </form>
    </Setting>
  );
}
