import type { ReactNode } from 'react';
import { icons } from './icons';
import styles from './Notice.module.css';

type Tone = 'bad' | 'warn' | 'info';
const toneIcons = { bad: icons.failed, warn: icons.warning, info: icons.notice };

interface NoticeProps {
  tone: Tone;
  title: string;
  /** What to do next, raw text of others, lists. */
  children?: ReactNode;
  /** Buttons. */
  actions?: ReactNode;
  /** Reads it out when it appears; off for what stands on the page from the start. */
  announced?: boolean;
}

/** A boxed message: what happened, what to do next, and the buttons for it. */
export function Notice({ tone, title, children, actions, announced = true }: NoticeProps) {
  const ToneIcon = toneIcons[tone];
  const role = announced ? (tone === 'bad' ? 'alert' : 'status') : undefined;
  return (
    <div className={styles.notice} data-tone={tone} role={role}>
      <ToneIcon size={16} stroke={1.75} className={styles.icon} aria-hidden />
      <div className={styles.words}>
        <div className={styles.title}>{title}</div>
        {children !== undefined && <div className={styles.body}>{children}</div>}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
