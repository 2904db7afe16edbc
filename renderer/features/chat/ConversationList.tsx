import { Button, Modal } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, memo, useRef, useState } from 'react';
import type { Conversation } from '../../../electron/contract/chat';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { useImeEnter } from '../../lib/imeEnter';
import { places } from '../../lib/places';
import { FailureNotice } from '../../ui/FailureNotice';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { RelativeTime } from '../../ui/RelativeTime';
import { SearchField } from '../../ui/SearchField';
import styles from './ConversationList.module.css';
import { chatTexts } from './locale';

interface ConversationListProps {
  /** Newest activity first; undefined until main told. */
  conversations: Conversation[] | undefined;
  openId: string | null;
}

/** All conversations: find one by its title, rename it, delete it. */
export function ConversationList({ conversations, openId }: ConversationListProps) {
  const t = useText(chatTexts);
  const navigate = useNavigate();
  const api = useApi();
  const [find, setFind] = useState('');
  const [renamingId, setRenamingId] = useState<string | null>(null);
  const [removing, setRemoving] = useState<Conversation | null>(null);
  const [failure, setFailure] = useState<FailureValue | null>(null);
  const wanted = find.trim().toLocaleLowerCase();
  const shown = (conversations ?? []).filter(({ title }) => title.toLocaleLowerCase().includes(wanted));

  const rename = (conversationId: string, title: string) => {
    setRenamingId(null);
    if (title.trim() === '') return;
    api.chat.rename({ conversationId, title: title.trim().slice(0, 200) }).then(
      () => setFailure(null),
      (error: unknown) => setFailure(toFailure(error)),
    );
  };

  const remove = (conversationId: string) => {
    setRemoving(null);
    api.chat.remove({ conversationId }).then(
      () => {
        setFailure(null);
        if (conversationId === openId) void navigate(places.chat());
      },
      (error: unknown) => setFailure(toFailure(error)),
    );
  };

  return (
    <aside className={styles.side} aria-label={t('conversations')}>
      <div className={styles.head}>
        <Link {...places.chat()} className={styles.add}>
          <icons.add size={16} stroke={1.75} aria-hidden />
          {t('newConversation')}
        </Link>
        {(conversations?.length ?? 0) > 0 && <SearchField value={find} onChange={setFind} label={t('search')} />}
      </div>
      {failure && (
        <div className={styles.notice}>
          <FailureNotice failure={failure} onDismiss={() => setFailure(null)} />
        </div>
      )}
      {conversations?.length === 0 && <p className={styles.none}>{t('noConversations')}</p>}
      {shown.length === 0 && wanted !== '' && <p className={styles.none}>{t('noMatch', { find: find.trim() })}</p>}
      <ul className={styles.list}>
        {shown.map((conversation) => (
          <li key={conversation.id}>
            {renamingId === conversation.id ? (
              <RenameField
                title={conversation.title}
                onRename={(title) => rename(conversation.id, title)}
                onCancel={() => setRenamingId(null)}
              />
            ) : (
              <ConversationRow
                conversation={conversation}
                isOpen={conversation.id === openId}
                onRename={setRenamingId}
                onRemove={setRemoving}
              />
            )}
          </li>
        ))}
      </ul>
      <Modal opened={removing !== null} onClose={() => setRemoving(null)} title={t('removeTitle')}>
        <p className={styles.words}>{t('removeWords', { title: removing?.title || t('untitled') })}</p>
        <div className={styles.actions}>
          <Button variant="default" data-autofocus onClick={() => setRemoving(null)}>
            {t('cancel')}
          </Button>
          <Button color="red" onClick={() => removing && remove(removing.id)}>
            {t('remove')}
          </Button>
        </div>
      </Modal>
    </aside>
  );
}

interface ConversationRowProps {
  conversation: Conversation;
  isOpen: boolean;
  onRename: (conversationId: string) => void;
  onRemove: (conversation: Conversation) => void;
}

const ConversationRow = memo(function ConversationRow({
  conversation,
  isOpen,
  onRename,
  onRemove,
}: ConversationRowProps) {
  const t = useText(chatTexts);
  const title = conversation.title || t('untitled');
  return (
    <div className={styles.row} data-open={isOpen || undefined}>
      <Link
        {...places.conversation(conversation.id)}
        className={styles.open}
        aria-current={isOpen ? 'page' : undefined}
        title={title}
      >
        <span className={styles.title}>{title}</span>
        <span className={styles.about}>
          {conversation.target && <span className={styles.who}>{conversation.target.name}</span>}
          <RelativeTime atMs={conversation.updatedAtMs} />
        </span>
      </Link>
      <span className={styles.rowActions}>
        <IconButton icon={icons.edit} label={`${t('rename')}: ${title}`} onClick={() => onRename(conversation.id)} />
        <IconButton
          icon={icons.remove}
          danger
          label={`${t('remove')}: ${title}`}
          onClick={() => onRemove(conversation)}
        />
      </span>
    </div>
  );
});

interface RenameFieldProps {
  title: string;
  onRename: (title: string) => void;
  onCancel: () => void;
}

function RenameField({ title, onRename, onCancel }: RenameFieldProps) {
  const t = useText(chatTexts);
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  const finish = (act: () => void) => {
    if (isDone.current) return;
    isDone.current = true;
    act();
  };
  useImeEnter(field, (value) => finish(() => onRename(value)));

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === 'Escape' && !event.nativeEvent.isComposing) finish(onCancel);
  }

  return (
    <input
      ref={field}
      className={styles.rename}
      defaultValue={title}
      maxLength={200}
      aria-label={t('renameField')}
      autoFocus
      onFocus={(event) => event.target.select()}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        const { value } = event.target;
        finish(() => (value.trim() === title ? onCancel() : onRename(value)));
      }}
    />
  );
}
