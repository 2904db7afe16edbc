import { Menu } from '@mantine/core';
import { memo } from 'react';
import { useText } from '../../lib/i18n';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { logTexts } from './locale';
import { type Timestamps, useLogPreferences } from './logPreferences';

const timestampWords = {
  off: 'timestampsOff',
  relative: 'timestampsRelative',
  absolute: 'timestampsAbsolute',
} as const satisfies Record<Timestamps, string>;

interface LookMenuProps {
  /** False where the lines have no time stamps. */
  hasTimes: boolean;
  /** Fields of the JSON lines on the screen, asked for as the menu opens. */
  fieldsOnScreen: () => string[];
}

/** How lines are shown: times, wrapping, folded entries, JSON fields as columns. Kept for next time. */
export const LookMenu = memo(function LookMenu({ hasTimes, fieldsOnScreen }: LookMenuProps) {
  const t = useText(logTexts);
  return (
    <Menu position="bottom-end" closeOnItemClick={false} width={240}>
      <Menu.Target>
        <IconButton icon={icons.look} label={t('look')} />
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        <Choices hasTimes={hasTimes} fieldsOnScreen={fieldsOnScreen} />
      </Menu.Dropdown>
    </Menu>
  );
});

/** Mounted while the menu is open only. */
function Choices({ hasTimes, fieldsOnScreen }: LookMenuProps) {
  const t = useText(logTexts);
  const { wrap, timestamps, fold, fields, set } = useLogPreferences();
  const offered = [...new Set([...fields, ...fieldsOnScreen()])].slice(0, 40);
  const toggleField = (field: string) =>
    set({ fields: fields.includes(field) ? fields.filter((one) => one !== field) : [...fields, field] });
  return (
    <>
      {hasTimes && (
        <>
          <Menu.Label>{t('timestamps')}</Menu.Label>
          <Menu.RadioGroup value={timestamps} onChange={(value) => set({ timestamps: value as Timestamps })}>
            {(['absolute', 'relative', 'off'] as const).map((value) => (
              <Menu.RadioItem key={value} value={value}>
                {t(timestampWords[value])}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
        </>
      )}
      <Menu.CheckboxItem checked={wrap} onChange={() => set({ wrap: !wrap })}>
        {t('wrap')}
      </Menu.CheckboxItem>
      <Menu.CheckboxItem checked={fold} onChange={() => set({ fold: !fold })}>
        {t('fold')}
      </Menu.CheckboxItem>
      {offered.length > 0 && (
        <>
          <Menu.Divider />
          <Menu.Label>{t('fields')}</Menu.Label>
          {offered.map((field) => (
            <Menu.CheckboxItem key={field} checked={fields.includes(field)} onChange={() => toggleField(field)}>
              <span className="mono">{field}</span>
            </Menu.CheckboxItem>
          ))}
        </>
      )}
    </>
  );
}
