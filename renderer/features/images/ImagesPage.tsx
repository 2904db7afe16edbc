import { Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Image } from '../../../electron/contract/images';
import { useText } from '../../lib/i18n';
import { type ImageFilter, places } from '../../lib/places';
import { useEngine, useEngineReady, useImages } from '../../live/useLive';
import { Choices } from '../../ui/Choices';
import { FailureNotice } from '../../ui/FailureNotice';
import { FullPage } from '../../ui/FullPage';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { ListPage } from '../../ui/ListPage';
import { type Column, SkeletonRows, Table } from '../../ui/Table';
import { ImageRow } from './ImageRow';
import { imageName, isShown } from './imageNames';
import { imagesTexts } from './locale';
import { RemoveImageDialog } from './RemoveImageDialog';
import { useLoadArchive } from './useLoadArchive';

const imageFilters: readonly ImageFilter[] = ['all', 'used', 'unused', 'dangling', 'wharf'];

interface ImagesPageProps {
  show: ImageFilter;
  find: string;
  onFilter: (filter: { show?: ImageFilter; find?: string }) => void;
  /** The person wants to run an image, by tag or id. */
  onRun: (image: string) => void;
  /** A pull or a load has begun. */
  onTransfer: (taskId: string) => void;
}

/** The live list of the engine's images: what they are, who uses them, and what can be done with them. */
export function ImagesPage({ show, find, onFilter, onRun, onTransfer }: ImagesPageProps) {
  const t = useText(imagesTexts);
  const list = useImages();
  const ready = useEngineReady();
  const isAway = useEngine()?.failure != null;
  const [removing, setRemoving] = useState<Image | null>(null);
  const [removed, setRemoved] = useState('');

  const columns: Column[] = [
    { key: 'tags', word: t('tags') },
    { key: 'id', word: t('id'), width: '124px', wide: true },
    { key: 'layers', word: t('layers'), width: '72px', numeric: true, wide: true },
    { key: 'size', word: t('size'), width: '96px', numeric: true },
    { key: 'created', word: t('created'), width: '132px', numeric: true },
    { key: 'usedBy', word: t('usedBy'), width: '22%' },
    { key: 'actions', word: t('actions'), width: '124px', nameless: true },
  ];
  const all = list?.images ?? [];
  const wanted = find.trim().toLowerCase();
  const ofKind = (kind: ImageFilter) => all.filter((image) => isShown(image, kind));
  const rows = ofKind(show).filter((image) =>
    [...image.tags, image.id, ...image.usedBy].join('\n').toLowerCase().includes(wanted),
  );
  const load = useLoadArchive(onTransfer);
  const pullButton = (
    <Button
      variant="default"
      renderRoot={(props) => <Link {...props} {...places.pullImage()} />}
      leftSection={<icons.pull size={15} stroke={1.75} aria-hidden />}
    >
      {t('pull')}
    </Button>
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
      <ListPage
        title={t('title')}
        count={list && { all: all.length, shown: rows.length }}
        actions={
          <>
            <MoreMenu onLoad={load.begin} off={!ready || load.isPending} />
            <Button variant="default" renderRoot={(props) => <Link {...props} {...places.buildHistory()} />}>
              {t('history')}
            </Button>
            {pullButton}
            {buildButton}
          </>
        }
        filters={
          <Choices
            label={t('show')}
            value={show}
            choices={imageFilters.map((value) => ({
              value,
              word: t(`show.${value}`),
              ...(list && { count: ofKind(value).length }),
            }))}
            onChange={(next) => onFilter({ show: next })}
          />
        }
        search={{ label: t('find'), value: find, onChange: (next) => onFilter({ find: next }) }}
        notice={load.failure !== null && <FailureNotice failure={load.failure} onDismiss={load.reset} />}
        said={removed === '' ? '' : t('removed', { name: removed })}
        instead={
          list === undefined && isAway ? (
            <FullPage icon={icons.engineLost} title={t('noEngine')}>
              {t('noEngineNext')}
            </FullPage>
          ) : undefined
        }
        nothing={{
          icon: icons.images,
          texts: {
            empty: t('empty'),
            emptyNext: t('emptyNext'),
            nothingFound: t('nothingFound'),
            nothingFoundNext: t('nothingFoundNext'),
          },
          action: (
            <>
              <Button
                variant="default"
                disabled={!ready}
                loading={load.isPending}
                leftSection={<icons.load size={15} stroke={1.75} aria-hidden />}
                onClick={load.begin}
              >
                {t('load')}
              </Button>
              {pullButton}
              {buildButton}
            </>
          ),
          onShowAll: () => onFilter({ show: 'all', find: '' }),
        }}
      >
        <Table label={t('table')} columns={columns} stale={list !== undefined && (list.stale || !ready)}>
          {list === undefined && <SkeletonRows columns={columns} />}
          {rows.map((image) => (
            <ImageRow key={image.id} image={image} off={!ready} onRun={onRun} onRemove={setRemoving} />
          ))}
        </Table>
      </ListPage>
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

/** What is done with images less often, behind one button. */
function MoreMenu({ onLoad, off }: { onLoad: () => void; off: boolean }) {
  const t = useText(imagesTexts);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <IconButton icon={icons.more} label={t('more')} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<icons.load size={15} stroke={1.75} aria-hidden />} disabled={off} onClick={onLoad}>
          {t('load')}
        </Menu.Item>
        <Menu.Item
          leftSection={<icons.kit size={15} stroke={1.75} aria-hidden />}
          renderRoot={(props) => <Link {...props} {...places.offlineKit()} />}
        >
          {t('kit')}
        </Menu.Item>
        <Menu.Item
          leftSection={<icons.disk size={15} stroke={1.75} aria-hidden />}
          renderRoot={(props) => <Link {...props} {...places.diskUse()} />}
        >
          {t('disk')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
