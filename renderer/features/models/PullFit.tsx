import type { InstalledModel, Ollama } from '../../../electron/contract/models';
import { useText } from '../../lib/i18n';
import { useFitPlaces, useModelToFit } from '../../live/useModelFit';
import { ModelFitLine } from '../../ui/ModelFitLine';
import { healthTexts } from './healthLocale';
import styles from './ModelsPage.module.css';
import type { WantedPull } from './PullForm';

interface PullFitProps {
  ollama: Ollama;
  wanted: WantedPull;
  /** Undefined until they were read. */
  installed: readonly InstalledModel[] | undefined;
}

/** Whether what is about to be pulled fits, told before; a pull never waits for it. */
export function PullFit({ ollama, wanted: { model, allowPlainHttp }, installed }: PullFitProps) {
  const t = useText(healthTexts);
  const places = useFitPlaces(ollama);
  const toFit = useModelToFit({ endpointId: ollama.endpointId, model, allowPlainHttp, installed });
  if (toFit === null) return null;
  return (
    <section className={styles.pullFit} aria-label={t('fit')}>
      <ModelFitLine model={model} toFit={toFit} places={places} />
    </section>
  );
}
