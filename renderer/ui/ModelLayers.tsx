import { useFormat } from '../lib/format';
import { useText } from '../lib/i18n';
import styles from './ModelLayers.module.css';
import { modelLayersTexts } from './modelLayersLocale';
import { Progress } from './Progress';

/** A layer on its way; `totalBytes` is null until its size is known. */
interface Layer {
  id: string;
  state: 'waiting' | 'downloading' | 'done' | 'present';
  bytes: number;
  totalBytes: number | null;
}

/** The layers of a pull, folded under how many are done; nothing before the first. */
export function ModelLayers({ layers, done }: { layers: readonly Layer[]; done: number }) {
  const t = useText(modelLayersTexts);
  if (layers.length === 0) return null;
  return (
    <details className={styles.layers}>
      <summary>{t('layers', { done, total: layers.length })}</summary>
      <ul>
        {layers.map((layer) => (
          <LayerLine key={layer.id} layer={layer} />
        ))}
      </ul>
    </details>
  );
}

function LayerLine({ layer }: { layer: Layer }) {
  const t = useText(modelLayersTexts);
  const format = useFormat();
  const total = layer.totalBytes;
  return (
    <li className={styles.layer}>
      <code className="mono">{layer.id}</code>
      <span className={styles.layerState}>{t(`layer.${layer.state}`)}</span>
      <span className={styles.layerBar}>
        {total !== null && <Progress done={layer.bytes} total={total} label={layer.id} />}
      </span>
      <span className={styles.layerSize}>
        {total === null || layer.bytes >= total
          ? format.bytes(layer.bytes)
          : `${format.bytes(layer.bytes)} / ${format.bytes(total)}`}
      </span>
    </li>
  );
}
