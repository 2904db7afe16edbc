import { TextInput } from '@mantine/core';
import { registryMirror as mirrorAddress } from '../../../electron/contract/settings';
import { useText } from '../../lib/i18n';
import { settingsTexts } from './locale';
import { TextSetting } from './TextSetting';

/** The registry that mirrors Docker Hub; empty for none. */
export function MirrorSetting({ registryMirror }: { registryMirror: string | null }) {
  const t = useText(settingsTexts);
  return (
    <TextSetting
      setting="registryMirror"
      name={t('mirror')}
      why={t('mirrorWhy')}
      stored={registryMirror}
      // People paste addresses as their browser shows them.
      tidy={(typed) => typed.replace(/^https?:\/\//i, '').replace(/\/+$/, '')}
      isRight={(wanted) => mirrorAddress.safeParse(wanted).success}
      field={({ value, onChange, isBad }) => (
        <TextInput
          aria-label={t('mirror')}
          placeholder={t('mirrorNone')}
          value={value}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
          maxLength={300}
          spellCheck={false}
          autoComplete="off"
          error={isBad && t('mirrorBad')}
        />
      )}
    />
  );
}
