import { Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, memo, useMemo, useRef, useState } from 'react';
import { VList, type VListHandle } from 'virtua';
import type { Conversation } from '../../../electron/contract/chat';
import { useLanguage, useText } from '../../lib/i18n';
import { conversationHref, places } from '../../lib/places';
import { useNow } from '../../lib/useNow';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { RelativeTime } from '../../ui/RelativeTime';
import { SearchField } from '../../ui/SearchField';
import styles from './ConversationList.module.css';
import { type DateGroup, withGroups } from './dateGroups';
import { ExportDialog } from './ExportDialog';
import { chatTexts } from './locale';
import { useOutbox } from './outbox';
import { RenameField } from './RenameField';
import { SearchResults } from './SearchResults';
import { type ConversationActions, useConversationActions } from './useConversationActions';
import { useImport } from './useImport';

interface ConversationListProps {
  /** In the order of the list; undefined until main told. */
  conversations: Conversation[] | undefined;
  openId: string | null;
}

/** Rows that are there before the list has been measured. */
const firstRows = 16;

/** All conversations by date, or those that a search found; each can be pinned, renamed and deleted. */
export function ConversationList({ conversations, openId }: ConversationListProps) {
  const t = useText(chatTexts);
  const find = useOutbox((outbox) => outbox.find);
  const { setFind } = useOutbox.getState();
  const actions = useConversationActions();
  const takeIn = useImport();
  const [isExporting, setExporting] = useState(false);
  const sought = find.trim();
  const hasAny = (conversations?.length ?? 0) > 0;

  return (
    <aside className={styles.side} aria-label={t('conversations')}>
      <div className={styles.head}>
        <div className={styles.top}>
          <Link {...places.chat()} className={styles.add}>
            <icons.add size={16} stroke={1.75} aria-hidden />
            {t('newConversation')}
          </Link>
          <Link {...places.compare()} className={styles.compare} aria-label={t('compare')} title={t('compare')}>
            <icons.compare size={16} stroke={1.75} aria-hidden />
          </Link>
          <Menu position="bottom-end" width={220}>
            <Menu.Target>
              <IconButton icon={icons.more} label={t('moreActions')} className={styles.more} />
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<icons.import size={16} stroke={1.75} aria-hidden />} onClick={takeIn}>
                {t('import')}
              </Menu.Item>
              <Menu.Item
                leftSection={<icons.export size={16} stroke={1.75} aria-hidden />}
                disabled={!hasAny}
                onClick={() => setExporting(true)}
              >
                {t('exportAll')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
        {(hasAny || find !== '') && <SearchField value={find} onChange={setFind} label={t('search')} />}
      </div>
      {conversations?.length === 0 && sought === '' && <p className={styles.none}>{t('noConversations')}</p>}
      {sought !== '' ? (
        <SearchResults text={sought} openId={openId} />
      ) : (
        <Listed conversations={conversations ?? []} openId={openId} actions={actions} />
      )}
      {isExporting && <ExportDialog conversation={null} onClose={() => setExporting(false)} />}
    </aside>
  );
}

/** Once a minute is enough to notice midnight. */
function useGroups(conversations: readonly Conversation[]) {
  const minute = Math.floor(useNow() / 60_000);
  return useMemo(() => withGroups(conversations, minute * 60_000), [conversations, minute]);
}

interface ListedProps {
  conversations: Conversation[];
  openId: string | null;
  actions: ConversationActions;
}

