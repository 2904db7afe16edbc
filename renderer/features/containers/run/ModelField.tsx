import { Autocomplete } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ModelSource } from '../../../../electron/contract/targets';
import { failureWords, toFailure } from '../../../lib/failures';
import { useFormat } from '../../../lib/format';
import { useLanguage, useText } from '../../../lib/i18n';
import { places } from '../../../lib/places';
import { useOfferedModels } from '../../../live/useOfferedModels';
import { runTexts } from '../runLocale';
import styles from './run.module.css';

interface ModelFieldProps {
  /** The Ollama whose models are offered; null where there is none to ask. */
  source: ModelSource | null;
  value: string;
  onChange: (model: string) => void;
}

/** The model that a service asks for: one of those that are installed where it asks, or any other name. */
export function ModelField({ source, value, onChange }: ModelFieldProps) {
  const t = useText(runTexts);
  const format = useFormat();
  const language = useLanguage();
  const { data, error, isSuccess } = useOfferedModels(source);
  const wanted = value.trim();
  const names = data?.map(({ name }) => name) ?? [];
  const isInstalled = names.includes(wanted) || names.includes(`${wanted}:latest`);
  const sizes = new Map(data?.map(({ name, sizeBytes }) => [name, sizeBytes]));
  return (
    <div>
      <Autocomplete
        label={t('model')}
        description={t('modelHelp')}
        data={names}
        value={value}
        onChange={onChange}
        maxDropdownHeight={240}
        spellCheck={false}
        renderOption={({ option }) => (
          <span className={styles.modelOption}>
            <span>{option.value}</span>
            <span className={styles.note}>{format.bytes(sizes.get(option.value) ?? 0)}</span>
          </span>
        )}
      />
      {source !== null && error !== null && (
        <p className={styles.note}>
          {t('modelsUnknown')} {failureWords(toFailure(error), language).what}
        </p>
      )}
      {isSuccess && source !== null && names.length === 0 && (
        <p className={styles.note}>
          {t('modelsNone')} <Link {...places.models()}>{t('pullModel')}</Link>
        </p>
      )}
      {isSuccess && names.length > 0 && wanted !== '' && !isInstalled && (
        <p className={styles.risk}>
          {t('modelMissing', { model: wanted })} <Link {...places.models()}>{t('pullModel')}</Link>
        </p>
      )}
    </div>
  );
}
