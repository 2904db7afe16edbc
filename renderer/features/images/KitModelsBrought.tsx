import { Button, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { KitSummary } from '../../../electron/contract/imageTransfers';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useContainerTable, useTask } from '../../live/useLive';
import { FailureNotice } from '../../ui/FailureNotice';
import { Notice } from '../../ui/Notice';
import { TransferAmount } from '../../ui/TransferAmount';
import styles from './TransferPage.module.css';
import { transferTexts } from './transferLocale';

/** Models of a loaded kit: put into an Ollama of the person's choice, or an Ollama run for them first. */
export function KitModelsBrought({ taskId, models }: { taskId: string; models: KitSummary['models'] }) {
  const t = useText(transferTexts);
  const format = useFormat();
  const api = useApi();
  const containers = useContainerTable()?.containers ?? [];
  const ollamas = containers.filter(({ image, state }) => state === 'running' && /ollama/i.test(image));
  const [typed, setTyped] = useState<string | null>(null);
  const containerId = ollamas.find(({ id }) => id === typed)?.id ?? ollamas[0]?.id;
  const put = useMutation({ mutationFn: (id: string) => api.imageArchives.loadModels({ taskId, containerId: id }) });
  const task = useTask(put.data?.taskId ?? null);
  const subject = task?.subject.kind === 'loadModels' ? task.subject : null;
  if (task && subject && task.state === 'done')
    return <Notice tone="info" title={t('modelsPut', { container: subject.containerName })} />;
  const names = models.map(({ name, sizeBytes }) => `${name} (${format.bytes(sizeBytes)})`).join(', ');
  const failure = put.error === null ? (task?.failure ?? null) : toFailure(put.error);
  return (
    <>
      <Notice tone="info" title={t('kitModels', { count: models.length })} announced={false}>
        <div>{names}</div>
        {containerId === undefined ? (
          <div>
            {t('modelsNoOllama')} <Link {...places.runOllama()}>{t('modelsRunOllama')}</Link>
          </div>
        ) : (
          <div className={styles.put}>
            <NativeSelect
              aria-label={t('modelsInto')}
              value={containerId}
              data={ollamas.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={({ currentTarget: { value } }) => setTyped(value)}
            />
            <Button
              variant="default"
              loading={put.isPending || task?.state === 'running'}
              onClick={() => put.mutate(containerId)}
            >
              {t('putModels')}
            </Button>
          </div>
        )}
      </Notice>
      {task?.state === 'running' && <TransferAmount label={t('putModels')} bytes={task.bytes} isRunning />}
      {failure !== null && <FailureNotice failure={failure} />}
    </>
  );
}
