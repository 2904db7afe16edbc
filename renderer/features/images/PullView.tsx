import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { FailureValue } from '../../../electron/contract/failures';
import { dockerHub, parseReference } from '../../../electron/contract/imageNames';
import type { PullLayer } from '../../../electron/contract/imageTransfers';
import type { Task, TaskSubject } from '../../../electron/contract/tasks';
import { useApi } from '../../lib/client';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useSettings } from '../../live/useLive';
import { Progress } from '../../ui/Progress';
import { Status, type Tone } from '../../ui/Status';
import { type Column, cell, Table } from '../../ui/Table';
import { TransferAmount } from '../../ui/TransferAmount';
import { useTellFailure } from '../../ui/useTellFailure';
import styles from './TransferPage.module.css';
import { transferTexts } from './transferLocale';
import { useLoadArchive } from './useLoadArchive';

type PullSubject = Extract<TaskSubject, { kind: 'pull' }>;

/** How far a pull is: as a whole, and each of its layers. */
export function PullView({ task, subject }: { task: Task; subject: PullSubject }) {
  const t = useText(transferTexts);
  const format = useFormat();
  const { layers } = subject;
  const isRunning = task.state === 'running';
  const columns: Column[] = [
    { key: 'layer', word: t('layer'), width: '132px' },
    { key: 'state', word: t('state'), width: '188px' },
    { key: 'share', word: t('share') },
    { key: 'size', word: t('size'), width: '176px', numeric: true },
  ];
  const isSized = layers.some(({ totalBytes }) => totalBytes !== null);
  return (
    <>
      {(isRunning || isSized) && (
        <div>
          <p className={styles.doing}>
            {layers.length === 0
              ? t('firstWord')
              : t('layersDone', { done: task.progress?.done ?? 0, total: layers.length })}
          </p>
          <TransferAmount label={subject.image} bytes={isSized ? task.bytes : null} isRunning={isRunning} />
        </div>
      )}
      {layers.length > 0 && (
        <div className={styles.table}>
          <Table label={t('layers')} columns={columns}>
            {layers.map((layer) => (
              <tr key={layer.id}>
                <td>
                  <code className="mono">{layer.id}</code>
                </td>
                <td>
                  <Status
                    tone={isRunning || isThere(layer) ? tones[layer.state] : 'idle'}
                    word={t(`layer.${layer.state}`)}
                  />
                </td>
                <td>
                  {layer.totalBytes !== null && (
                    <span className={styles.layerBar}>
                      <Progress done={layer.bytes} total={layer.totalBytes} label={layer.id} />
                    </span>
                  )}
                </td>
                <td className={cell({ numeric: true })}>
                  {layer.totalBytes !== null &&
                    (layer.bytes === layer.totalBytes
                      ? format.bytes(layer.totalBytes)
                      : `${format.bytes(layer.bytes)} / ${format.bytes(layer.totalBytes)}`)}
                </td>
              </tr>
            ))}
          </Table>
        </div>
      )}
    </>
  );
}

const tones: Record<PullLayer['state'], Tone> = {
  waiting: 'idle',
  downloading: 'busy',
  retrying: 'warn',
  verifying: 'busy',
  downloaded: 'busy',
  extracting: 'busy',
  done: 'good',
  present: 'good',
};

function isThere({ state }: PullLayer): boolean {
  return state === 'done' || state === 'present';
}

/** Other ways to the image where its registry did not give it: the mirror, an archive. */
export function PullOffers({ subject, failure }: { subject: PullSubject; failure: FailureValue }) {
  const t = useText(transferTexts);
  const api = useApi();
  const navigate = useNavigate();
  const tellFailure = useTellFailure();
  const mirror = useSettings()?.registryMirror ?? null;
  const follow = (taskId: string) => void navigate(places.transfer(taskId));
  const load = useLoadArchive(follow);
  const pull = useMutation({
    mutationFn: () => api.images.pull({ image: subject.image, from: 'mirror' }),
    onSuccess: ({ taskId }) => follow(taskId),
    onError: tellFailure,
  });
  if (failure.code !== 'REGISTRY_UNREACHABLE' && failure.code !== 'REGISTRY_LIMIT') return null;
  const isHubs = parseReference(subject.image).registry === dockerHub && subject.from === subject.image;
  return (
    <>
      {isHubs && mirror !== null && (
        <Button variant="default" loading={pull.isPending} onClick={() => pull.mutate()}>
          {t('pullMirror')}
        </Button>
      )}
      {isHubs && mirror === null && (
        <Button variant="default" renderRoot={(props) => <Link {...props} {...places.settings()} />}>
          {t('setMirror')}
        </Button>
      )}
      <Button variant="default" loading={load.isPending} onClick={load.begin}>
        {t('loadArchive')}
      </Button>
    </>
  );
}
