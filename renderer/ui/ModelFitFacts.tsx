import type { Fit, FitPlace } from '../../electron/contract/modelFit';
import { useFormat } from '../lib/format';
import { useText } from '../lib/i18n';
import { Facts } from './Facts';
import { modelFitTexts } from './modelFitLocale';
import { Status } from './Status';

const tones = { fits: 'good', tight: 'warn', tooLarge: 'bad' } as const;

/** How one place stands, in a word: without the context's share it is only the data that fits. */
export function FitVerdict({ fit, place }: { fit: Fit; place: FitPlace }) {
  const t = useText(modelFitTexts);
  const of = fit.cache === null ? 'data' : 'verdict';
  return <Status tone={tones[place.verdict]} word={t(`${of}.${place.verdict}`)} />;
}

interface ModelFitFactsProps {
  fit: Fit;
  /** Layers of the model; null where it does not tell. */
  layers: number | null;
  /** It is not on disk yet: what its context takes is told later. */
  isAway?: boolean;
}

/** Every step of whether a model fits into memory. */
export function ModelFitFacts({ fit, layers, isAway }: ModelFitFactsProps) {
  const t = useText(modelFitTexts);
  const format = useFormat();
  const { cache, cacheBytes, workBytes, gpu, memory } = fit;
  const place = (one: FitPlace) => ({
    name: t(`place.${one.of}`),
    value: (
      <>
        {format.bytes(one.availableBytes)} <FitVerdict fit={fit} place={one} />
      </>
    ),
  });
  const cacheWords =
    cache === null || cacheBytes === null
      ? t(isAway ? 'cacheLater' : 'cacheUnknown')
      : `${format.bytes(cacheBytes)} = ${t('cacheHow', {
          layers: cache.layers,
          tokens: format.count(cache.tokens),
          numbers: format.count(cache.numbersPerToken),
          bytes: cache.numberBytes,
        })}`;
  return (
    <>
      <Facts
        rows={[
          { name: t('weights'), value: format.bytes(fit.weightsBytes) },
          { name: t('cache'), value: cacheWords },
          ...(workBytes === null ? [] : [{ name: t('work'), value: format.bytes(workBytes) }]),
          { name: t('program'), value: format.bytes(fit.programBytes) },
          {
            name: t(cache === null ? 'neededAtLeast' : 'needed'),
            value: <strong>{format.bytes(fit.neededBytes)}</strong>,
          },
          ...(gpu === null ? [] : [place(gpu)]),
          ...(memory === null ? [] : [place(memory)]),
        ]}
      />
      {gpu !== null && gpu.verdict === 'tooLarge' && gpu.layersThatFit !== null && (
        <p>{t('layers', { count: gpu.layersThatFit, total: layers ?? 0 })}</p>
      )}
      {memory === null && gpu === null && <p>{t('unknown')}</p>}
    </>
  );
}
