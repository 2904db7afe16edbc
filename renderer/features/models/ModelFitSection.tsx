import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { modelFit } from '../../../electron/contract/modelFit';
import type { ModelDetails, Ollama } from '../../../electron/contract/models';
import { useText } from '../../lib/i18n';
import { usualContextTokens } from '../../lib/modelToFit';
import { useFitPlaces } from '../../live/useModelFit';
import { ModelFitFacts } from '../../ui/ModelFitFacts';
import { Section } from '../../ui/Section';
import { healthTexts } from './healthLocale';

interface ModelFitSectionProps {
  details: ModelDetails;
  sizeBytes: number;
  ollama: Ollama;
}

/** Whether a model fits into memory with a context of one's choice, with every step of the calculation. */
export function ModelFitSection({ details, sizeBytes, ollama }: ModelFitSectionProps) {
  const t = useText(healthTexts);
  const [typed, setTyped] = useState(String(details.context?.tokens ?? usualContextTokens));
  const places = useFitPlaces(ollama);
  const fit = modelFit({
    weightsBytes: sizeBytes,
    shape: details.shape,
    contextTokens: /^\d{1,7}$/.test(typed.trim()) ? Number(typed) : 0,
    parallel: 1,
    cacheNumberBytes: 2,
    ...places,
  });
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
      <ModelFitFacts fit={fit} layers={details.shape.blockCount} />
    </Section>
  );
}
