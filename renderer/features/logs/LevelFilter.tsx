import { Menu } from '@mantine/core';
import { useText } from '../../lib/i18n';
import { icons } from '../../ui/icons';
import styles from './LevelFilter.module.css';
import { LevelMark } from './LevelMark';
import { logTexts } from './locale';
import { type ShownLevel, shownLevels } from './logQuery';

/** Which levels are shown: all, or the ones that are ticked. */
export function LevelFilter({ levels, onChange }: { levels: ShownLevel[]; onChange: (levels: ShownLevel[]) => void }) {
  const t = useText(logTexts);
  const word = (level: ShownLevel) => t(`level.${level}`);
  const all = shownLevels.length;
  const caption =
    levels.length === 0 || levels.length === all
      ? t('levelsAll')
      : levels.length <= 2
        ? levels.map(word).join(', ')
        : t('levelsSome', { shown: levels.length });
  const isOn = (level: ShownLevel) => levels.length === 0 || levels.includes(level);
  function toggle(level: ShownLevel) {
    // From "all", a click asks for that level alone: it is what somebody looking for errors means.
    const next =
      levels.length === 0
        ? [level]
        : levels.includes(level)
          ? levels.filter((one) => one !== level)
          : shownLevels.filter((one) => one === level || levels.includes(one));
    onChange(next.length === all ? [] : next);
  }
  return (
    <Menu position="bottom-end" closeOnItemClick={false} width={200}>
      <Menu.Target>
        <button
          type="button"
          className={styles.target}
          data-active={levels.length > 0 || undefined}
          title={t('levels')}
        >
          {caption}
          <icons.down size={12} stroke={2} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('levels')}</Menu.Label>
        {shownLevels.map((level) => (
          <Menu.CheckboxItem
            key={level}
            checked={isOn(level)}
            onChange={() => toggle(level)}
            rightSection={level === 'none' ? null : <LevelMark level={level} t={t} />}
          >
            {word(level)}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => onChange(['warn', 'error', 'fatal'])}>{t('levelsBad')}</Menu.Item>
        <Menu.Item onClick={() => onChange([])}>{t('levelsReset')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
