import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AnswerNumbers, Provenance } from '../../../../electron/contract/answers';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { places } from '../../../lib/places';
import { icons } from '../../../ui/icons';
import styles from './AnswerDetails.module.css';
import { contextUse, parametersLine } from './figures';
import { answersTexts } from './locale';

interface AnswerDetailsProps {
  provenance: Provenance;
  numbers: AnswerNumbers | null;
  onShowRequest?: ((requestId: string) => void) | undefined;
}

/** All that is known of how an answer came to be, and the ways to its request and to its lines in the container's log. */
export function AnswerDetails({ provenance, numbers, onShowRequest }: AnswerDetailsProps) {
  const t = useText(answersTexts);
  const format = useFormat();
  const { containerId, containerName, image, imageId, endpoint, backend, model, parameters, hasSystem } = provenance;
  const context = contextUse(numbers);
  const tokens = (count: number | null | undefined) => (count == null ? t('unknown') : format.count(count));
  const time = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : format.duration(ms));
  const mono = (text: string): ReactNode => <span className="mono">{text}</span>;
  const rows: [string, ReactNode][] = [];
  if (containerName !== null) rows.push([t('container'), containerName]);
  if (image !== null) rows.push([t('image'), image]);
  if (imageId !== null) rows.push([t('imageId'), mono(imageId.slice(0, 19))]);
  if (endpoint) rows.push([t('endpoint'), `${endpoint.name} (${endpoint.baseUrl})`]);
  if (backend !== null) rows.push([t('backend'), backend]);
  rows.push([t('model'), model ?? t('unknown')]);
  rows.push([t('parameters'), parametersLine(parameters) || t('none')]);
  rows.push([t('systemPrompt'), hasSystem ? t('wasSent') : t('wasNotSent')]);
  rows.push([t('promptTokens'), tokens(numbers?.promptTokens)]);
  rows.push([t('answerTokens'), tokens(numbers?.completionTokens)]);
  if (context) {
    const { used, limit } = context;
    rows.push([t('contextTokens'), t('contextTitle', { used: format.count(used), limit: format.count(limit) })]);
  }
  if (numbers?.queuedMs != null && numbers.queuedMs >= 100) rows.push([t('queuedFor'), time(numbers.queuedMs)]);
  if (numbers?.loadMs != null && numbers.loadMs > 0) rows.push([t('loadedIn'), time(numbers.loadMs)]);
  if (numbers?.promptMs != null && numbers.promptMs > 0) rows.push([t('readIn'), time(numbers.promptMs)]);
  if (numbers?.finishReason) rows.push([t('finishReason'), mono(numbers.finishReason)]);
  rows.push([t('requestId'), mono(provenance.requestId)]);

  return (
    <div className={styles.details}>
      <dl className={styles.facts}>
        {rows.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.links}>
        {onShowRequest && (
          <button type="button" className={styles.link} onClick={() => onShowRequest(provenance.requestId)}>
            <icons.command size={15} stroke={1.75} aria-hidden />
            {t('showRequest')}
          </button>
        )}
        {containerId !== null && (
          <Link {...places.containerLog(containerId, provenance.requestId)} className={styles.link}>
            <icons.logs size={15} stroke={1.75} aria-hidden />
            {t('showLog')}
          </Link>
        )}
      </div>
    </div>
  );
}
