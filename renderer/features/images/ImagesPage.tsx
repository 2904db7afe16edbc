import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Image } from '../../../electron/contract/images';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useEngineReady, useImages } from '../../live/useLive';
import { icons } from '../../ui/icons';
import { NothingListed } from '../../ui/NothingListed';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { SearchField } from '../../ui/SearchField';
import { type Column, SkeletonRows, Table } from '../../ui/Table';
import { ImageRow } from './ImageRow';
import { imageName } from './imageNames';
import { imagesTexts } from './locale';
import { RemoveImageDialog } from './RemoveImageDialog';

interface ImagesPageProps {
  find: string;
  onFind: (find: string) => void;
  /** The person wants to run an image, by tag or id. */
  onRun: (image: string) => void;
}

/** The live list of the engine's images: what they are, who uses them, and what can be done with them. */
export function ImagesPage({ find, onFind, onRun }: ImagesPageProps) {
  const t = useText(imagesTexts);
  const format = useFormat();
  const list = useImages();
  const ready = useEngineReady();
  const [removing, setRemoving] = useState<Image | null>(null);
  const [removed, setRemoved] = useState('');

  const columns: Column[] = [
    { key: 'tags', word: t('tags') },
    { key: 'id', word: t('id'), width: '124px', wide: true },
    { key: 'size', word: t('size'), width: '96px', numeric: true },
    { key: 'created', word: t('created'), width: '132px', numeric: true },
    { key: 'usedBy', word: t('usedBy'), width: '22%' },
    { key: 'actions', word: t('actions'), width: '124px', nameless: true },
  ];
  const all = list?.images ?? [];
  const wanted = find.trim().toLowerCase();
  const rows = all.filter((image) =>
    [...image.tags, image.id, ...image.usedBy].join('\n').toLowerCase().includes(wanted),
  );
  const buildButton = (
    <Button
      renderRoot={(props) => <Link {...props} {...places.buildImage()} />}
      leftSection={<icons.build size={15} aria-hidden />}
    >
      {t('build')}
    </Button>
  );

  return (
    <>
      <PageHeader
        title={t('title')}
        beside={list && <span>{format.count(all.length)}</span>}
        actions={
          <>
            <Button variant="default" renderRoot={(props) => <Link {...props} {...places.buildHistory()} />}>
              {t('history')}
            </Button>
            {buildButton}
          </>
        }
      >
        <SearchField label={t('find')} value={find} onChange={onFind} />
      </PageHeader>
      <span className="hiddenVisually" role="status">
        {removed === '' ? '' : t('removed', { name: removed })}
      </span>
      <PageBody>
        {list !== undefined && rows.length === 0 ? (
          <NothingListed
            filtered={all.length > 0}
            icon={icons.images}
            texts={{
              empty: t('empty'),
              emptyNext: t('emptyNext'),
              nothingFound: t('nothingFound'),
              nothingFoundNext: t('nothingFoundNext'),
              showAll: t('showAll'),
            }}
            action={buildButton}
            onShowAll={() => onFind('')}
          />
        ) : (
          <Table label={t('table')} columns={columns} stale={list !== undefined && (list.stale || !ready)}>
            {list === undefined && <SkeletonRows columns={columns} />}
            {rows.map((image) => (
              <ImageRow key={image.id} image={image} off={!ready} onRun={onRun} onRemove={setRemoving} />
            ))}
          </Table>
        )}
      </PageBody>
      {removing !== null && (
        <RemoveImageDialog
          image={removing}
          onClose={() => setRemoving(null)}
          onRemoved={() => {
            setRemoved(imageName(removing));
            setRemoving(null);
          }}
        />
      )}
    </>
  );
}
