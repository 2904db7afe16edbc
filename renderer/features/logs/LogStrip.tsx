import type { ReactNode } from 'react';
import { useText } from '../../lib/i18n';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import styles from './LogStrip.module.css';
import { logTexts } from './locale';

interface LogStripProps {
  /** What happened or is the case. */
  children: ReactNode;
  actions?: ReactNode;
  tone?: 'note' | 'bad';
  onDismiss?: () => void;
}

/** A line between the toolbar and the log that says something about it, with what can be done. */
export function LogStrip({ children, actions, tone = 'note', onDismiss }: LogStripProps) {
  const t = useText(logTexts);
  return (
    <div className={styles.strip} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <span className={styles.words}>{children}</span>
      {actions}
      {onDismiss && <IconButton icon={icons.close} label={t('dismiss')} onClick={onDismiss} />}
    </div>
  );
}

/** A word in a strip that does something. */
export function StripButton({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  return (
    <button type="button" className={styles.button} onClick={onClick}>
      {children}
    </button>
  );
}
