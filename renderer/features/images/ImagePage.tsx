import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { dockerCommand } from '../../../electron/contract/commands';
import type { Image } from '../../../electron/contract/images';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { type ImageTab, places } from '../../lib/places';
import { useEngine, useEngineReady, useImages } from '../../live/useLive';
import { BackLink } from '../../ui/BackLink';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { FullPage } from '../../ui/FullPage';
import { IconButton } from '../../ui/IconButton';
import { type Icon, icons } from '../../ui/icons';
import { JsonTree } from '../../ui/JsonTree';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { Tabs } from '../../ui/Tabs';
import { ImageHistory } from './ImageHistory';
import { ImageOverview } from './ImageOverview';
import styles from './ImagePage.module.css';
import { imageTexts } from './imageLocale';
import { imageName } from './imageNames';
import { RemoveImageDialog } from './RemoveImageDialog';
import { TagImageDialog } from './TagImageDialog';
import { archiveName, useSaveImages } from './useSaveImages';

interface ImagePageProps {
  imageId: string;
  tab: ImageTab;
  /** The person wants to run it, by tag or id. */
  onRun: (image: string) => void;
  /** A save has begun. */
  onTransfer: (taskId: string) => void;
}

/** One image: what it is and runs, the steps that made it, everything the engine knows of it. */
export function ImagePage({ imageId, ...rest }: ImagePageProps) {
  const list = useImages();
  const now = list?.images.find(({ id }) => id === imageId);
  const last = useRef<Image | null>(null);
  if (now) last.current = now;
  if (list === undefined) return null;
  // While the engine is away its list is old: what was here may well be here still.
  const shown = now ?? (list.stale ? last.current : null);
  return shown === null ? <ImageGone stale={list.stale} /> : <ImageView image={shown} {...rest} />;
}

function ImageView({ image, tab, onRun, onTransfer }: Omit<ImagePageProps, 'imageId'> & { image: Image }) {
  const t = useText(imageTexts);
  const ready = useEngineReady();
  const [dialog, setDialog] = useState<'tag' | 'remove' | null>(null);
  const save = useSaveImages(onTransfer);
  const name = imageName(image);
  const reference = image.tags[0] ?? image.id;
  const suggestedName = archiveName(reference);
  return (
    <>
      <PageHeader
        before={<BackLink place={places.images()} label={t('back')} />}
        title={name}
        actions={
          <>
            <Button
              variant="default"
              disabled={!ready}
              loading={save.isPending}
              leftSection={<IconOf icon={icons.save} />}
              title={dockerCommand.save(suggestedName, [reference])}
              onClick={() => save.begin({ images: [reference], suggestedName, kit: null })}
            >
              {t('save')}
            </Button>
            <Button
              variant="default"
              disabled={!ready}
              leftSection={<IconOf icon={icons.tag} />}
              onClick={() => setDialog('tag')}
            >
              {t('tag')}
            </Button>
            <IconButton
              icon={icons.remove}
              danger
              label={t('removeOf', { name })}
              hint={dockerCommand.removeImage(reference)}
              disabled={!ready}
              onClick={() => setDialog('remove')}
            />
            <Button disabled={!ready} leftSection={<IconOf icon={icons.start} />} onClick={() => onRun(reference)}>
              {t('run')}
            </Button>
          </>
        }
      />
      {save.failure !== null && (
        <div className={styles.notice}>
          <FailureNotice failure={save.failure} onDismiss={save.reset} />
        </div>
      )}
      <Tabs
        label={t('views')}
        tabs={(['overview', 'layers', 'inspect'] as const).map((one) => ({
          place: places.image(image.id, one),
          word: t(one),
          here: tab === one,
        }))}
      />
      <PageBody padded>
        {tab === 'layers' ? <ImageHistory image={image} /> : <Described image={image} tab={tab} />}
      </PageBody>
      {dialog === 'tag' && <TagImageDialog image={image} onClose={() => setDialog(null)} />}
      {dialog === 'remove' && (
        <RemoveImageDialog image={image} onClose={() => setDialog(null)} onRemoved={() => setDialog(null)} />
      )}
    </>
  );
}

/** What the image says of itself, as facts or as a tree. */
function Described({ image, tab }: { image: Image; tab: 'overview' | 'inspect' }) {
  const t = useText(imageTexts);
  const api = useApi();
  const address = useEngine()?.endpoint?.address;
  const detail = useQuery({
    // Tags change, nothing else does.
    queryKey: ['image', address, image.id, image.tags.join(' ')],
    queryFn: ({ signal }) => api.images.inspect({ reference: image.id }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
    retry: false,
  });
  if (detail.error !== null) return <FailureNotice failure={toFailure(detail.error)} />;
  if (detail.data === undefined) return null;
  if (tab === 'overview') return <ImageOverview image={image} detail={detail.data} />;
  return (
    <>
      <div className={styles.tree}>
        <JsonTree label={t('treeOf', { name: imageName(image) })} value={detail.data.inspect} />
      </div>
      <div className={styles.command}>
        <CommandLine command={dockerCommand.inspectImage(imageName(image))} />
      </div>
    </>
  );
}

function ImageGone({ stale }: { stale: boolean }) {
  const t = useText(imageTexts);
  if (stale) return null;
  return (
    <FullPage
      icon={icons.images}
      title={t('missing')}
      role="status"
      actions={
        <Button variant="default" renderRoot={(props) => <Link {...props} {...places.images()} />}>
          {t('back')}
        </Button>
      }
    >
      {t('missingNext')}
    </FullPage>
  );
}

function IconOf({ icon: Symbol }: { icon: Icon }) {
  return <Symbol size={15} stroke={1.75} aria-hidden />;
}
