import { Autocomplete, Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useText } from '../../lib/i18n';
import { useImages } from '../../live/useLive';
import { FailureNotice } from '../../ui/FailureNotice';
import { icons } from '../../ui/icons';
import { settingsTexts } from './locale';
import { Setting } from './Setting';
import styles from './SettingsPage.module.css';
import { useChangeSettings } from './useChangeSettings';

/** The image that the bundled Dockerfile starts from: typed or taken from the engine's, empty for automatic. */
export function BaseImageSetting({ baseImage }: { baseImage: string | null }) {
  const t = useText(settingsTexts);
  const images = useImages()?.images;
  const tags = [...new Set(images?.flatMap((image) => image.tags))];
  const { change, isPending, isSaved, failure } = useChangeSettings();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? baseImage ?? '';
  const wanted = text.trim();
  const isBad = /\s/.test(wanted);
  const isChanged = wanted !== (baseImage ?? '');

  const save = (event?: FormEvent) => {
    event?.preventDefault();
    if (isChanged && !isBad && !isPending) change({ baseImage: wanted === '' ? null : wanted });
  };

  return (
    <Setting name={t('baseImage')}>
      <form className={styles.base} onSubmit={save} noValidate>
        <div className={styles.field}>
          <Autocomplete
            aria-label={t('baseImage')}
            placeholder={t('automatic')}
            data={tags}
            value={text}
            onChange={setTyped}
            maxLength={255}
            spellCheck={false}
            error={isBad && t('baseImageBad')}
          />
          <Button
            type="submit"
            variant="default"
            loading={isPending}
            disabled={!isChanged || isBad}
            aria-label={`${t('save')}: ${t('baseImage')}`}
          >
            {t('save')}
          </Button>
          {baseImage !== null && !isChanged && (
            <Button
              variant="default"
              onClick={() => {
                setTyped(null);
                change({ baseImage: null });
              }}
            >
              {t('useAutomatic')}
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
        {wanted !== '' && !isBad && images !== undefined && (
          <span className={styles.found}>
            {tags.includes(wanted) || tags.includes(`${wanted}:latest`) ? t('baseImageHere') : t('baseImageAway')}
          </span>
        )}
        {failure !== null && <FailureNotice failure={failure} during={t('notSaved')} />}
        <span className={styles.why}>{t('baseImageWhy')}</span>
      </form>
    </Setting>
  );
}
