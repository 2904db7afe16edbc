import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RunRequest } from '../../../../electron/contract/runRequest';
import { useApi } from '../../../lib/client';
import { useText } from '../../../lib/i18n';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { useTellFailure } from '../../../ui/useTellFailure';
import { runTexts } from '../runLocale';
import styles from './run.module.css';

interface PresetBarProps {
  image: string;
  /** What would be kept; null while the form is not right. */
  request: RunRequest | null;
  onApply: (request: RunRequest) => void;
}

/** What this image was run with before: one click fills the form in. */
export function PresetBar({ image, request, onApply }: PresetBarProps) {
  const t = useText(runTexts);
  const api = useApi();
  const client = useQueryClient();
  const tellFailure = useTellFailure();
  const [name, setName] = useState<string | null>(null);
  const queryKey = ['presets', image];
  const { data } = useQuery({
    queryKey,
    enabled: image !== '',
    queryFn: ({ signal }) => api.presets.list({ image }, { signal }),
  });
  const settled = { onError: tellFailure, onSuccess: () => client.invalidateQueries({ queryKey: ['presets'] }) };
  const save = useMutation({
    mutationFn: (asked: { name: string; request: RunRequest }) => api.presets.save(asked),
    ...settled,
  });
  const remove = useMutation({ mutationFn: (id: string) => api.presets.remove({ id }), ...settled });
  const submit = () => {
    if (name === null || name.trim() === '' || request === null) return;
    save.mutate({ name: name.trim(), request });
    setName(null);
  };
  return (
    <div className={styles.presets} role="group" aria-label={t('presets')}>
      {(data?.presets ?? []).map((preset) => (
        <span key={preset.id} className={styles.preset}>
          <button
            type="button"
            aria-label={t('applyPreset', { name: preset.name })}
            onClick={() => onApply(preset.request)}
          >
            {preset.name}
          </button>
          <IconButton
            icon={icons.close}
            label={t('removePreset', { name: preset.name })}
            onClick={() => remove.mutate(preset.id)}
          />
        </span>
      ))}
      {name === null ? (
        <Button variant="subtle" size="compact-sm" disabled={request === null} onClick={() => setName('')}>
          {t('savePreset')}
        </Button>
      ) : (
        <>
          <TextInput
            value={name}
            autoFocus
            aria-label={t('presetName')}
            placeholder={t('presetName')}
            maxLength={60}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setName(null);
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
              // The form around it would run the container.
              event.preventDefault();
              submit();
            }}
          />
          <Button variant="default" disabled={name.trim() === ''} onClick={submit}>
            {t('save')}
          </Button>
          <span className={styles.note}>{t('presetSecrets')}</span>
        </>
      )}
    </div>
  );
}
