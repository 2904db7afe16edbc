import { Popover } from '@mantine/core';
import { useState } from 'react';
import type { AnswerNumbers, Provenance } from '../../../electron/contract/answers';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { icons } from '../../ui/icons';
import { AnswerDetails } from './answers/AnswerDetails';
import { contextUse, tokenRate } from './answers/figures';
import { answersTexts } from './answers/locale';
import styles from './ProvenanceLine.module.css';

interface ProvenanceLineProps {
  provenance: Provenance;
  numbers: AnswerNumbers | null;
  /** Shows the request in the inspector; left out where there is none beside. */
  onShowRequest?: ((requestId: string) => void) | undefined;
}

/** What produced an answer and how fast: who, which model, times, tokens; all of it on a click. */
export function ProvenanceLine({ provenance, numbers, onShowRequest }: ProvenanceLineProps) {
  const t = useText(answersTexts);
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const { containerName, image, imageId, endpoint, backend, model } = provenance;
  const rate = numbers && tokenRate(numbers);
  const context = contextUse(numbers);
  const time = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : format.duration(ms));
  const facts = [
    containerName !== null && <span key="container">{containerName}</span>,
    endpoint && (
      <span key="endpoint" title={endpoint.baseUrl}>
        {endpoint.name}
      </span>
    ),
    image !== null && (
      <span key="image" title={imageId ?? undefined} className={styles.image}>
        {image}
      </span>
    ),
    (backend ?? model) !== null && (
      <span key="model">{[endpoint || backend === model ? null : backend, model].filter(Boolean).join(' · ')}</span>
    ),
    numbers?.firstTokenMs != null && <span key="first">{t('firstToken', { time: time(numbers.firstTokenMs) })}</span>,
    numbers?.totalMs != null && <span key="total">{t('total', { time: time(numbers.totalMs) })}</span>,
    numbers?.completionTokens != null && (
      <span key="tokens">{t('tokens', { shown: format.count(numbers.completionTokens) })}</span>
    ),
    rate !== null && <span key="rate">{t('tokenRate', { shown: format.count(rate) })}</span>,
    context && (
      <span
        key="context"
        data-context={context.state}
        title={t('contextTitle', { used: format.count(context.used), limit: format.count(context.limit) })}
      >
        {t('context', { share: Math.min(100, Math.round(context.share * 100)) })}
      </span>
    ),
  ].filter(Boolean);

  return (
    <Popover opened={isOpen} onChange={setOpen} position="top-start" width={420} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <button
          type="button"
          className={styles.line}
          title={t('details')}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <icons.notice size={14} stroke={1.75} className={styles.more} aria-label={t('details')} />
          {facts}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('details')}>
        {isOpen && (
          <AnswerDetails
            provenance={provenance}
            numbers={numbers}
            onShowRequest={
              onShowRequest &&
              ((id) => {
                setOpen(false);
                onShowRequest(id);
              })
            }
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
