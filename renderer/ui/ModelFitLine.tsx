import { type Fit, modelFit } from '../../electron/contract/modelFit';
import { useFormat } from '../lib/format';
import { useText } from '../lib/i18n';
import { type FitPlaces, type ModelToFit, usualContextTokens } from '../lib/modelToFit';
import styles from './ModelFit.module.css';
import { FitVerdict, ModelFitFacts } from './ModelFitFacts';
import { modelFitTexts } from './modelFitLocale';

interface ModelFitLineProps {
  model: string;
  toFit: ModelToFit;
  places: FitPlaces;
}

/** Whether a model that somebody thinks of fits, in a line, with the arithmetic behind it; or why that is not known. */
export function ModelFitLine({ model, toFit, places }: ModelFitLineProps) {
  const t = useText(modelFitTexts);
  const format = useFormat();
  if (toFit.kind === 'asking' || toFit.kind === 'unknown') {
    return (
      <p className={styles.line} role="status">
        <span className={styles.model}>{model}</span>
        <span className={styles.soft}>
          {toFit.kind === 'asking' ? t('asking') : t(`size.${toFit.reason}`, { host: toFit.host })}
        </span>
      </p>
    );
  }
  const details = toFit.kind === 'onDisk' ? toFit.details : null;
  const fit = modelFit({
    weightsBytes: toFit.sizeBytes,
    shape: details?.shape ?? null,
    contextTokens: details?.context?.tokens ?? usualContextTokens,
    parallel: 1,
    cacheNumberBytes: 2,
    ...places,
  });
  const size = format.bytes(toFit.sizeBytes);
  const place = decidingPlace(fit);
  return (
    <div>
      <p className={styles.line} role="status">
        <span className={styles.model}>{model}</span>
        <span className={styles.soft}>
          {toFit.kind === 'onDisk' ? t('onDisk', { size }) : t('inRegistry', { size, host: toFit.host })}
        </span>
        {place !== null && (
          <>
            <FitVerdict fit={fit} place={place} />
            <span className={styles.soft}>
              {t(fit.cache === null ? 'needsAtLeast' : 'needs', {
                needed: format.bytes(place.of === 'gpu' ? fit.neededBytes - fit.programBytes : fit.neededBytes),
                available: format.bytes(place.availableBytes),
                place: t(`place.${place.of}`),
              })}
            </span>
          </>
        )}
      </p>
      <details className={styles.how}>
        <summary>{t('how')}</summary>
        <ModelFitFacts fit={fit} layers={details?.shape.blockCount ?? null} isAway={toFit.kind === 'inRegistry'} />
      </details>
    </div>
  );
}

/** A GPU that takes all of it, or else the memory that has to. */
function decidingPlace({ gpu, memory }: Fit): Fit['memory'] {
  return gpu !== null && gpu.verdict !== 'tooLarge' ? gpu : (memory ?? gpu);
}
