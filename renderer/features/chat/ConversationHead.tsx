import { Menu } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Conversation } from '../../../electron/contract/chat';
import { useText } from '../../lib/i18n';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import styles from './ConversationHead.module.css';
import { ExportDialog } from './ExportDialog';
import { chatTexts } from './locale';
import { RenameField } from './RenameField';
import { useConversationActions } from './useConversationActions';

interface ConversationHeadProps {
  title: string;
  /** Null while there is none yet. */
  conversation: Conversation | null;
  /** What stands beside the title: whom it talks to. */
  children: ReactNode;
}

/** Title of the open conversation and what can be done to it as a whole. */
export function ConversationHead({ title, conversation, children }: ConversationHeadProps) {
  const t = useText(chatTexts);
  const actions = useConversationActions();
  const [isRenaming, setRenaming] = useState(false);
  const [isExporting, setExporting] = useState(false);
  const isPinned = conversation !== null && conversation.pinnedAtMs !== null;
  return (
    <header className={styles.head}>
      {isRenaming && conversation ? (
        <div className={styles.renaming}>
          <RenameField
            title={conversation.title}
            onRename={(next) => actions.rename(conversation.id, next)}
            onEnd={() => setRenaming(false)}
          />
        </div>
      ) : (
        <h1 className={styles.title} title={title} onDoubleClick={() => conversation && setRenaming(true)}>
          {title}
        </h1>
      )}
      {children}
      {conversation && (
        <Menu position="bottom-end" width={200}>
          <Menu.Target>
            <IconButton icon={icons.more} label={t('conversationActions')} className={styles.more} />
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<icons.edit size={16} stroke={1.75} aria-hidden />}
              // After the menu has given the focus back.
              onClick={() => setTimeout(() => setRenaming(true))}
            >
              {t('rename')}
            </Menu.Item>
            <Menu.Item
              leftSection={
                isPinned ? (
                  <icons.unpin size={16} stroke={1.75} aria-hidden />
                ) : (
                  <icons.pin size={16} stroke={1.75} aria-hidden />
                )
              }
              onClick={() => actions.pin(conversation, !isPinned)}
            >
              {t(isPinned ? 'unpin' : 'pin')}
            </Menu.Item>
            <Menu.Item
              leftSection={<icons.export size={16} stroke={1.75} aria-hidden />}
              onClick={() => setExporting(true)}
            >
              {t('export')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              color="red"
              leftSection={<icons.remove size={16} stroke={1.75} aria-hidden />}
              onClick={() => actions.remove(conversation, true)}
            >
              {t('remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {isExporting && conversation && <ExportDialog conversation={conversation} onClose={() => setExporting(false)} />}
    </header>
  );
}
