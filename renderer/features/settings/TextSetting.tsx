import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Settings } from '../../../electron/contract/settings';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { icons } from '../../ui/icons';
import { settingsTexts } from './locale';
import { Setting } from './Setting';
import styles from './SettingsPage.module.css';
import { useChangeSettings } from './useChangeSettings';

interface TextSettingProps {
  /** Which of the settings. */
  setting: 'baseImage' | 'registryMirror' | 'ollamaImage';
  name: string;
  why: string;
  stored: Settings['baseImage' | 'registryMirror' | 'ollamaImage'];
  /** What is stored of what was typed; empty is null. */
  tidy?: (typed: string) => string;
  isRight: (wanted: string) => boolean;
  field: (props: { value: string; onChange: (typed: string) => void; isBad: boolean }) => ReactNode;
  /** The button that empties the field and the setting; none where left out. */
  emptyWord?: string;
  /** What is known of a right value. */
  note?: (wanted: string) => ReactNode;
}

/** A setting that is typed: it is stored on demand, and stays in the field where it cannot be. */
export function TextSetting(props: TextSettingProps) {
  const { setting, name, why, stored, tidy, isRight, field, emptyWord, note } = props;
  const t = useText(settingsTexts);
  const { change, isPending, isSaved, failure } = useChangeSettings();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? stored ?? '';
  const wanted = tidy?.(text.trim()) ?? text.trim();
  const isBad = wanted !== '' && !isRight(wanted);
  const isChanged = wanted !== (stored ?? '');

  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!isChanged || isBad || isPending) return;
    setTyped(wanted);
    change({ [setting]: wanted === '' ? null : wanted });
  };

  return (
    <Setting name={name}>
      <form className={styles.text} onSubmit={save} noValidate>
        <div className={styles.field}>
          {field({ value: text, onChange: setTyped, isBad })}
          <Button
            type="submit"
            variant="default"
            loading={isPending}
            disabled={!isChanged || isBad}
            aria-label={`${t('save')}: ${name}`}
          >
            {t('save')}
          </Button>
          {emptyWord !== undefined && stored !== null && !isChanged && (
            <Button
              variant="default"
              onClick={() => {
                setTyped(null);
                change({ [setting]: null });
              }}
            >
              {emptyWord}
            </Button>
          )}
        </div>
        <span role="status" className={isSaved && !isChanged ? styles.found : 'hiddenVisually'}>
          {isSaved && !isChanged && (
            <>
              <icons.check size={14} stroke={1.9} aria-hidden />
              {t('saved')}
            </>
          )}
        </span>
        {wanted !== '' && !isBad && note?.(wanted)}
        {failure !== null && <FailureNotice failure={failure} during={t('notSaved')} />}
        <span className={styles.why}>{why}</span>
      </form>
    </Setting>
  );
}
