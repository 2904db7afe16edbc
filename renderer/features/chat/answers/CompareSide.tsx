import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { memo, useEffect, useRef } from 'react';
import type { Message } from '../../../../electron/contract/chat';
import type { ChatTarget } from '../../../../electron/contract/targets';
import { useText } from '../../../lib/i18n';
import { places } from '../../../lib/places';
import { CopyButton } from '../../../ui/CopyButton';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { AnswerText } from '../AnswerText';
import styles from '../ComparePage.module.css';
import { type ConversationFeed, useConversation } from '../conversationFeed';
import { ProvenanceLine } from '../ProvenanceLine';
import { isUnderWay } from '../reduceConversation';
import { useStickToEnd } from '../useStickToEnd';
import { AnswerState } from './AnswerState';
import { ContextNotice } from './ContextNotice';
import { compareTexts } from './compareLocale';

interface CompareSideProps {
  conversationId: string;
  target: ChatTarget | null;
  onAnswering: (conversationId: string, isAnswering: boolean) => void;
  onRegenerate: (conversationId: string, messageId: string) => void;
  onStop: (conversationId: string) => void;
  onKeep: (conversationId: string) => void;
}

/** One side of a comparison: who answers, its turns, stopped, asked again and kept by itself. */
export function CompareSide(props: CompareSideProps) {
  const { conversationId, target, onAnswering, onRegenerate, onStop, onKeep } = props;
  const t = useText(compareTexts);
  const navigate = useNavigate();
  const { path, feed } = useConversation(conversationId);
  const scroller = useRef<HTMLDivElement>(null);
  useStickToEnd(scroller);
  const last = path.at(-1);
  const isAnswering = isUnderWay(last);
  useEffect(() => onAnswering(conversationId, isAnswering), [conversationId, isAnswering, onAnswering]);

  return (
    <section className={styles.side} aria-label={[target?.name, target?.model].filter(Boolean).join(' ')}>
      <div className={styles.sideHead}>
        <div className={styles.who}>
          <span className={styles.name}>{target?.name}</span>
          {target?.model !== undefined && <span className={styles.model}>{target.model}</span>}
        </div>
        <div className={styles.tools}>
          {isAnswering && <IconButton icon={icons.stop} label={t('stop')} onClick={() => onStop(conversationId)} />}
          <IconButton
            icon={icons.chat}
            label={t('keep')}
            disabled={path.length === 0}
            onClick={() => {
              onKeep(conversationId);
              void navigate(places.conversation(conversationId));
            }}
          />
        </div>
      </div>
      <div ref={scroller} className={styles.turns}>
        <div className={styles.turnsInner}>
          {path.map((message) => (
            <SideTurn
              key={message.id}
              message={message}
              feed={feed}
              targetName={target?.name ?? ''}
              isLast={message === last}
              onRegenerate={(messageId) => onRegenerate(conversationId, messageId)}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

interface SideTurnProps {
  message: Message;
  feed: ConversationFeed | null;
  targetName: string;
  isLast: boolean;
  onRegenerate: (messageId: string) => void;
}

const SideTurn = memo(
  function SideTurn({ message, feed, targetName, isLast, onRegenerate }: SideTurnProps) {
    const t = useText(compareTexts);
    if (message.role === 'user') return <div className={styles.question}>{message.text}</div>;
    const isOpen = isUnderWay(message);
    const { id, text, state, provenance, numbers } = message;
    const retry = isLast && state !== 'done' && (
      <Button size="compact-sm" variant="default" onClick={() => onRegenerate(id)}>
        {t('retry')}
      </Button>
    );
    return (
      <article aria-busy={isOpen}>
        <AnswerText message={message} feed={feed} />
        <AnswerState message={message} targetName={targetName} buttons={retry || null} />
        <ContextNotice numbers={numbers} isLast={isLast} />
        {!isOpen && (
          <div className={styles.tools}>
            {text !== '' && <CopyButton text={text} />}
            {provenance && <ProvenanceLine provenance={provenance} numbers={numbers} />}
          </div>
        )}
      </article>
    );
  },
  (a, b) => a.message === b.message && a.feed === b.feed && a.isLast === b.isLast && a.targetName === b.targetName,
);
