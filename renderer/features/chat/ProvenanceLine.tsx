import { Link } from '@tanstack/react-router';
import type { AnswerNumbers, Provenance } from '../../../electron/contract/answers';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { chatTexts } from './locale';
import styles from './ProvenanceLine.module.css';

/** Tokens per second after the first one came; null where the service told too little. */
function tokenRate(numbers: AnswerNumbers): number | null {
  const { completionTokens, totalMs, firstTokenMs } = numbers;
  if (completionTokens === null || totalMs === null || completionTokens < 2) return null;
  const spentMs = totalMs - (firstTokenMs ?? 0);
  return spentMs > 50 ? Math.round((completionTokens * 1000) / spentMs) : null;
}

/** What produced an answer and how fast: container, image, model, times, tokens. */
export function ProvenanceLine({ provenance, numbers }: { provenance: Provenance; numbers: AnswerNumbers | null }) {
  const t = useText(chatTexts);
  const format = useFormat();
  const { containerId, containerName, image, imageId, endpoint, backend, model, requestId } = provenance;
  const rate = numbers && tokenRate(numbers);
  const facts = [
    containerId !== null && (
      <Link key="container" {...places.container(containerId, 'logs')} className={styles.link}>
        {containerName}
      </Link>
    ),
    image !== null && (
      <span key="image" title={imageId ?? undefined} className={styles.image}>
        {image}
      </span>
    ),
    endpoint && (
      <span key="endpoint" title={endpoint.baseUrl} className={styles.image}>
        {endpoint.name}
      </span>
    ),
    (backend ?? model) !== null && <span key="model">{[backend, model].filter(Boolean).join(' · ')}</span>,
    numbers?.firstTokenMs != null && <span key="first">{t('firstToken', { time: time(numbers.firstTokenMs) })}</span>,
    numbers?.totalMs != null && <span key="total">{t('total', { time: time(numbers.totalMs) })}</span>,
    numbers?.completionTokens != null && (
      <span key="tokens">{t('tokens', { shown: format.count(numbers.completionTokens) })}</span>
    ),
    rate !== null && <span key="rate">{t('tokenRate', { shown: format.count(rate) })}</span>,
  ].filter(Boolean);

  function time(ms: number): string {
    return ms < 1000 ? `${Math.round(ms)} ms` : format.duration(ms);
  }

  return (
    <div className={styles.line} title={t('requestId', { id: requestId })}>
      {facts}
    </div>
  );
}
