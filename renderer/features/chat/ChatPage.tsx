import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { FailureValue } from '../../../electron/contract/failures';
import type { ChatTarget } from '../../../electron/contract/targets';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useContainerTable, useConversations } from '../../live/useLive';
import { FailureNotice } from '../../ui/FailureNotice';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { AnswerAnnouncer } from './AnswerAnnouncer';
import styles from './ChatPage.module.css';
import { Composer } from './Composer';
import { ConversationList } from './ConversationList';
import { useConversation } from './conversationFeed';
import { chatTexts } from './locale';
import { MessageList } from './MessageList';
import { newConversation, type Outgoing, useOutbox } from './outbox';
import { isUnderWay } from './reduceConversation';
import { SendReason } from './SendReason';
import { TargetPicker } from './TargetPicker';
import { chatContainers, firstTarget, sendBlock } from './target';
import { useSend } from './useSend';

interface ChatPageProps {
  /** Null for a conversation that its first message will make. */
  conversationId: string | null;
  /** Id of the container that a new conversation shall talk to. */
  containerId?: string | undefined;
}

/** Conversations with containers: the list, and one of them. */
export function ChatPage({ conversationId, containerId }: ChatPageProps) {
  const conversations = useConversations();
  return (
    <div className={styles.page}>
      <ConversationList conversations={conversations} openId={conversationId} />
      <OpenConversation key={conversationId ?? newConversation} {...{ conversationId, containerId }} />
    </div>
  );
}

function OpenConversation({ conversationId, containerId }: ChatPageProps) {
  const t = useText(chatTexts);
  const api = useApi();
  const key = conversationId ?? newConversation;
  const conversations = useConversations();
  const containers = useContainerTable()?.containers;
  const followed = useConversation(conversationId);
  const draft = useOutbox(({ drafts }) => drafts[key] ?? '');
  const outgoing = useOutbox((outbox) => outbox.outgoing[key] ?? null);
  const { setDraft, setOutgoing } = useOutbox.getState();
  const [chosen, setChosen] = useState<ChatTarget | null>(null);
  const [failure, setFailure] = useState<FailureValue | null>(null);

  const rows = containers ?? [];
  const listed = conversations?.find(({ id }) => id === conversationId);
  const target =
    chosen ??
    (conversationId === null
      ? firstTarget(rows, containerId, conversations?.map((one) => one.target) ?? [])
      : ((followed.conversation ?? listed)?.target ?? null));
  const messages = followed.path;
  const last = messages.at(-1);
  const isAnswering = isUnderWay(last);
  const isSending = outgoing?.state === 'sending';
  const isShown = messages.some(({ id }) => id === outgoing?.messageId);
  const block = sendBlock({ text: draft, isAnswering, target, containers });
  const sendNow = useSend(conversationId, target);

  // What the conversation shows itself is no longer on its way.
  useEffect(() => {
    if (isShown) setOutgoing(key, null);
  }, [isShown, key, setOutgoing]);

  const tried = (call: Promise<unknown>) => {
    call.then(
      () => setFailure(null),
      (error: unknown) => setFailure(toFailure(error)),
    );
  };

  function send(text: string) {
    if (isSending || sendBlock({ text, isAnswering, target, containers }) !== null) return;
    setDraft(key, '');
    setFailure(null);
    void sendNow({ messageId: crypto.randomUUID(), text, state: 'sending', failure: null });
  }

  function choose(next: ChatTarget) {
    if (conversationId === null) setChosen(next);
    else tried(api.chat.retarget({ conversationId, target: next }));
  }

  function editAgain(message: Outgoing) {
    setOutgoing(key, null);
    setDraft(key, draft === '' ? message.text : `${message.text}\n${draft}`);
  }

  if (followed.phase === 'removed' || followed.failure?.code === 'CONVERSATION_MISSING') {
    return (
      <section className={styles.open}>
        <FullPage
          icon={icons.chat}
          title={t('missingTitle')}
          actions={
            <Button component={Link} {...places.chat()}>
              {t('newConversation')}
            </Button>
          }
        >
          {t('missingWords')}
        </FullPage>
      </section>
    );
  }

  const isNew = conversationId === null && outgoing === null;
  const hasNobody = isNew && containers !== undefined && target === null && chatContainers(rows).length === 0;
  const title = followed.conversation?.title || listed?.title || t('untitled');

  return (
    <section className={styles.open} aria-label={title}>
      <header className={styles.head}>
        <h1 className={styles.title} title={title}>
          {title}
        </h1>
        <TargetPicker target={target} containers={rows} disabled={isAnswering} onChoose={choose} />
      </header>
      {(failure ?? followed.failure) && (
        <div className={styles.notice}>
          <FailureNotice
            failure={(failure ?? followed.failure) as FailureValue}
            onDismiss={failure ? () => setFailure(null) : undefined}
          />
        </div>
      )}
      {hasNobody ? (
        <Nobody />
      ) : isNew ? (
        <FullPage icon={icons.chat} title={t('startTitle', { name: target?.name ?? '' })}>
          {t('startWords')}
        </FullPage>
      ) : (
        <MessageList
          messages={messages}
          outgoing={outgoing}
          targetName={target?.name ?? ''}
          onRetry={() =>
            conversationId !== null && last && tried(api.chat.regenerate({ conversationId, messageId: last.id }))
          }
          onSendAgain={(message) => void sendNow(message)}
          onEditAgain={editAgain}
        />
      )}
      {!hasNobody && (
        <Composer
          place={key}
          text={draft}
          placeholder={target ? t('placeholder', { name: target.name }) : t('placeholderNobody')}
          canSend={block === null && !isSending}
          isAnswering={isAnswering}
          reason={<SendReason block={block} onFailure={setFailure} />}
          onChange={(text) => setDraft(key, text)}
          onSend={send}
          onStop={() => conversationId !== null && tried(api.chat.stop({ conversationId }))}
        />
      )}
      <AnswerAnnouncer last={last} />
    </section>
  );
}

/** In place of a new conversation while nobody could answer it. */
function Nobody() {
  const t = useText(chatTexts);
  return (
    <FullPage
      icon={icons.chat}
      title={t('nobodyTitle')}
      actions={
        <Button component={Link} {...places.home()}>
          {t('nobodyAction')}
        </Button>
      }
    >
      {t('nobodyWords')}
    </FullPage>
  );
}
