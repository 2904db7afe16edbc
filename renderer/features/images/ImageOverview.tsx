import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Image, ImageDetail } from '../../../electron/contract/images';
import { hiddenMark } from '../../../electron/contract/secrets';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { CopyButton } from '../../ui/CopyButton';
import { Facts } from '../../ui/Facts';
import { RelativeTime } from '../../ui/RelativeTime';
import { Section } from '../../ui/Section';
import styles from './ImagePage.module.css';
import { imageTexts } from './imageLocale';

/** What an image is, what it runs, and who uses it. All of its own words are text. */
export function ImageOverview({ image, detail }: { image: Image; detail: ImageDetail }) {
  const t = useText(imageTexts);
  const format = useFormat();
  const none = <span className={styles.soft}>{t('none')}</span>;
  const words = (list: readonly string[]) =>
    list.length === 0 ? none : <code className="mono">{list.join(' ')}</code>;
  const hidesSome = [...detail.environment, ...detail.labels.map(({ value }) => value)].some((text) =>
    text.endsWith(hiddenMark),
  );
  return (
    <div className={styles.columns}>
      <Section title={t('facts')}>
        <Facts
          rows={[
            { name: t('tags'), value: <List items={image.tags} copied empty={t('noTag')} /> },
            { name: t('id'), value: <List items={[image.id]} copied mono empty="" /> },
            ...(detail.digests.length > 0
              ? [{ name: t('digests'), value: <List items={detail.digests} copied mono empty="" /> }]
              : []),
            { name: t('size'), value: format.bytes(image.sizeBytes) },
            { name: t('layerCount'), value: format.count(detail.layerCount) },
            {
              name: t('created'),
              value: detail.createdAtMs === null ? none : <RelativeTime atMs={detail.createdAtMs} />,
            },
            { name: t('platform'), value: detail.platform },
            {
              name: t('usedBy'),
              value:
                image.usedBy.length === 0 ? (
                  <span className={styles.soft}>{t('nothing')}</span>
                ) : (
                  <ul className={styles.list}>
                    {image.usedBy.map((user) => (
                      <li key={user}>
                        <Link {...places.containers({ find: user })}>{user}</Link>
                      </li>
                    ))}
                  </ul>
                ),
            },
          ]}
        />
      </Section>
      <Section title={t('runs')}>
        <Facts
          rows={[
            { name: t('entrypoint'), value: words(detail.entrypoint) },
            { name: t('command'), value: words(detail.command) },
            { name: t('folder'), value: <code className="mono">{detail.workingFolder || '/'}</code> },
            { name: t('user'), value: detail.user || t('root') },
            { name: t('ports'), value: words(detail.exposedPorts) },
            { name: t('volumes'), value: words(detail.volumes) },
            {
              name: t('health'),
              value: detail.healthCheck === null ? none : <code className="mono">{detail.healthCheck}</code>,
            },
          ]}
        />
      </Section>
      <Section title={t('environment')}>
        {hidesSome && <p className={styles.total}>{t('hidden')}</p>}
        <List items={detail.environment} empty={t('none')} mono />
      </Section>
      <Section title={t('labels')}>
        <List items={detail.labels.map(({ name, value }) => `${name}=${value}`)} empty={t('none')} mono />
      </Section>
    </div>
  );
}

function List({
  items,
  empty,
  copied,
  mono,
}: {
  items: readonly string[];
  empty: string;
  copied?: boolean;
  mono?: boolean;
}) {
  const t = useText(imageTexts);
  if (items.length === 0) return <span className={styles.soft}>{empty}</span>;
  const line = (item: string): ReactNode =>
    copied === true ? (
      <span className={styles.withCopy}>
        <span className={styles.value}>{item}</span>
        <CopyButton text={item} label={t('copyOf', { what: item })} />
      </span>
    ) : (
      item
    );
  return (
    <ul
      className={`${styles.list} ${mono === true ? 'mono' : ''} ${copied === true && mono === true ? styles.digests : ''}`}
    >
      {items.map((item) => (
        <li key={item}>{line(item)}</li>
      ))}
    </ul>
  );
}
