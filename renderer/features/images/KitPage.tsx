import { Button } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { dockerCommand } from '../../../electron/contract/commands';
import { writtenOut } from '../../../electron/contract/imageNames';
import type { Image } from '../../../electron/contract/images';
import { officialOllamaImage } from '../../../electron/contract/ollamaContainer';
import { useApi } from '../../lib/client';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useContainerTable, useEngineReady, useImages, useSettings } from '../../live/useLive';
import { BackLink } from '../../ui/BackLink';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { SearchField } from '../../ui/SearchField';
import { Section } from '../../ui/Section';
import { type Column, cell, Table } from '../../ui/Table';
import styles from './DiskPage.module.css';
import { type KitModelChoice, KitModels } from './KitModels';
import { kitTexts } from './kitLocale';
import { useSaveImages } from './useSaveImages';

/** Bases that Wharf builds from where no other is set: the official one, and its own. */
const usualBases = ['python:3.11-slim', 'wharf/python-base:3.11'];

/** Why an image is proposed for a kit; null for one that only a person would think of. */
type Reason = { kind: 'api' } | { kind: 'base' } | { kind: 'ollama' } | { kind: 'used'; name: string } | null;

/** Chooses what an installation without network needs, and saves it as one file. */
export function KitPage({ onSave }: { onSave: (taskId: string) => void }) {
  const t = useText(kitTexts);
  const format = useFormat();
  const ready = useEngineReady();
  const list = useImages();
  const { baseImage = null, ollamaImage = null } = useSettings() ?? {};
  const containers = useContainerTable()?.containers ?? [];
  const save = useSaveImages(onSave);
  const [find, setFind] = useState('');
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [withSettings, setWithSettings] = useState(true);
  const [withPresets, setWithPresets] = useState(true);
  const [models, setModels] = useState<KitModelChoice[]>([]);
  const base = baseImage === null ? null : writtenOut(baseImage);
  const ollama = writtenOut(ollamaImage ?? officialOllamaImage);
  const tagged = list?.images.filter(({ tags }) => tags.length > 0) ?? [];
  const ours = new Set(containers.filter(({ madeByWharf }) => madeByWharf).map(({ imageId }) => imageId));

  const reasonOf = (image: Image): Reason => {
    if (image.tags.some((tag) => tag === base || usualBases.includes(tag))) return { kind: 'base' };
    if (image.servesApi) return { kind: 'api' };
    if (image.tags.includes(ollama)) return { kind: 'ollama' };
    const [user] = image.usedBy;
    return user !== undefined && ours.has(image.id) ? { kind: 'used', name: user } : null;
  };
  const isChosen = (image: Image) => changed.get(image.id) ?? reasonOf(image) !== null;
  const chosen = tagged.filter(isChosen);
  const rows = tagged.filter(({ tags }) => tags.join('\n').toLowerCase().includes(find.trim().toLowerCase()));
  const images = chosen.flatMap(({ tags }) => tags);
  const presetCount = usePresetCount(images);
  const suggestedName = `wharf-kit-${new Date().toISOString().slice(0, 10)}.tar`;
  const lacksBase = base !== null && withSettings && !images.includes(base);
  const lacksOllama = models.length > 0 && !images.includes(ollama);
  const columns: Column[] = [
    { key: 'tick', word: t('images'), width: '52px', nameless: true },
    { key: 'tags', word: t('tags') },
    { key: 'why', word: t('why'), width: '30%' },
    { key: 'size', word: t('size'), width: '104px', numeric: true },
  ];
  return (
    <>
      <PageHeader before={<BackLink place={places.images()} label={t('back')} />} title={t('title')} />
      {list !== undefined && tagged.length === 0 ? (
        <FullPage
          icon={icons.kit}
          title={t('empty')}
          actions={<Button renderRoot={(props) => <Link {...props} {...places.images()} />}>{t('back')}</Button>}
        >
          {t('emptyNext')}
        </FullPage>
      ) : (
        <PageBody padded>
          <div className={styles.page}>
            <p className={styles.why}>{t('about')}</p>
            <Section title={t('images')} actions={<SearchField label={t('find')} value={find} onChange={setFind} />}>
              <div className={styles.table}>
                <Table label={t('images')} columns={columns} stale={list !== undefined && (list.stale || !ready)}>
                  {rows.map((image) => (
                    <tr key={image.id}>
                      <td>
                        <input
                          type="checkbox"
                          className={styles.tick}
                          aria-label={t('take', { name: image.tags[0] ?? '' })}
                          checked={isChosen(image)}
                          onChange={({ currentTarget: { checked } }) =>
                            setChanged(new Map([...changed, [image.id, checked]]))
                          }
                        />
                      </td>
                      <td title={image.tags.join('\n')}>{image.tags.join(', ')}</td>
                      <td className={styles.soft}>{reasonWords(reasonOf(image), t)}</td>
                      <td className={cell({ numeric: true })}>{format.bytes(image.sizeBytes)}</td>
                    </tr>
                  ))}
                </Table>
              </div>
            </Section>
            <KitModels containers={containers} chosen={models} onChange={setModels} />
            <Section title={t('settings')}>
              {baseImage === null ? (
                <p className={styles.why}>{t('noSettings')}</p>
              ) : (
                <label className={styles.check}>
                  <input
                    type="checkbox"
                    checked={withSettings}
                    onChange={({ currentTarget: { checked } }) => setWithSettings(checked)}
                  />
                  {t('withSettings', { image: baseImage })}
                </label>
              )}
              {presetCount > 0 && (
                <label className={styles.check}>
                  <input
                    type="checkbox"
                    checked={withPresets}
                    onChange={({ currentTarget: { checked } }) => setWithPresets(checked)}
                  />
                  {t('withPresets', { count: presetCount })}
                </label>
              )}
              <p className={styles.note}>{t('staysOut')}</p>
            </Section>
            {lacksBase && <Notice tone="warn" title={t('missingBase', { image: baseImage ?? '' })} announced={false} />}
            {lacksOllama && <Notice tone="warn" title={t('missingOllama', { image: ollama })} announced={false} />}
            {save.failure !== null && <FailureNotice failure={save.failure} onDismiss={save.reset} />}
            {images.length > 0 && <CommandLine command={dockerCommand.save(suggestedName, images)} />}
            <div className={styles.end}>
              <Button
                disabled={images.length === 0 || !ready}
                loading={save.isPending}
                leftSection={<icons.kit size={15} stroke={1.75} aria-hidden />}
                onClick={() => save.begin({ images, suggestedName, kit: { withSettings, withPresets, models } })}
              >
                {t('submit')}
              </Button>
              <span role="status">
                {chosen.length === 0
                  ? t('none')
                  : t('chosen', {
                      count: chosen.length,
                      size: format.bytes(chosen.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)),
                    })}
              </span>
            </div>
          </div>
        </PageBody>
      )}
    </>
  );
}

/** How many run presets these images have; those of one image hold for all its tags. */
function usePresetCount(tags: readonly string[]): number {
  const api = useApi();
  return useQueries({
    queries: tags.map((image) => ({
      queryKey: ['presets', image],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.presets.list({ image }, { signal }),
    })),
    combine: (answers) => new Set(answers.flatMap(({ data }) => data?.presets.map(({ id }) => id) ?? [])).size,
  });
}

function reasonWords(reason: Reason, t: ReturnType<typeof useText<(typeof kitTexts)['en']>>): string {
  if (reason === null) return '';
  return reason.kind === 'used' ? t('why.used', { name: reason.name }) : t(`why.${reason.kind}`);
}
