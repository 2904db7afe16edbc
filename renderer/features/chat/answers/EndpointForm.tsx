import { Button, Checkbox, NumberInput, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Endpoint, EndpointChange, EndpointKind } from '../../../../electron/contract/targets';
import { useApi } from '../../../lib/client';
import { toFailure } from '../../../lib/failures';
import { useText } from '../../../lib/i18n';
import { Choices } from '../../../ui/Choices';
import { FailureNotice } from '../../../ui/FailureNotice';
import styles from './EndpointsDialog.module.css';
import { answersTexts } from './locale';

const usual = { ollama: 'http://127.0.0.1:11434', openai: 'http://127.0.0.1:8080' };

/** Writes an endpoint down, or changes one. A stored key is never shown: it can be kept, replaced or forgotten. */
export function EndpointForm({ endpoint, onDone }: { endpoint: Endpoint | null; onDone: () => void }) {
  const t = useText(answersTexts);
  const api = useApi();
  const queries = useQueryClient();
  const [kind, setKind] = useState<EndpointKind>(endpoint?.kind ?? 'openai');
  const [name, setName] = useState(endpoint?.name ?? '');
  const [baseUrl, setBaseUrl] = useState(endpoint?.baseUrl ?? '');
  const [key, setKey] = useState('');
  const [forgetsKey, setForgetsKey] = useState(false);
  const [answersAtOnce, setAnswersAtOnce] = useState<number>(endpoint?.answersAtOnce ?? 4);
  const [allowLinkLocal, setAllowLinkLocal] = useState(false);
  const [isTried, setTried] = useState(false);
  const put = useMutation({
    mutationFn: (change: EndpointChange) => api.targets.putEndpoint(change),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['models', 'endpoint', id] });
      onDone();
    },
  });
  const failure = put.error && toFailure(put.error);
  const isLinkLocal = failure?.code === 'ENDPOINT_REFUSED' && failure.details.reason === 'linkLocal';
  const isComplete = name.trim() !== '' && baseUrl.trim() !== '';

  function save(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!isComplete || put.isPending) return;
    const nextKey = key.trim() !== '' ? { key: key.trim() } : forgetsKey ? { key: null } : {};
    put.mutate({ id: endpoint?.id ?? null, name, kind, baseUrl, answersAtOnce, allowLinkLocal, ...nextKey });
  }

  return (
    <form className={styles.form} onSubmit={save} noValidate autoComplete="off">
      {failure && <FailureNotice failure={failure} during={t('notSaved')} />}
      <Choices
        label={t('endpointKind')}
        value={kind}
        choices={[
          { value: 'openai', word: t('openaiKind') },
          { value: 'ollama', word: t('ollamaKind') },
        ]}
        onChange={setKind}
      />
      <TextInput
        label={t('endpointName')}
        value={name}
        maxLength={80}
        data-autofocus
        error={isTried && name.trim() === '' && t('needed')}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label={t('endpointAddress')}
        description={t('endpointAddressHelp')}
        value={baseUrl}
        placeholder={usual[kind]}
        maxLength={2048}
        spellCheck={false}
        error={isTried && baseUrl.trim() === '' && t('needed')}
        onChange={(event) => setBaseUrl(event.currentTarget.value)}
      />
      {(isLinkLocal || allowLinkLocal) && (
        <Checkbox
          label={t('allowLinkLocal')}
          checked={allowLinkLocal}
          onChange={(event) => setAllowLinkLocal(event.currentTarget.checked)}
        />
      )}
      <PasswordInput
        label={t('endpointKey')}
        description={endpoint?.hasKey ? t('endpointKeyKept') : t('endpointKeyHelp')}
        value={key}
        maxLength={4096}
        autoComplete="new-password"
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      {endpoint?.hasKey && key === '' && (
        <Checkbox
          label={t('forgetKey')}
          checked={forgetsKey}
          onChange={(event) => setForgetsKey(event.currentTarget.checked)}
        />
      )}
      <NumberInput
        label={t('answersAtOnce')}
        description={t('answersAtOnceHelp')}
        value={answersAtOnce}
        min={1}
        max={16}
        allowDecimal={false}
        onChange={(value) => setAnswersAtOnce(typeof value === 'number' ? value : 4)}
      />
      <div className={styles.actions}>
        <Button variant="default" onClick={onDone}>
          {t('cancel')}
        </Button>
        <Button type="submit" loading={put.isPending}>
          {t('save')}
        </Button>
      </div>
    </form>
  );
}
