import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { dockerCommand } from '../../../electron/contract/commands';
import type { DiskUse } from '../../../electron/contract/diskUse';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useEngine, useEngineReady } from '../../live/useLive';
import { BackLink } from '../../ui/BackLink';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { icons } from '../../ui/icons';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { Section } from '../../ui/Section';
import { type Column, cell, SkeletonRows, Table } from '../../ui/Table';
import styles from './DiskPage.module.css';
import { diskTexts } from './diskLocale';
import { PruneForm } from './PruneForm';

/** The engine's disk: what takes how much, and what of it could go. */
export function DiskPage({ onPrune }: { onPrune: (taskId: string) => void }) {
  const t = useText(diskTexts);
  const api = useApi();
  const ready = useEngineReady();
  const address = useEngine()?.endpoint?.address;
  const disk = useQuery({
    queryKey: ['disk', address],
    queryFn: ({ signal }) => api.disk.read(undefined, { signal }),
    enabled: ready,
    // Every look counts anew: what is removed here must be what is there.
    gcTime: 0,
    retry: false,
  });
  return (
    <>
      <PageHeader
        before={<BackLink place={places.images()} label={t('back')} />}
        title={t('title')}
        actions={
          <Button
            variant="default"
            disabled={!ready}
            loading={disk.isFetching}
            leftSection={<icons.restart size={15} stroke={1.75} aria-hidden />}
            onClick={() => void disk.refetch()}
          >
            {t('again')}
          </Button>
        }
      />
      <PageBody padded>
        <div className={styles.page}>
          {disk.error !== null && <FailureNotice failure={toFailure(disk.error)} />}
          <Section title={t('use')}>
            <Shares disk={disk.data} />
            <p className={styles.note}>
              {disk.data === undefined && disk.isFetching ? t('counting') : t('imagesNote')}
            </p>
          </Section>
          {disk.data !== undefined && (
            // A new count is a new choice: what was ticked before may mean something else now.
            <PruneForm key={disk.dataUpdatedAt} disk={disk.data} onPrune={onPrune} />
          )}
          <CommandLine command={dockerCommand.diskUse()} />
        </div>
      </PageBody>
    </>
  );
}

function Shares({ disk }: { disk: DiskUse | undefined }) {
  const t = useText(diskTexts);
  const format = useFormat();
  const columns: Column[] = [
    { key: 'kind', word: t('kind') },
    { key: 'count', word: t('count'), width: '14%', numeric: true },
    { key: 'inUse', word: t('inUse'), width: '14%', numeric: true },
    { key: 'size', word: t('size'), width: '18%', numeric: true },
    { key: 'reclaimable', word: t('reclaimable'), width: '22%', numeric: true },
  ];
  return (
    <div className={styles.table}>
      <Table label={t('use')} columns={columns}>
        {disk === undefined && <SkeletonRows columns={columns} rows={4} />}
        {disk !== undefined &&
          (['images', 'containers', 'volumes', 'buildCache'] as const).map((kind) => (
            <tr key={kind}>
              <td>{t(`kind.${kind}`)}</td>
              <td className={cell({ numeric: true })}>{format.count(disk[kind].count)}</td>
              <td className={cell({ numeric: true })}>{format.count(disk[kind].inUseCount)}</td>
              <td className={cell({ numeric: true })}>{format.bytes(disk[kind].sizeBytes)}</td>
              <td className={cell({ numeric: true })}>{format.bytes(disk[kind].reclaimableBytes)}</td>
            </tr>
          ))}
      </Table>
    </div>
  );
}
