import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type DragEvent, useCallback, useEffect, useMemo, useState } from 'react';
import type { AnswerSettings } from '../../../electron/contract/answers';
import type { Message } from '../../../electron/contract/chat';
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
import { AttachmentDialog } from './AttachmentDialog';
import { AttachmentProblems } from './AttachmentProblems';
import { useChatPanel } from './answers/useChatPanel';
import styles from './ChatPage.module.css';
import { Composer } from './Composer';
import { ConversationHead } from './ConversationHead';
import { useConversation } from './conversationFeed';
import { describedFiles } from './describedFiles';
import type { Edited } from './EditMessage';
import { chatTexts } from './locale';
import { MessageList } from './MessageList';
import { newConversation, type Outgoing, ofPlace, useOutbox } from './outbox';
import { isUnderWay } from './reduceConversation';
import { SendReason } from './SendReason';
import { StorageNotice } from './StorageNotice';
import { TargetPicker } from './TargetPicker';
import { chatContainers, firstTarget, sendBlock } from './target';
import { useAttach } from './useAttach';
import { useMessageActions } from './useMessageActions';
import { useSend } from './useSend';
import { useSubmitKey } from './useSubmitKey';
import { useTried } from './useTried';

export interface OpenConversationProps {
  /** Null for a conversation that its first message will make. */
  conversationId: string | null;
  /** Id of the container that a new conversation shall talk to. */
  containerId?: string | undefined;
  /** Id of the message to be brought to. */
  messageId?: string | undefined;
}

const noFiles: [] = [];

