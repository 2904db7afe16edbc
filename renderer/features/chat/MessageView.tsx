import { Button } from '@mantine/core';
import { memo } from 'react';
import type { Message } from '../../../electron/contract/chat';
import { useText } from '../../lib/i18n';
import { CopyButton } from '../../ui/CopyButton';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { AnswerText } from './AnswerText';
import { AttachmentChips } from './AttachmentChips';
import { AnswerState } from './answers/AnswerState';
import { ContextNotice } from './answers/ContextNotice';
import { usePanelTools } from './answers/useChatPanel';
import type { ConversationFeed } from './conversationFeed';
import { chatTexts } from './locale';
import { MessageTools, SiblingSwitch } from './MessageTools';
import styles from './MessageView.module.css';
import { ProvenanceLine } from './ProvenanceLine';
import { isUnderWay } from './reduceConversation';

/** What can be done to messages; stays the same while a conversation is shown. */
export interface MessageActions {
  regenerate: (messageId: string) => void;
  continueAnswer: (messageId: string) => void;
  /** Shows the sibling before or after. */
  step: (messageId: string, step: 1 | -1) => void;
  edit: (messageId: string) => void;
  remove: (messageId: string) => void;
  openFile: (message: Message, index: number) => void;
}

interface MessageViewProps {
  message: Message;
  /** Which of its siblings it is, and of how many. */
  index: number;
  count: number;
  /** Nothing follows it: its buttons are always there. */
  isLast: boolean;
  /** Nothing can be asked now: an answer is under way. */
  isBusy: boolean;
  /** The reader was brought here. */
  isSought: boolean;
  /** Who answers, while nothing is known of the answer yet. */
  targetName: string;
  /** Where the conversation is followed: there is all of the text of an answer under way. */
  feed: ConversationFeed | null;
  actions: MessageActions;
}

/** One turn of a conversation: plain text of a person, Markdown of a model with how it stands and where it came from. */
export const MessageView = memo(function MessageView(props: MessageViewProps) {
  return props.message.role === 'user' ? <UserMessage {...props} /> : <AnswerMessage {...props} />;
});

function UserMessage({ message, index, count, isLast, isBusy, isSought, actions }: MessageViewProps) {
  const t = useText(chatTexts);
  const { id, text, attachments } = message;
  return (
    <article className={styles.user} aria-label={t('you')} data-message={id} data-sought={isSought || undefined}>
      <AttachmentChips attachments={attachments} onOpen={(at) => actions.openFile(message, at)} />
      {text !== '' && <div className={styles.bubble}>{text}</div>}
      <div className={styles.foot} data-always={isLast || count > 1 || undefined}>
        <SiblingSwitch index={index} count={count} onStep={(step) => actions.step(id, step)} />
        <MessageTools>
          {text !== '' && <CopyButton text={text} label={t('copyMessage')} />}
          <IconButton icon={icons.edit} label={t('editMessage')} disabled={isBusy} onClick={() => actions.edit(id)} />
          <IconButton icon={icons.remove} danger label={t('removeMessage')} onClick={() => actions.remove(id)} />
        </MessageTools>
      </div>
    </article>
  );
}

/** True where there is more to be had of an answer than came. */
function canGoOn({ state, text, numbers }: Message): boolean {
  if (text === '') return false;
  return state === 'stopped' || state === 'cutOff' || (state === 'done' && numbers?.finishReason === 'length');
}

function AnswerMessage({
  message,
  index,
  count,
  isLast,
  isBusy,
  isSought,
  targetName,
  feed,
  actions,
}: MessageViewProps) {
  const t = useText(chatTexts);
  const isOpen = isUnderWay(message);
  const tools = usePanelTools();
  const { id, text } = message;
  const buttons = !isBusy && (
    <>
      {canGoOn(message) && (
        <Button size="compact-sm" variant="default" onClick={() => actions.continueAnswer(id)}>
          {t('continueAnswer')}
        </Button>
      )}
      {message.state !== 'done' && (
        <Button size="compact-sm" variant="default" onClick={() => actions.regenerate(id)}>
          {t('retry')}
        </Button>
      )}
    </>
  );
  return (
    <article
      className={styles.assistant}
      aria-label={t('assistant')}
      aria-busy={isOpen}
      data-message={id}
      data-sought={isSought || undefined}
    >
      <AnswerText message={message} feed={feed} />
      <AnswerState message={message} targetName={targetName} buttons={isLast ? buttons : null} />
      {!isOpen && <ContextNotice numbers={message.numbers} isLast={isLast} onOpenSettings={tools?.openSettings} />}
      {!isOpen && (
        <div className={styles.foot} data-always={isLast || count > 1 || undefined}>
          <SiblingSwitch index={index} count={count} onStep={(step) => actions.step(id, step)} />
          <MessageTools>
            {text !== '' && <CopyButton text={text} label={t('copyMessage')} />}
            <IconButton
              icon={icons.restart}
              label={t('regenerate')}
              disabled={isBusy}
              onClick={() => actions.regenerate(id)}
            />
            <IconButton icon={icons.remove} danger label={t('removeMessage')} onClick={() => actions.remove(id)} />
          </MessageTools>
          {message.provenance && (
            <ProvenanceLine
              provenance={message.provenance}
              numbers={message.numbers}
              onShowRequest={tools?.showRequest}
            />
          )}
        </div>
      )}
    </article>
  );
}
