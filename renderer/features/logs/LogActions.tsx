import { Menu } from '@mantine/core';
import { memo } from 'react';
import { useText } from '../../lib/i18n';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { logTexts } from './locale';

interface LogActionsProps {
  isFiltered: boolean;
  /** Only containers' logs are kept on disk for longer, and can be cleared. */
  canClear: boolean;
  onCopyAll: () => void;
  onCopyShown: () => void;
  onSave: (what: 'all' | 'shown', timestamps: boolean) => void;
  /** Left out where the view has no address of its own. */
  onCopyLink: (() => void) | null;
  onClear: () => void;
}

/** What can be done with the whole log. */
export const LogActions = memo(function LogActions({
  isFiltered,
  canClear,
  onCopyAll,
  onCopyShown,
  onSave,
  onCopyLink,
  onClear,
}: LogActionsProps) {
  const t = useText(logTexts);
  const icon = (Symbol: typeof icons.copy) => <Symbol size={15} stroke={1.75} aria-hidden />;
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <IconButton icon={icons.more} label={t('actions')} />
      </Menu.Target>
      <Menu.Dropdown>
        {isFiltered && (
          <Menu.Item leftSection={icon(icons.copy)} onClick={onCopyShown}>
            {t('copyFiltered')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={icon(icons.copy)} onClick={onCopyAll}>
          {t('copyAll')}
        </Menu.Item>
        {onCopyLink && (
          <Menu.Item leftSection={icon(icons.link)} onClick={onCopyLink}>
            {t('copyLink')}
          </Menu.Item>
        )}
        <Menu.Divider />
        {isFiltered && (
          <Menu.Item leftSection={icon(icons.download)} onClick={() => onSave('shown', false)}>
            {t('saveFiltered')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={icon(icons.download)} onClick={() => onSave('all', false)}>
          {t('save')}
        </Menu.Item>
        <Menu.Item leftSection={icon(icons.download)} onClick={() => onSave('all', true)}>
          {t('saveTimes')}
        </Menu.Item>
        {canClear && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={icon(icons.clear)} onClick={onClear}>
              {t('clear')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
});
