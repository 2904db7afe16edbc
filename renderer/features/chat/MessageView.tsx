import { Button } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import type { Message } from '../../../electron/contract/chat';
import { assertNever } from '../../../electron/contract/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useNow } from '../../lib/useNow';
import { CopyButton } from '../../ui/CopyButton';
import { FailureNotice } from '../../ui/FailureNotice';
import { Markdown } from '../../ui/Markdown';
import { Notice } from '../../ui/Notice';
import { chatTexts } from './locale';
import styles from './MessageView.module.css';
import { ProvenanceLine } from './ProvenanceLine';
import { isUnderWay } from './reduceConversation';

interface MessageViewProps {
  message: Message;
  /** Who answers, while nothing is known of the answer yet. */
  targetName: string;
  /** Asks for the answer again; null where that makes no sense. */
  onRetry: (() => void) | null;
}

/** One turn of a conversation: plain text of a person, Markdown of a model with how it stands and where it came from. */
export const MessageView = memo(function MessageView({ message, targetName, onRetry }: MessageViewProps) {
  const t = useText(chatTexts);
  if (message.role === 'user') {
    return (
      <article className={styles.user} aria-label={t('you')}>
        <div className={styles.bubble}>{message.text}</div>
        <div className={styles.tools}>
          <CopyButton text={message.text} label={t('copyMessage')} />
        </div>
      </article>
    );
  }
  const isOpen = isUnderWay(message);
  return (
    <article className={styles.assistant} aria-label={t('assistant')} aria-busy={isOpen}>
      {message.text !== '' && <Markdown text={message.text} isStreaming={isOpen} />}
      <AnswerState message={message} targetName={targetName} onRetry={onRetry} />
      {!isOpen && (message.text !== '' || message.provenance !== null) && (
        <div className={styles.foot}>
          {message.text !== '' && <CopyButton text={message.text} label={t('copyMessage')} />}
          {message.provenance && <ProvenanceLine provenance={message.provenance} numbers={message.numbers} />}
        </div>
      )}
    </article>
  );
});

function AnswerState({ message, targetName, onRetry }: MessageViewProps): ReactNode {
  const t = useText(chatTexts);
  const retry = onRetry && (
    <Button size="compact-sm" variant="default" onClick={onRetry}>
      {t('retry')}
    </Button>
  );
  switch (message.state) {
    case 'done':
      return null;
    case 'queued':
    case 'connecting':
    case 'loading':
    case 'generating':
      return <UnderWay message={message} targetName={targetName} />;
    case 'stopped':
      return (
        <div className={styles.state}>
          <Notice tone="info" title={t('stopped')} actions={retry} announced={false} />
        </div>
      );
    case 'cutOff':
      return (
        <div className={styles.state}>
          {message.failure === null || message.failure.code === 'CHAT_CUT_OFF' ? (
            <Notice tone="warn" title={t('cutOff')} actions={retry} announced={false} />
          ) : (
            <FailureNotice failure={message.failure} actions={retry} announced={false} />
          )}
        </div>
      );
    case 'failed':
      return (
        <div className={styles.state}>
          <FailureNotice
            failure={message.failure ?? { code: 'INTERNAL', details: { logId: '' } }}
            actions={retry}
            announced={false}
          />
        </div>
      );
    default:
      return assertNever(message.state);
  }
}

/** Seconds of waiting are shown from here on: a model may load for minutes, and that must look alive. */
const patienceMs = 2000;

function UnderWay({ message, targetName }: { message: Message; targetName: string }) {
  const t = useText(chatTexts);
  const format = useFormat();
  const waitedMs = Math.max(0, useNow('second') - message.createdAtMs);
  const name = message.provenance?.containerName ?? message.provenance?.endpoint?.name ?? targetName;
  const words =
    message.text !== ''
      ? t('generating')
      : message.state === 'connecting' && message.provenance === null
        ? t('connecting', { name })
        : t('waiting');
  return (
    <div className={styles.underWay}>
      <span className={styles.pulse} aria-hidden />
      {words}
      {waitedMs >= patienceMs && (
        <span className={styles.waited}>{format.duration(Math.round(waitedMs / 1000) * 1000)}</span>
      )}
    </div>
  );
}
