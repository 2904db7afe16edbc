import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Endpoint } from '../../../../electron/contract/targets';
import { useApi } from '../../../lib/client';
import { toFailure } from '../../../lib/failures';
import { useText } from '../../../lib/i18n';
import { BoxedList } from '../../../ui/BoxedList';
import { FailureNotice } from '../../../ui/FailureNotice';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { Status } from '../../../ui/Status';
import { EndpointForm } from './EndpointForm';
import styles from './EndpointsDialog.module.css';
import { answersTexts } from './locale';
import { useModels } from './useModels';
import { useEndpoints } from './watchedLists';

/** Servers that answer by address: which there are, whether they answer, add, change, remove. */
export function EndpointsDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useText(answersTexts);
  return (
    <Modal opened={opened} onClose={onClose} title={t('endpoints')} size={560}>
      {opened && <Endpoints />}
    </Modal>
  );
}

function Endpoints() {
  const t = useText(answersTexts);
  const endpoints = useEndpoints() ?? [];
  const [open, setOpen] = useState<Endpoint | 'new' | null>(null);
  if (open !== null) return <EndpointForm endpoint={open === 'new' ? null : open} onDone={() => setOpen(null)} />;
  return (
    <>
      <p className={styles.words}>{t('endpointsWords')}</p>
      <div className={styles.list}>
        <BoxedList>
          {endpoints.map((endpoint) => (
            <EndpointRow key={endpoint.id} endpoint={endpoint} onEdit={() => setOpen(endpoint)} />
          ))}
        </BoxedList>
      </div>
      <Button leftSection={<icons.add size={16} stroke={1.75} aria-hidden />} onClick={() => setOpen('new')}>
        {t('addEndpoint')}
      </Button>
    </>
  );
}

function EndpointRow({ endpoint, onEdit }: { endpoint: Endpoint; onEdit: () => void }) {
  const t = useText(answersTexts);
  const api = useApi();
  const [isAsking, setAsking] = useState(false);
  const models = useModels({ kind: 'endpoint', endpointId: endpoint.id }, true);
  const remove = useMutation({ mutationFn: () => api.targets.removeEndpoint({ endpointId: endpoint.id }) });
  const { name, kind, baseUrl, hasKey, found } = endpoint;
  const facts = [
    kind === 'ollama' ? t('ollamaKind') : t('openaiKind'),
    baseUrl,
    hasKey && t('hasKey'),
    found && t('found'),
  ];
  const failure = models.error && toFailure(models.error);

  if (isAsking) {
    return (
      <li className={styles.row}>
        <div className={styles.sure}>
          {t('removeEndpointSure', { name })}
          <div className={styles.actions}>
            <Button variant="default" size="compact-sm" data-autofocus onClick={() => setAsking(false)}>
              {t('cancel')}
            </Button>
            <Button color="red" size="compact-sm" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t('removeEndpoint')}
            </Button>
          </div>
        </div>
        {remove.error && <FailureNotice failure={toFailure(remove.error)} />}
      </li>
    );
  }
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <div className={styles.name}>{name}</div>
        <div className={styles.about} title={baseUrl}>
          {facts.filter(Boolean).join(' · ')}
        </div>
      </div>
      {models.isFetching ? (
        <Status tone="busy" word={t('testing')} />
      ) : models.data ? (
        <Status tone="good" word={t('testFine', { count: models.data.length })} />
      ) : (
        failure && (
          <Status
            tone={failure.code === 'CHAT_UNAUTHORIZED' ? 'warn' : 'idle'}
            word={failure.code === 'CHAT_UNAUTHORIZED' ? t('endpointKey') : t('notAnswering')}
          />
        )
      )}
      <IconButton icon={icons.restart} label={`${t('test')}: ${name}`} onClick={() => void models.refetch()} />
      {!found && (
        <>
          <IconButton icon={icons.edit} label={`${t('editEndpoint')}: ${name}`} onClick={onEdit} />
          <IconButton
            icon={icons.remove}
            danger
            label={`${t('removeEndpoint')}: ${name}`}
            onClick={() => setAsking(true)}
          />
        </>
      )}
    </li>
  );
}