function Listed({ conversations, openId, actions }: ListedProps) {
  const t = useText(chatTexts);
  const [renamingId, setRenamingId] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<VListHandle>(null);
  const rows = useGroups(conversations);

  /** Puts the focus on a row, which may have to be scrolled in first. */
  function focusRow(index: number) {
    const row = rows[index];
    if (row?.kind !== 'conversation') return;
    list.current?.scrollToIndex(index, { align: 'nearest' });
    const take = () => {
      const drawn = [...(frame.current?.querySelectorAll<HTMLElement>('[data-conversation]') ?? [])];
      const wanted = drawn.find(({ dataset }) => dataset.conversation === row.conversation.id);
      wanted?.querySelector('a')?.focus({ preventScroll: true });
    };
    requestAnimationFrame(() => requestAnimationFrame(take));
  }

  function onKeyDown(event: KeyboardEvent) {
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-conversation]')?.dataset.conversation;
    const at = rows.findIndex((row) => row.kind === 'conversation' && row.conversation.id === id);
    const row = rows[at];
    if (row?.kind !== 'conversation' || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) focusRow(rows[at + step]?.kind === 'group' ? at + 2 * step : at + step);
    else if (event.key === 'F2') setRenamingId(row.conversation.id);
    else if (event.key === 'Delete') {
      actions.remove(row.conversation, row.conversation.id === openId);
      focusRow(rows[at + 1]?.kind === 'conversation' ? at + 1 : at - 1);
    } else return;
    event.preventDefault();
  }

  return (
    <div ref={frame} className={styles.frame} onKeyDown={onKeyDown}>
      <VList
        ref={list}
        data={rows}
        className={styles.list}
        ssrCount={firstRows}
        role="group"
        aria-label={t('conversations')}
      >
        {(row) =>
          row.kind === 'group' ? (
            <GroupHeading key={JSON.stringify(row.group)} group={row.group} />
          ) : (
            <ConversationRow
              key={row.conversation.id}
              conversation={row.conversation}
              isOpen={row.conversation.id === openId}
              isRenaming={row.conversation.id === renamingId}
              actions={actions}
              onRename={setRenamingId}
            />
          )
        }
      </VList>
    </div>
  );
}

function GroupHeading({ group }: { group: DateGroup }) {
  const t = useText(chatTexts);
  const language = useLanguage();
  const words =
    typeof group === 'string'
      ? t(`group.${group}`)
      : new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long' }).format(group.monthOfMs);
  return <h2 className={styles.group}>{words}</h2>;
}

interface ConversationRowProps {
  conversation: Conversation;
  isOpen: boolean;
  isRenaming: boolean;
  actions: ConversationActions;
  /** Begins to rename this one, or ends it (null). */
  onRename: (conversationId: string | null) => void;
}

const ConversationRow = memo(function ConversationRow({
  conversation,
  isOpen,
  isRenaming,
  actions,
  onRename,
}: ConversationRowProps) {
  const t = useText(chatTexts);
  const title = conversation.title || t('untitled');
  const isPinned = conversation.pinnedAtMs !== null;
  if (isRenaming) {
    return (
      <div className={styles.renaming}>
        <RenameField
          title={conversation.title}
          onRename={(next) => actions.rename(conversation.id, next)}
          onEnd={() => onRename(null)}
        />
      </div>
    );
  }
  return (
    <div className={styles.row} data-open={isOpen || undefined} data-conversation={conversation.id}>
      <a
        href={conversationHref(conversation.id)}
        className={styles.open}
        aria-current={isOpen ? 'page' : undefined}
        title={title}
      >
        <span className={styles.title}>{title}</span>
        <span className={styles.about}>
          {conversation.target && <span className={styles.who}>{conversation.target.name}</span>}
          <RelativeTime atMs={conversation.updatedAtMs} />
        </span>
      </a>
      <span className={styles.rowActions}>
        <IconButton
          icon={isPinned ? icons.unpin : icons.pin}
          label={`${t(isPinned ? 'unpin' : 'pin')}: ${title}`}
          onClick={() => actions.pin(conversation, !isPinned)}
        />
        <IconButton icon={icons.edit} label={`${t('rename')}: ${title}`} onClick={() => onRename(conversation.id)} />
        <IconButton
          icon={icons.remove}
          danger
          label={`${t('remove')}: ${title}`}
          onClick={() => actions.remove(conversation, isOpen)}
        />
      </span>
    </div>
  );
});
