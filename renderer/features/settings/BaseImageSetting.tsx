import { Autocomplete } from '@mantine/core';
import { writtenOut } from '../../../electron/contract/imageNames';
import { useText } from '../../lib/i18n';
import { useImages } from '../../live/useLive';
import { settingsTexts } from './locale';
import styles from './SettingsPage.module.css';
import { TextSetting } from './TextSetting';

/** The image that the bundled Dockerfile starts from: typed or taken from the engine's, empty for automatic. */
export function BaseImageSetting({ baseImage }: { baseImage: string | null }) {
  const t = useText(settingsTexts);
  const images = useImages()?.images;
  const tags = [...new Set(images?.flatMap((image) => image.tags))];
  return (
    <TextSetting
      setting="baseImage"
      name={t('baseImage')}
      why={t('baseImageWhy')}
      stored={baseImage}
      isRight={(wanted) => !/\s/.test(wanted)}
      field={({ value, onChange, isBad }) => (
        <Autocomplete
          aria-label={t('baseImage')}
          placeholder={t('automatic')}
          data={tags}
          value={value}
          onChange={onChange}
          maxLength={255}
          spellCheck={false}
          error={isBad && t('baseImageBad')}
        />
      )}
      emptyWord={t('useAutomatic')}
      note={(wanted) =>
        images !== undefined && (
          <span className={styles.found}>
            {tags.includes(writtenOut(wanted)) ? t('baseImageHere') : t('baseImageAway')}
          </span>
        )
      }
    />
  );
}
