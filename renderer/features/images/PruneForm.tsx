import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DiskUse, UnusedImage } from '../../../electron/contract/diskUse';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useEngineReady, useTasks } from '../../live/useLive';
import { Choices } from '../../ui/Choices';
import { Notice } from '../../ui/Notice';
import { RelativeTime } from '../../ui/RelativeTime';
import { Section } from '../../ui/Section';
import { type Column, cell, Table } from '../../ui/Table';
import styles from './DiskPage.module.css';
import { diskTexts } from './diskLocale';
import { shortId } from './imageNames';
import { PruneDialog } from './PruneDialog';
import { ofKind, type PruneKind } from './pruneChoice';

const kinds: readonly PruneKind[] = ['none', 'dangling', 'wharf', 'all'];
/** Records of the build cache that are listed; the largest come first. */
const shownRecords = 50;

/** What could go, line by line, and what of it is to go. */
export function PruneForm({ disk, onPrune }: { disk: DiskUse; onPrune: (taskId: string) => void }) {
  const t = useText(diskTexts);
  const format = useFormat();
  const ready = useEngineReady();
  const running = useTasks()?.find(({ state, subject }) => state === 'running' && subject.kind === 'prune');
  const [kind, setKind] = useState<PruneKind>('dangling');
  const [withCache, setWithCache] = useState(false);
  // Bases stay unless somebody ticks them: without network they do not come back.
  const [kept, setKept] = useState<ReadonlySet<string>>(
    () => new Set(disk.unusedImages.filter(({ isBase }) => isBase).map(({ id }) => id)),
  );
  const [confirming, setConfirming] = useState(false);
  const listed = ofKind(disk.unusedImages, kind);
  const chosen = listed.filter(({ id }) => !kept.has(id));
  const cacheBytes = disk.unusedCache.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const takesCache = withCache && disk.unusedCache.length > 0;
  const isNothing = chosen.length === 0 && !takesCache;
  const tick = (id: string, goes: boolean) => {
    const next = new Set(kept);
    if (goes) next.delete(id);
    else next.add(id);
    setKept(next);
  };
  return (
    <Section title={t('free')}>
      <div className={styles.choose}>
        <Choices
          label={t('which')}
          value={kind}
          choices={kinds.map((value) => ({
            value,
            word: t(`which.${value}`),
            ...(value !== 'none' && { count: ofKind(disk.unusedImages, value).length }),
          }))}
          onChange={setKind}
        />
      </div>
      <p className={styles.why}>{t(`why.${kind}`)}</p>
      {kind !== 'none' && <UnusedTable images={listed} kept={kept} onTick={tick} />}
      {disk.unusedCache.length > 0 && (
        <div className={styles.cache}>
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={withCache}
              onChange={({ currentTarget: { checked } }) => setWithCache(checked)}
            />
            {t('cache')}
          </label>
          <span className={styles.soft}>
            {t('cacheCount', { count: disk.unusedCache.length, size: format.bytes(cacheBytes) })}
          </span>
          <span className={styles.cacheWhy}>{t('cacheWhy')}</span>
        </div>
      )}
      {takesCache && <CacheTable records={disk.unusedCache} />}
      {running !== undefined && (
        <Notice
          tone="info"
          title={t('running')}
          actions={
            <Button variant="default" renderRoot={(props) => <Link {...props} {...places.transfer(running.id)} />}>
              {t('open')}
            </Button>
          }
        />
      )}
      <div className={styles.end}>
        <Button color="red" disabled={isNothing || !ready || running !== undefined} onClick={() => setConfirming(true)}>
          {t('submit')}
        </Button>
        <span role="status">
          {chosen.length > 0 &&
            t('chosen', {
              count: chosen.length,
              size: format.bytes(chosen.reduce((sum, { ownBytes }) => sum + ownBytes, 0)),
            })}{' '}
          {takesCache && t('chosenCache', { size: format.bytes(cacheBytes) })}
          {isNothing && t('chosenNone')}
        </span>
      </div>
      {confirming && (
        <PruneDialog images={chosen} buildCache={takesCache} onClose={() => setConfirming(false)} onPrune={onPrune} />
      )}
    </Section>
  );
}

interface UnusedTableProps {
  images: readonly UnusedImage[];
  kept: ReadonlySet<string>;
  onTick: (id: string, goes: boolean) => void;
}

function UnusedTable({ images, kept, onTick }: UnusedTableProps) {
  const t = useText(diskTexts);
  const format = useFormat();
  if (images.length === 0) return <p className={styles.note}>{t('nothing')}</p>;
  const columns: Column[] = [
    { key: 'tick', word: t('preview'), width: '52px', nameless: true },
    { key: 'tags', word: t('tags') },
    { key: 'created', word: t('created'), width: '132px', numeric: true, wide: true },
    { key: 'size', word: t('size'), width: '104px', numeric: true },
    { key: 'own', word: t('own'), width: '104px', numeric: true },
  ];
  return (
    <div className={styles.table}>
      <Table label={t('preview')} columns={columns}>
        {images.map((image) => {
          const name = image.tags[0] ?? shortId(image.id);
          return (
            <tr key={image.id}>
              <td>
                <input
                  type="checkbox"
                  className={styles.tick}
                  aria-label={t('take', { name })}
                  checked={!kept.has(image.id)}
                  onChange={({ currentTarget: { checked } }) => onTick(image.id, checked)}
                />
              </td>
              <td>
                <span className={styles.name}>
                  <Link {...places.image(image.id)} className={styles.tags} title={image.tags.join('\n') || image.id}>
                    {image.tags.length === 0 ? `${t('dangling')} · ${shortId(image.id)}` : image.tags.join(', ')}
                  </Link>
                  {image.isBase && (
                    <span className={styles.mark} title={t('baseWhy')}>
                      {t('base')}
                    </span>
                  )}
                </span>
              </td>
              <td className={cell({ numeric: true, wide: true })}>
                <RelativeTime atMs={image.createdAtMs} />
              </td>
              <td className={cell({ numeric: true })}>{format.bytes(image.sizeBytes)}</td>
              <td className={cell({ numeric: true })} title={t('ownWhy')}>
                {format.bytes(image.ownBytes)}
              </td>
            </tr>
          );
        })}
      </Table>
    </div>
  );
}

function CacheTable({ records }: { records: DiskUse['unusedCache'] }) {
  const t = useText(diskTexts);
  const format = useFormat();
  const columns: Column[] = [
    { key: 'what', word: t('cacheTable') },
    { key: 'used', word: t('lastUsed'), width: '132px', numeric: true, wide: true },
    { key: 'size', word: t('size'), width: '104px', numeric: true },
  ];
  return (
    <>
      <div className={styles.table}>
        <Table label={t('cacheTable')} columns={columns}>
          {records.slice(0, shownRecords).map((record) => (
            <tr key={record.id}>
              <td title={record.description}>{record.description || record.kind}</td>
              <td className={cell({ numeric: true, wide: true })}>
                {record.lastUsedAtMs !== null && <RelativeTime atMs={record.lastUsedAtMs} />}
              </td>
              <td className={cell({ numeric: true })}>{format.bytes(record.sizeBytes)}</td>
            </tr>
          ))}
        </Table>
      </div>
      {records.length > shownRecords && (
        <p className={styles.note}>{t('more', { count: records.length - shownRecords })}</p>
      )}
    </>
  );
}
