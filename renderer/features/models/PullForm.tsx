import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { modelReference, type Ollama } from '../../../electron/contract/models';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { namesRegistry } from '../../lib/namesRegistry';
import { FailureNotice } from '../../ui/FailureNotice';
import { icons } from '../../ui/icons';
import { modelsTexts } from './locale';
import styles from './ModelsPage.module.css';

/** A model as it is written in the form, to be pulled or not. */
export interface WantedPull {
  model: string;
  allowPlainHttp: boolean;
}

interface PullFormProps {
  ollama: Ollama;
  /** Is told of what is written, as it changes; null for nothing, or no name. */
  onWanted: (wanted: WantedPull | null) => void;
}

/** Pulls a model by name. */
export function PullForm({ ollama, onWanted }: PullFormProps) {
  const t = useText(modelsTexts);
  const api = useApi();
  const [text, setText] = useState('');
  const [allowPlainHttp, setAllowPlainHttp] = useState(false);
  const wanted = text.trim();
  const isBad = wanted !== '' && !modelReference.safeParse(wanted).success;
  const inTheClear = allowPlainHttp && namesRegistry(wanted);
  useEffect(() => {
    onWanted(wanted === '' || isBad ? null : { model: wanted, allowPlainHttp: inTheClear });
  }, [onWanted, wanted, isBad, inTheClear]);
  const pull = useMutation({
    mutationFn: () => api.models.pull({ endpointId: ollama.endpointId, model: wanted, allowPlainHttp: inTheClear }),
    onSuccess: () => setText(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted !== '' && !isBad && !pull.isPending) pull.mutate();
  };
  return (
    <form className={styles.pull} onSubmit={submit} noValidate>
      <TextInput
        className={styles.pullName}
        aria-label={t('pullName')}
        placeholder={t('pullHint')}
        value={text}
        onChange={({ currentTarget: { value } }) => {
          setText(value);
          pull.reset();
        }}
        error={isBad ? t('badName') : undefined}
        maxLength={350}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
      />
      <Button
        type="submit"
        disabled={wanted === '' || isBad || ollama.state.kind !== 'answers'}
        loading={pull.isPending}
        leftSection={<icons.pull size={15} stroke={1.75} aria-hidden />}
      >
        {t('pull')}
      </Button>
      {namesRegistry(wanted) && (
        <Checkbox
          label={t('plainHttp')}
          checked={allowPlainHttp}
          onChange={({ currentTarget: { checked } }) => setAllowPlainHttp(checked)}
        />
      )}
      {pull.error !== null && (
        <div className={styles.pullFailure}>
          <FailureNotice failure={toFailure(pull.error)} onDismiss={() => pull.reset()} />
        </div>
      )}
    </form>
  );
}
