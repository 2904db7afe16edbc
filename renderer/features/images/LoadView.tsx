import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { KitSummary } from '../../../electron/contract/imageTransfers';
import type { Task, TaskSubject } from '../../../electron/contract/tasks';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { useSettings } from '../../live/useLive';
import { Facts } from '../../ui/Facts';
import { FailureNotice } from '../../ui/FailureNotice';
import { Notice } from '../../ui/Notice';
import { RelativeTime } from '../../ui/RelativeTime';
import { TransferAmount } from '../../ui/TransferAmount';
import { Fingerprint, NameList } from './ArchiveFacts';
import { KitModelsBrought } from './KitModelsBrought';
import styles from './TransferPage.module.css';
import { transferTexts } from './transferLocale';

type LoadSubject = Extract<TaskSubject, { kind: 'loadImages' }>;

/** How far a load is, what the archive holds, and a kit's settings to be taken over. */
export function LoadView({ task, subject }: { task: Task; subject: LoadSubject }) {
  const t = useText(transferTexts);
  const isRunning = task.state === 'running';
  const { images, kit, phase } = subject;
  const facts = [
    ...(images.length > 0 ? [{ name: t('images'), value: <NameList names={images} /> }] : []),
    ...(kit === null
      ? []
      : [
          { name: t('kitMade'), value: <RelativeTime atMs={kit.createdAtMs} /> },
          { name: t('fingerprint'), value: <Fingerprint text={kit.fingerprint} /> },
        ]),
  ];
  return (
    <>
      {isRunning && (
        <div>
          <p className={styles.doing}>{t(`phase.${phase}`)}</p>
          <TransferAmount label={subject.fileName} bytes={task.bytes} isRunning />
        </div>
      )}
      {task.state === 'done' && kit !== null && kit.baseImage !== null && <KitSettings baseImage={kit.baseImage} />}
      {task.state === 'done' && kit !== null && kit.presets.length > 0 && (
        <KitPresets taskId={task.id} presets={kit.presets} />
      )}
      {task.state === 'done' && kit !== null && kit.models.length > 0 && (
        <KitModelsBrought taskId={task.id} models={kit.models} />
      )}
      {facts.length > 0 && <Facts rows={facts} />}
    </>
  );
}

/** A setting of the kit. It is somebody else's wish: taken over only by hand. */
function KitSettings({ baseImage }: { baseImage: string }) {
  const t = useText(transferTexts);
  const api = useApi();
  const now = useSettings()?.baseImage ?? null;
  const change = useMutation({ mutationFn: () => api.settings.change({ baseImage }) });
  if (now === baseImage)
    return <Notice tone="info" title={t('settingsUsed', { image: baseImage })} announced={false} />;
  return (
    <>
      <Notice
        tone="info"
        title={t('kitSettings', { image: baseImage })}
        announced={false}
        actions={
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate()}>
            {t('useSettings')}
          </Button>
        }
      >
        {t('kitSettingsWhy', { now: now ?? t('automatic') })}
      </Notice>
      {change.error !== null && <FailureNotice failure={toFailure(change.error)} />}
    </>
  );
}

/** Run presets of the kit, taken over only by hand, too. */
function KitPresets({ taskId, presets }: { taskId: string; presets: KitSummary['presets'] }) {
  const t = useText(transferTexts);
  const api = useApi();
  const cache = useQueryClient();
  const take = useMutation({
    mutationFn: () => api.imageArchives.takePresets({ taskId }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['presets'] }),
  });
  if (take.data) return <Notice tone="info" title={t('presetsUsed', { count: take.data.savedCount })} />;
  const images = [...new Set(presets.map(({ image }) => image))];
  return (
    <>
      <Notice
        tone="info"
        title={t('kitPresets', { count: presets.length })}
        announced={false}
        actions={
          <Button variant="default" loading={take.isPending} onClick={() => take.mutate()}>
            {t('usePresets')}
          </Button>
        }
      >
        {t('kitPresetsWhy', { images: images.join(', ') })}
      </Notice>
      {take.error !== null && <FailureNotice failure={toFailure(take.error)} />}
    </>
  );
}
