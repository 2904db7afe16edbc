import { Button } from '@mantine/core';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Message } from '../../../electron/contract/chat';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { AttachmentChips } from './AttachmentChips';
import type { ConversationFeed } from './conversationFeed';
import { describedFiles } from './describedFiles';
import { type Edited, EditMessage } from './EditMessage';
import { chatTexts } from './locale';
import styles from './MessageList.module.css';
import { type MessageActions, MessageView } from './MessageView';
import type { Outgoing } from './outbox';
import { useStickToEnd } from './useStickToEnd';

/** Turns that are drawn at first, and with each step back: a conversation may have thousands. */
const drawnAtOnce = 60;

/** px from the top at which earlier turns are drawn. */
const nearTopPx = 400;

interface MessageListProps {
  /** All messages, oldest first, and those that are shown. */
  messages: readonly Message[];
  path: readonly Message[];
  feed: ConversationFeed | null;
  outgoing: Outgoing | null;
  targetName: string;
  /** An answer is under way, or a message on its way. */
  isBusy: boolean;
  /** False while nothing can be asked for another reason. */
  canAsk: boolean;
  /** Where the reader wants to be brought; null once there. */
  soughtId: string | null;
  onFound: () => void;
  actions: Omit<MessageActions, 'edit'>;
  onSendEdited: (message: Message, edited: Edited) => void;
  onSendAgain: (message: Outgoing) => void;
  onEditAgain: (message: Outgoing) => void;
}

/** Siblings of each message, by the message that they follow. */
function siblingsOf(messages: readonly Message[]): Map<string | null, string[]> {
  const siblings = new Map<string | null, string[]>();
  for (const { id, parentId } of messages) {
    const of = siblings.get(parentId);
    if (of) of.push(id);
    else siblings.set(parentId, [id]);
  }
  return siblings;
}

/** What is shown while a message is on its way: everything before the place where it goes. */
function before(path: readonly Message[], outgoing: Outgoing | null): readonly Message[] {
  if (outgoing?.parentId === undefined || path.some(({ id }) => id === outgoing.messageId)) return path;
  return path.slice(0, path.findIndex(({ id }) => id === outgoing.parentId) + 1);
}

/** The turns of a conversation, kept at the end until the reader scrolls up. */
export function MessageList(props: MessageListProps) {
  const { messages, path, feed, outgoing, targetName, isBusy, canAsk, soughtId, onFound, actions } = props;
  const { onSendEdited, onSendAgain, onEditAgain } = props;
  const t = useText(chatTexts);
  const scroller = useRef<HTMLDivElement>(null);
  const { isAtEnd, toEnd, letGo } = useStickToEnd(scroller);
  const [editingId, setEditingId] = useState<string | null>(null);
  const [drawn, setDrawn] = useState(drawnAtOnce);
  const [markedId, setMarkedId] = useState<string | null>(null);
  const siblings = siblingsOf(messages);
  const shown = before(path, outgoing);
  const last = shown.at(-1);
  const isShown = path.some(({ id }) => id === outgoing?.messageId);
  const isUnanswered = last?.role === 'user' && outgoing === null;
  const from = Math.max(0, shown.length - drawn);

  const allActions = useMemo<MessageActions>(
    () => ({
      ...actions,
      edit: (id) => {
        letGo();
        setEditingId(id);
      },
      step: (id, step) => {
        letGo();
        actions.step(id, step);
      },
    }),
    [actions, letGo],
  );

  // Whoever sends wants to see what comes.
  const outgoingId = outgoing?.messageId;
  useEffect(() => {
    if (outgoingId !== undefined) toEnd();
  }, [outgoingId, toEnd]);

  const soughtAt = soughtId === null ? -1 : shown.findIndex(({ id }) => id === soughtId);
  useLayoutEffect(() => {
    if (soughtId === null || soughtAt < 0) return;
    if (soughtAt < from) {
      setDrawn(shown.length - soughtAt + drawnAtOnce);
      return;
    }
    letGo();
    setMarkedId(soughtId);
    const drawnTurns = [...(scroller.current?.querySelectorAll<HTMLElement>('[data-message]') ?? [])];
    const found = drawnTurns.find(({ dataset }) => dataset.message === soughtId);
    found?.scrollIntoView({ block: found.clientHeight > (scroller.current?.clientHeight ?? 0) ? 'start' : 'center' });
    onFound();
  }, [soughtId, soughtAt, from, shown.length, letGo, onFound]);

  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        tabIndex={-1}
        onScroll={({ currentTarget }) => {
          if (from > 0 && currentTarget.scrollTop < nearTopPx) setDrawn(drawn + drawnAtOnce);
        }}
      >
        <div className={styles.turns}>
          {from > 0 && (
            <Button className={styles.earlier} variant="default" onClick={() => setDrawn(drawn + drawnAtOnce)}>
              {t('showEarlier')}
            </Button>
          )}
          {shown.slice(from).map((message) => {
            const of = siblings.get(message.parentId) ?? [];
            return message.id === editingId ? (
              <EditMessage
                key={message.id}
                message={message}
                canSend={canAsk && !isBusy}
                onCancel={() => setEditingId(null)}
                onSend={(edited) => {
                  setEditingId(null);
                  onSendEdited(message, edited);
                }}
              />
            ) : (
              <MessageView
                key={message.id}
                message={message}
                index={of.indexOf(message.id)}
                count={of.length}
                isLast={message === last}
                isBusy={isBusy}
                isSought={message.id === markedId}
                targetName={targetName}
                feed={feed}
                actions={allActions}
              />
            );
          })}
          {isUnanswered && (
            <Notice
              tone="info"
              title={t('unanswered')}
              announced={false}
              actions={
                <Button size="compact-sm" variant="default" onClick={() => actions.regenerate(last.id)}>
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
  const files = useMemo(() => describedFiles(message.attachments), [message.attachments]);
  return (
    <div className={styles.unsent}>
      <AttachmentChips attachments={files} />
      {message.text !== '' && (
        <div className={styles.bubble} data-failed={message.failure !== null || undefined}>
          {message.text}
        </div>
      )}
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
