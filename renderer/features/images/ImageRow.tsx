import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { dockerCommand } from '../../../electron/contract/commands';
import type { Image } from '../../../electron/contract/images';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { CopyButton } from '../../ui/CopyButton';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { RelativeTime } from '../../ui/RelativeTime';
import { cell } from '../../ui/Table';
import styles from './ImagesPage.module.css';
import { imageName, shortId } from './imageNames';
import { imagesTexts } from './locale';

interface ImageRowProps {
  image: Image;
  /** Actions are off: the engine is away. */
  off: boolean;
  onRun: (image: string) => void;
  onRemove: (image: Image) => void;
}

/** One line of the table. Plain cells and buttons: there may be hundreds. */
export const ImageRow = memo(function ImageRow({ image, off, onRun, onRemove }: ImageRowProps) {
  const t = useText(imagesTexts);
  const format = useFormat();
  const name = imageName(image);
  const reference = image.tags[0] ?? image.id;
  return (
    <tr>
      <td>
        <Tags image={image} />
      </td>
      <td className={cell({ wide: true })}>
        <code className={`mono ${styles.id}`} title={image.id}>
          {shortId(image.id)}
        </code>
      </td>
      <td className={cell({ numeric: true, wide: true })}>
        {image.layerCount === null ? <span title={t('counting')}>…</span> : format.count(image.layerCount)}
      </td>
      <td className={cell({ numeric: true })}>{format.bytes(image.sizeBytes)}</td>
      <td className={cell({ numeric: true })}>
        <RelativeTime atMs={image.createdAtMs} />
      </td>
      <td>
        <Users image={image} />
      </td>
      <td>
        <span className={styles.actions}>
          <IconButton icon={icons.start} label={t('runOf', { name })} disabled={off} onClick={() => onRun(reference)} />
          <CopyButton text={image.id} label={t('copyIdOf', { name })} />
          <IconButton
            icon={icons.remove}
            label={t('removeOf', { name })}
            hint={dockerCommand.removeImage(image.tags[0] ?? shortId(image.id))}
            danger
            disabled={off}
            onClick={() => onRemove(image)}
          />
        </span>
      </td>
    </tr>
  );
});

function Tags({ image }: { image: Image }) {
  const t = useText(imagesTexts);
  const [first, ...others] = image.tags;
  return (
    <span className={styles.tags}>
      {first === undefined ? (
        <Link {...places.image(image.id)} className={styles.dangling} title={t('danglingWhy')}>
          <icons.stopped size={15} stroke={1.75} aria-hidden />
          {t('dangling')}
        </Link>
      ) : (
        <Link {...places.image(image.id)} className={styles.tag} title={first}>
          {first}
        </Link>
      )}
      {others.length > 0 && (
        <span className={styles.more} title={others.join('\n')}>
          {t('moreTags', { count: others.length })}
        </span>
      )}
      {image.servesApi && (
        <icons.mark size={13} stroke={2} className={styles.ours} role="img" aria-label={t('servesApi')} />
      )}
    </span>
  );
}

function Users({ image }: { image: Image }) {
  const t = useText(imagesTexts);
  const [first, ...others] = image.usedBy;
  if (first === undefined) return <span className={styles.unused}>{t('unused')}</span>;
  return (
    <Link {...places.containers({ find: first })} className={styles.users} title={image.usedBy.join('\n')}>
      {others.length === 0 ? first : t('containers', { count: image.usedBy.length })}
    </Link>
  );
}
