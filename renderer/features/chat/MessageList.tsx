import { Button } from '@mantine/core';
import { useRef } from 'react';
import type { Message } from '../../../electron/contract/chat';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { chatTexts } from './locale';
import styles from './MessageList.module.css';
import { MessageView } from './MessageView';
import type { Outgoing } from './outbox';
import { isUnderWay } from './reduceConversation';
import { useStickToEnd } from './useStickToEnd';

interface MessageListProps {
  messages: readonly Message[];
  outgoing: Outgoing | null;
  targetName: string;
  onRetry: () => void;
  onSendAgain: (message: Outgoing) => void;
  onEditAgain: (message: Outgoing) => void;
}

/** The turns of a conversation, kept at the end until the reader scrolls up. */
export function MessageList(props: MessageListProps) {
  const { messages, outgoing, targetName, onRetry, onSendAgain, onEditAgain } = props;
  const t = useText(chatTexts);
  const scroller = useRef<HTMLDivElement>(null);
  const { isAtEnd, toEnd } = useStickToEnd(scroller);
  const last = messages.at(-1);
  const isShown = messages.some(({ id }) => id === outgoing?.messageId);
  const isUnanswered = last?.role === 'user' && outgoing === null;

  return (
    <div className={styles.frame}>
      <div ref={scroller} className={styles.scroller} tabIndex={-1}>
        <div className={styles.turns}>
          {messages.map((message) => (
            <MessageView
              key={message.id}
              message={message}
              targetName={targetName}
              onRetry={message === last && message.state !== 'done' && !isUnderWay(message) ? onRetry : null}
            />
          ))}
          {isUnanswered && (
            <Notice
              tone="info"
              title={t('unanswered')}
              announced={false}
              actions={
                <Button size="compact-sm" variant="default" onClick={onRetry}>
                  {t('answerNow')}
                </Button>
              }
            />
          )}
          {outgoing && !isShown && <Unsent message={outgoing} onSendAgain={onSendAgain} onEditAgain={onEditAgain} />}
        </div>
      </div>
      {!isAtEnd && (
        <button type="button" className={styles.toLatest} onClick={toEnd} title={t('toLatest')}>
          <icons.toEnd size={16} stroke={1.75} aria-hidden />
          <span className="hiddenVisually">{t('toLatest')}</span>
        </button>
      )}
    </div>
  );
}

interface UnsentProps {
  message: Outgoing;
  onSendAgain: (message: Outgoing) => void;
  onEditAgain: (message: Outgoing) => void;
}

/** A message that main does not have yet: on its way, or not taken and why. */
function Unsent({ message, onSendAgain, onEditAgain }: UnsentProps) {
  const t = useText(chatTexts);
  return (
    <div className={styles.unsent}>
      <div className={styles.bubble} data-failed={message.failure !== null || undefined}>
        {message.text}
      </div>
      {message.state === 'sending' && <div className={styles.sending}>{t('sending')}</div>}
      {message.failure && (
        <FailureNotice
          failure={message.failure}
          during={t('notSent')}
          actions={
            <>
              <Button size="compact-sm" variant="default" onClick={() => onEditAgain(message)}>
                {t('editAgain')}
              </Button>
              <Button size="compact-sm" onClick={() => onSendAgain(message)}>
                {t('sendAgain')}
              </Button>
            </>
          }
        />
      )}
    </div>
  );
}
