import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InstalledModel, ModelDetails, Ollama } from '../../../electron/contract/models';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useOllamas } from '../../live/useOllamas';
import { BackLink } from '../../ui/BackLink';
import { CopyButton } from '../../ui/CopyButton';
import { Facts } from '../../ui/Facts';
import { FailureNotice } from '../../ui/FailureNotice';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { RelativeTime } from '../../ui/RelativeTime';
import { Section } from '../../ui/Section';
import { LoadedModels } from './LoadedModels';
import { modelsTexts } from './locale';
import { CopyModelDialog, RemoveModelDialog } from './ModelDialogs';
import { ModelFitSection } from './ModelFitSection';
import styles from './ModelPage.module.css';
import { NoOllama } from './NoOllama';
import { useChatWith } from './useChatWith';
import { otherNames, shownOllama, useModelList } from './watchedModels';

interface ModelPageProps {
  /** Its name. */
  model: string;
  ollama: string | undefined;
  /** The model is gone: back to the list. */
  onGone: (endpointId: string) => void;
}

/** One model: what it is, how it talks, and under which licence. */
export function ModelPage({ model, ollama: wantedId, onGone }: ModelPageProps) {
  const ollamas = useOllamas();
  if (ollamas === undefined) return <PageHeader title={model} />;
  const ollama = shownOllama(ollamas, wantedId);
  if (ollama === null) return <NoOllama ollamas={ollamas} />;
  return <ModelOf model={model} ollama={ollama} onGone={() => onGone(ollama.endpointId)} />;
}

function ModelOf({ model, ollama, onGone }: { model: string; ollama: Ollama; onGone: () => void }) {
  const t = useText(modelsTexts);
  const api = useApi();
  const { endpointId } = ollama;
  const list = useModelList(endpointId);
  const chat = useChatWith({ endpointId, ollamaName: ollama.name });
  const [dialog, setDialog] = useState<'copy' | 'remove' | null>(null);
  const installed = list?.models?.find(({ name }) => name === model);
  const loaded = list?.loaded.filter(({ name }) => name === model) ?? [];
  const details = useQuery({
    // What is in force changes as it is loaded and unloaded.
    queryKey: ['model', endpointId, model, installed?.digest, loaded[0]?.contextTokens],
    queryFn: ({ signal }) => api.models.show({ endpointId, model }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
    retry: false,
  });
  return (
    <>
      <PageHeader
        before={<BackLink place={places.models({ ollama: endpointId })} label={t('back')} />}
        title={model}
        actions={
          <>
            <Button variant="default" onClick={() => setDialog('copy')}>
              {t('copy')}
            </Button>
            <IconButton
              icon={icons.remove}
              danger
              label={t('removeOf', { name: model })}
              onClick={() => setDialog('remove')}
            />
            <Button leftSection={<icons.chat size={15} stroke={1.75} aria-hidden />} onClick={() => chat(model)}>
              {t('chat')}
            </Button>
          </>
        }
      />
      <PageBody padded>
        <div className={styles.loaded}>
          <LoadedModels ollama={ollama} loaded={loaded} />
        </div>
        {details.error !== null && <FailureNotice failure={toFailure(details.error)} />}
        {details.data !== undefined && <Described details={details.data} installed={installed} ollama={ollama} />}
      </PageBody>
      {dialog === 'copy' && <CopyModelDialog endpointId={endpointId} model={model} onClose={() => setDialog(null)} />}
      {dialog === 'remove' && (
        <RemoveModelDialog
          endpointId={endpointId}
          model={model}
          sizeBytes={installed?.sizeBytes ?? 0}
          others={otherNames(list?.models ?? [], installed)}
          onClose={() => setDialog(null)}
          onRemoved={onGone}
        />
      )}
    </>
  );
}

interface DescribedProps {
  details: ModelDetails;
  installed: InstalledModel | undefined;
  ollama: Ollama;
}

function Described({ details, installed, ollama }: DescribedProps) {
  const t = useText(modelsTexts);
  const format = useFormat();
  const { shape, context } = details;
  const tokens = (count: number | null) => (count === null ? '–' : t('context', { tokens: format.count(count) }));
  return (
    <div className={styles.columns}>
      <Section title={t('facts')}>
        <Facts
          rows={[
            { name: t('ollama'), value: ollama.name },
            { name: t('size'), value: installed ? format.bytes(installed.sizeBytes) : '–' },
            {
              name: t('modified'),
              value: installed?.modifiedAtMs ? <RelativeTime atMs={installed.modifiedAtMs} /> : '–',
            },
            { name: t('families'), value: installed?.families.join(', ') || (installed?.family ?? '–') },
            { name: t('parameters'), value: installed?.parameterSize ?? '–' },
            { name: t('quantization'), value: installed?.quantization ?? '–' },
            { name: t('format'), value: installed?.format ?? '–' },
            { name: t('capabilities'), value: details.capabilities.join(', ') || '–' },
            { name: t('parent'), value: details.parentModel ?? '–' },
            {
              name: t('digest'),
              value: installed ? (
                <span className={styles.digest}>
                  <code className="mono">{installed.digest.slice(0, 12)}</code>
                  <CopyButton text={installed.digest} label={t('copyDigest')} />
                </span>
              ) : (
                '–'
              ),
            },
          ]}
        />
      </Section>
      <Section title={t('contextTitle')}>
        <Facts
          rows={[
            {
              name: t('contextInForce'),
              value:
                context === null ? t('contextDefault') : `${tokens(context.tokens)} · ${t(`from.${context.from}`)}`,
            },
            { name: t('contextLongest'), value: tokens(shape.contextLength) },
            { name: t('architecture'), value: shape.architecture ?? '–' },
            { name: t('blocks'), value: shape.blockCount === null ? '–' : format.count(shape.blockCount) },
            { name: t('embedding'), value: shape.embeddingLength === null ? '–' : format.count(shape.embeddingLength) },
          ]}
        />
      </Section>
      {installed !== undefined && <ModelFitSection details={details} sizeBytes={installed.sizeBytes} ollama={ollama} />}
      <Section title={t('parameterLines')}>
        {details.parameters.length === 0 ? (
          <p className={styles.soft}>{t('noParameters')}</p>
        ) : (
          <Facts
            rows={details.parameters.map(({ name, value }) => ({
              name,
              value: <code className={`mono ${styles.value}`}>{value}</code>,
            }))}
          />
        )}
      </Section>
      <TextPart title={t('system')} text={details.system} />
      <TextPart title={t('template')} text={details.template} />
      <TextPart title={t('modelfile')} text={details.modelfile} />
      <TextPart title={t('license')} text={details.license} />
    </div>
  );
}

/** A text of the model's own, as it is. */
function TextPart({ title, text }: { title: string; text: string }) {
  const t = useText(modelsTexts);
  if (text.trim() === '') return null;
  return (
    <Section title={title} actions={<CopyButton text={text} label={t('copyText', { what: title })} />}>
      {/* A long text scrolls in its box, by keyboard too. */}
      <pre className={`mono ${styles.text}`} tabIndex={0}>
        {text}
      </pre>
    </Section>
  );
}
