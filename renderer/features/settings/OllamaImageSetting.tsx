import { Autocomplete } from '@mantine/core';
import { writtenOut } from '../../../electron/contract/imageNames';
import { imageReference } from '../../../electron/contract/images';
import { officialOllamaImage } from '../../../electron/contract/ollamaContainer';
import { useText } from '../../lib/i18n';
import { useImages } from '../../live/useLive';
import { settingsTexts } from './locale';
import styles from './SettingsPage.module.css';
import { TextSetting } from './TextSetting';

/** The image that Ollama is run from: typed or taken from the engine's, empty for the official one. */
export function OllamaImageSetting({ ollamaImage }: { ollamaImage: string | null }) {
  const t = useText(settingsTexts);
  const images = useImages()?.images;
  const tags = [...new Set(images?.flatMap((image) => image.tags))];
  return (
    <TextSetting
      setting="ollamaImage"
      name={t('ollamaImage')}
      why={t('ollamaImageWhy', { image: officialOllamaImage })}
      stored={ollamaImage}
      isRight={(wanted) => imageReference.max(255).safeParse(wanted).success}
      field={({ value, onChange, isBad }) => (
        <Autocomplete
          aria-label={t('ollamaImage')}
          placeholder={officialOllamaImage}
          data={tags}
          value={value}
          onChange={onChange}
          maxLength={300}
          spellCheck={false}
          error={isBad && t('ollamaImageBad')}
        />
      )}
      emptyWord={t('useOfficial')}
      note={(wanted) =>
        images !== undefined && (
          <span className={styles.found}>
            {tags.includes(writtenOut(wanted)) ? t('baseImageHere') : t('ollamaImageAway')}
          </span>
        )
      }
    />
  );
}