/** One conversation: its head, its turns, and where a person writes. */
export function OpenConversation({ conversationId, containerId, messageId }: OpenConversationProps) {
  const t = useText(chatTexts);
  const api = useApi();
  const navigate = useNavigate();
  const key = conversationId ?? newConversation;
  const conversations = useConversations();
  const containers = useContainerTable()?.containers;
  const followed = useConversation(conversationId);
  const draft = useOutbox(({ drafts }) => ofPlace(drafts, key) ?? '');
  const files = useOutbox(({ attachments }) => ofPlace(attachments, key) ?? noFiles);
  const outgoing = useOutbox((outbox) => ofPlace(outbox.outgoing, key) ?? null);
  const { setDraft, setAttachments, setOutgoing } = useOutbox.getState();
  const [chosen, setChosen] = useState<ChatTarget | null>(null);
  const [newSettings, setNewSettings] = useState<AnswerSettings>();
  const { failure, setFailure, tried } = useTried();
  const [opened, setOpened] = useState<{ message: Message; index: number } | null>(null);
  const [isDragged, setDragged] = useState(false);
  const submitKey = useSubmitKey();
  const attaching = useAttach(
    () => ofPlace(useOutbox.getState().attachments, key) ?? [],
    (next) => setAttachments(key, next),
  );

  const rows = containers ?? [];
  const listed = conversations?.find(({ id }) => id === conversationId);
  const target =
    conversationId === null
      ? (chosen ?? firstTarget(rows, containerId, conversations?.map((one) => one.target) ?? []))
      : ((followed.conversation ?? listed)?.target ?? chosen);
  const { path } = followed;
  const last = path.at(-1);
  const isAnswering = followed.messages.some(isUnderWay);
  const isSending = outgoing?.state === 'sending';
  const isShown = path.some(({ id }) => id === outgoing?.messageId);
  const attachments = useMemo(() => describedFiles(files), [files]);
  const blockOf = (text: string, fileCount: number) => {
    const block = sendBlock({ text, isAnswering, target, containers });
    return block?.reason === 'noText' && fileCount > 0 ? null : block;
  };
  const block = blockOf(draft, files.length);
  const sendNow = useSend(conversationId, target, newSettings);

  // What the conversation shows itself is no longer on its way.
  useEffect(() => {
    if (isShown) setOutgoing(key, null);
  }, [isShown, key, setOutgoing]);

  const panels = useChatPanel({
    conversationId,
    settings: conversationId === null ? newSettings : followed.conversation?.settings,
    onSettings: (settings) => {
      if (conversationId === null) setNewSettings(settings);
      else tried(api.chat.configure({ conversationId, settings }));
    },
    onShowTurn: (turnId) => {
      if (conversationId !== null) void navigate(places.conversation(conversationId, { message: turnId }));
    },
  });
  const openFile = useCallback((message: Message, index: number) => setOpened({ message, index }), []);
  const actions = useMessageActions(conversationId, followed.messages, tried, openFile);

  // Where a search leads: the branch with that message is shown, then the list goes there.
  const isSoughtThere = followed.messages.some(({ id }) => id === messageId);
  const isSoughtShown = path.some(({ id }) => id === messageId);
  useEffect(() => {
    if (conversationId === null || messageId === undefined || !isSoughtThere || isSoughtShown) return;
    tried(api.chat.choose({ conversationId, messageId }));
  }, [api, conversationId, messageId, isSoughtThere, isSoughtShown, tried]);
  const onFound = useCallback(() => {
    if (conversationId !== null) void navigate({ ...places.conversation(conversationId), replace: true });
  }, [conversationId, navigate]);

  function send(text: string) {
    const current = ofPlace(useOutbox.getState().attachments, key) ?? [];
    if (isSending || blockOf(text, current.length) !== null) return;
    setDraft(key, '');
    setAttachments(key, []);
    attaching.forget();
    setFailure(null);
    void sendNow({ messageId: crypto.randomUUID(), text, attachments: current, state: 'sending', failure: null });
  }

  async function sendEdited(message: Message, { text, kept }: Edited) {
    if (conversationId === null) return;
    const again = kept.map((index) => api.chat.attachment({ conversationId, messageId: message.id, index }));
    const { parentId } = message;
    const sent = { messageId: crypto.randomUUID(), text, parentId, state: 'sending' as const, failure: null };
    await sendNow({ ...sent, attachments: await Promise.all(again) });
  }

  function choose(next: ChatTarget) {
    if (conversationId === null) setChosen(next);
    else tried(api.chat.retarget({ conversationId, target: next }));
  }

  function editAgain(message: Outgoing) {
    setOutgoing(key, null);
    setDraft(key, draft === '' ? message.text : `${message.text}\n${draft}`);
    setAttachments(key, [...message.attachments, ...files]);
  }

  function onDrop(event: DragEvent) {
    event.preventDefault();
    setDragged(false);
    attaching.attach([...event.dataTransfer.files]);
  }

  if (followed.phase === 'removed' || followed.failure?.code === 'CONVERSATION_MISSING') {
    return (
      <section className={styles.open}>
        <StorageNotice />
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

  return panels.around(
    <>
      <section
        className={styles.open}
        aria-label={title}
        data-dragged={isDragged || undefined}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes('Files')) return;
          event.preventDefault();
          setDragged(!hasNobody);
        }}
        onDragLeave={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragged(false);
        }}
        onDrop={hasNobody ? undefined : onDrop}
      >
        <ConversationHead title={title} conversation={followed.conversation}>
          <TargetPicker target={target} containers={rows} disabled={isAnswering} onChoose={choose} />
          {panels.buttons}
        </ConversationHead>
        <StorageNotice />
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
            {t(submitKey === 'enter' ? 'startWords' : 'startWordsMod')}
          </FullPage>
        ) : (
          <MessageList
            messages={followed.messages}
            path={path}
            feed={followed.feed}
            outgoing={outgoing}
            targetName={target?.name ?? ''}
            isBusy={isAnswering || isSending}
            canAsk={blockOf('x', 0) === null}
            soughtId={messageId ?? null}
            onFound={onFound}
            actions={actions}
            onSendEdited={(message, edited) =>
              void sendEdited(message, edited).catch((e: unknown) => setFailure(toFailure(e)))
            }
            onSendAgain={(message) => void sendNow(message)}
            onEditAgain={editAgain}
          />
        )}
        {!hasNobody && (
          <>
            {attaching.problems.length > 0 && (
              <div className={styles.problems}>
                <AttachmentProblems problems={attaching.problems} onDismiss={attaching.forget} />
              </div>
            )}
            <Composer
              place={key}
              text={draft}
              attachments={attachments}
              placeholder={target ? t('placeholder', { name: target.name }) : t('placeholderNobody')}
              canSend={block === null && !isSending}
              isAnswering={isAnswering}
              reason={<SendReason block={block} onFailure={setFailure} />}
              onChange={(text) => setDraft(key, text)}
              onAttach={attaching.attach}
              onDetach={attaching.detach}
              onSend={send}
              onStop={() => conversationId !== null && tried(api.chat.stop({ conversationId }))}
            />
          </>
        )}
        {isDragged && (
          <div className={styles.dropHere} aria-hidden>
            {t('dropHere')}
          </div>
        )}
        {opened && conversationId !== null && (
          <AttachmentDialog
            conversationId={conversationId}
            messageId={opened.message.id}
            index={opened.index}
            name={opened.message.attachments[opened.index]?.name ?? ''}
            onClose={() => setOpened(null)}
          />
        )}
        <AnswerAnnouncer last={last} />
      </section>
      {panels.panel}
    </>,
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
