import type { Message } from '../../../../electron/contract/chat';
import { useText } from '../../../lib/i18n';
import { useNow } from '../../../lib/useNow';
import styles from './AnswerProgress.module.css';
import { answersTexts } from './locale';

/** So long a server may just be slow; longer than that it loads its model. */
const patienceMs = 2_000;

const two = (value: number) => String(value).padStart(2, '0');

/** ms -> `00:42`; minutes go on counting. */
const clock = (ms: number) => {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
};

/** How an answer under way stands, in words: queued, connecting, loading, writing. Counts the seconds, so that it looks alive. */
export function AnswerProgress({ message, targetName }: { message: Message; targetName: string }) {
  const t = useText(answersTexts);
  const waitedMs = Math.max(0, useNow('second') - (message.waiting?.sinceMs ?? message.createdAtMs));
  const { containerName, endpoint } = message.provenance ?? {};
  const name = containerName ?? endpoint?.name ?? targetName;
  const position = message.waiting?.position ?? 1;

  function words(): string {
    switch (message.state) {
      case 'queued':
        return position <= 1 ? t('queuedNext') : t('queued', { position: position - 1 });
      case 'connecting':
        return t('connecting', { name });
      case 'loading':
        return waitedMs < patienceMs ? t('waitingFirst') : t('loading', { time: clock(waitedMs) });
      case 'generating':
      case 'done':
      case 'stopped':
      case 'cutOff':
      case 'failed':
        return t('generating');
    }
  }

  const isWaiting = message.state === 'queued' || message.state === 'connecting';
  return (
    <div className={styles.progress} data-state={message.state}>
      <span className={styles.pulse} aria-hidden />
      {words()}
      {isWaiting && waitedMs >= patienceMs && <span className={styles.waited}>{clock(waitedMs)}</span>}
    </div>
  );
}
