import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { type FitPlace, modelFit } from '../../../electron/contract/modelFit';
import type { ModelDetails, Ollama } from '../../../electron/contract/models';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useContainerTable, useEngine } from '../../live/useLive';
import { Facts } from '../../ui/Facts';
import { Section } from '../../ui/Section';
import { Status } from '../../ui/Status';
import { computesHere } from './computesHere';
import { healthTexts } from './healthLocale';
import { useGpus } from './useGpus';

const usualContextTokens = 4096;
const tones = { fits: 'good', tight: 'warn', tooLarge: 'bad' } as const;

interface ModelFitSectionProps {
  details: ModelDetails;
  sizeBytes: number;
  ollama: Ollama;
}

/** Whether a model fits into memory with a context of one's choice, with every step of the calculation. */
export function ModelFitSection({ details, sizeBytes, ollama }: ModelFitSectionProps) {
  const t = useText(healthTexts);
  const format = useFormat();
  const facts = useEngine()?.facts ?? null;
  const rows = useContainerTable()?.containers ?? [];
  const [typed, setTyped] = useState(String(details.context?.tokens ?? usualContextTokens));
  const row = rows.find(({ id }) => id === ollama.containerId);
  const isHere = computesHere(ollama);
  const gpus = useGpus(isHere);
  const contextTokens = /^\d{1,7}$/.test(typed.trim()) ? Number(typed) : 0;
  const fit = modelFit({
    weightsBytes: sizeBytes,
    shape: details.shape,
    contextTokens,
    parallel: 1,
    cacheNumberBytes: 2,
    limitBytes: row?.memoryLimitBytes ?? null,
    machineBytes: isHere ? (facts?.memoryBytes ?? null) : null,
    freeGpuBytes: gpus.length === 0 ? null : gpus.reduce((sum, { freeBytes }) => sum + freeBytes, 0),
  });
  const place = (one: FitPlace) => ({
    name: t(`place.${one.of}`),
    value: (
      <>
        {format.bytes(one.availableBytes)} <Status tone={tones[one.verdict]} word={t(`verdict.${one.verdict}`)} />
      </>
    ),
  });
  const { cache, cacheBytes, workBytes, gpu } = fit;
  return (
    <Section title={t('fit')}>
      <TextInput
        label={t('context')}
        value={typed}
        onChange={({ currentTarget: { value } }) => setTyped(value)}
        inputMode="numeric"
        autoComplete="off"
        w={160}
      />
      <Facts
        rows={[
          { name: t('weights'), value: format.bytes(fit.weightsBytes) },
          {
            name: t('cache'),
            value:
              cache === null || cacheBytes === null
                ? t('cacheUnknown')
                : `${format.bytes(cacheBytes)} = ${t('cacheHow', {
                    layers: cache.layers,
                    tokens: format.count(cache.tokens),
                    numbers: format.count(cache.numbersPerToken),
                    bytes: cache.numberBytes,
                  })}`,
          },
          ...(workBytes === null ? [] : [{ name: t('work'), value: format.bytes(workBytes) }]),
          { name: t('program'), value: format.bytes(fit.programBytes) },
          { name: t('needed'), value: <strong>{format.bytes(fit.neededBytes)}</strong> },
          ...(gpu === null ? [] : [place(gpu)]),
          ...(fit.memory === null ? [] : [place(fit.memory)]),
        ]}
      />
      {gpu !== null && gpu.verdict === 'tooLarge' && gpu.layersThatFit !== null && (
        <p>{t('layers', { count: gpu.layersThatFit, total: details.shape.blockCount ?? 0 })}</p>
      )}
      {fit.memory === null && gpu === null && <p>{t('unknown')}</p>}
    </Section>
  );
}
