import { Button, Popover } from '@mantine/core';
import { type FormEvent, memo, useId, useState } from 'react';
import { useText } from '../../lib/i18n';
import type { LogAddress } from '../../lib/logAddress';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { logTexts } from './locale';
import styles from './RangeMenu.module.css';

/** What `<input type="datetime-local">` takes, local time, to the second. */
function localTime(atMs: number): string {
  const at = new Date(atMs);
  return new Date(atMs - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

const parsed = (text: string): number | undefined => {
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
};

const tails = [100, 1000] as const;

interface RangeMenuProps {
  address: LogAddress;
  onChange: (part: LogAddress) => void;
  /** Goes to the first line at or after a time. */
  onJump: (atMs: number) => void;
  /** Time of the line at the top of the screen, where to begin with; null where there is none. */
  timeOnScreen: () => number | null;
}

/** Which part of the log is shown, and the way to a time in it. */
export const RangeMenu = memo(function RangeMenu(props: RangeMenuProps) {
  const t = useText(logTexts);
  const [opened, setOpened] = useState(false);
  const { since, until, tail } = props.address;
  const isActive = since !== undefined || until !== undefined || tail !== undefined;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={320} trapFocus withRoles={false}>
      <Popover.Target>
        <IconButton
          icon={icons.timeRange}
          label={t('range')}
          aria-expanded={opened}
          className={isActive ? styles.active : ''}
          onClick={() => setOpened(!opened)}
        />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={t('range')}>
        <RangeForm {...props} onClose={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
});

function RangeForm({ address, onChange, onJump, timeOnScreen, onClose }: RangeMenuProps & { onClose: () => void }) {
  const t = useText(logTexts);
  const [jump, setJump] = useState(() => localTime(timeOnScreen() ?? Date.now()));
  const [since, setSince] = useState(address.since === undefined ? '' : localTime(address.since));
  const [until, setUntil] = useState(address.until === undefined ? '' : localTime(address.until));
  const id = useId();

  function jumpNow(event: FormEvent) {
    event.preventDefault();
    const atMs = parsed(jump);
    if (atMs === undefined) return;
    onJump(atMs);
    onClose();
  }
  function limit(event: FormEvent) {
    event.preventDefault();
    onChange({ since: parsed(since), until: parsed(until), tail: undefined });
    onClose();
  }
  function setTail(tail: number | undefined) {
    onChange({ tail, since: undefined, until: undefined });
    onClose();
  }

  return (
    <div className={styles.form}>
      <form className={styles.part} onSubmit={jumpNow}>
        <label htmlFor={`${id}-jump`}>{t('jumpTo')}</label>
        <div className={styles.line}>
          <input
            id={`${id}-jump`}
            type="datetime-local"
            step={1}
            className={styles.time}
            value={jump}
            onChange={(event) => setJump(event.target.value)}
          />
          <Button type="submit">{t('jump')}</Button>
        </div>
      </form>
      <div className={styles.part}>
        <span id={`${id}-tail`}>{t('tail')}</span>
        <div className={styles.line} role="group" aria-labelledby={`${id}-tail`}>
          {tails.map((tail) => (
            <button
              key={tail}
              type="button"
              className={styles.choice}
              aria-pressed={address.tail === tail}
              onClick={() => setTail(tail)}
            >
              {t('tailOf', { shown: tail.toLocaleString('en-US') })}
            </button>
          ))}
          <button
            type="button"
            className={styles.choice}
            aria-pressed={address.tail === undefined && address.since === undefined && address.until === undefined}
            onClick={() => setTail(undefined)}
          >
            {t('tailAll')}
          </button>
        </div>
      </div>
      <form className={styles.part} onSubmit={limit}>
        <label htmlFor={`${id}-since`}>{t('since')}</label>
        <input
          id={`${id}-since`}
          type="datetime-local"
          step={1}
          className={styles.time}
          value={since}
          onChange={(event) => setSince(event.target.value)}
        />
        <label htmlFor={`${id}-until`}>{t('until')}</label>
        <input
          id={`${id}-until`}
          type="datetime-local"
          step={1}
          className={styles.time}
          value={until}
          onChange={(event) => setUntil(event.target.value)}
        />
        <div className={styles.buttons}>
          <Button type="submit" variant="default" disabled={since === '' && until === ''}>
            {t('limit')}
          </Button>
        </div>
      </form>
    </div>
  );
}
