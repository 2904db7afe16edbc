import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useText } from '../../../lib/i18n';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { answersTexts } from './locale';
import styles from './SidePanel.module.css';

interface SidePanelProps {
  title: string;
  /** Leads one step back inside the panel. */
  onBack?: (() => void) | undefined;
  onClose: () => void;
  children: ReactNode;
}

/** What stands beside a conversation; over it where there is no room. Escape closes it. */
export function SidePanel({ title, onBack, onClose, children }: SidePanelProps) {
  const t = useText(answersTexts);
  const id = useId();
  const panel = useRef<HTMLElement>(null);

  // What was opened has the focus, and gives it back.
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  return (
    <aside
      ref={panel}
      tabIndex={-1}
      className={styles.panel}
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <div className={styles.head}>
        {onBack && <IconButton icon={icons.back} label={t('back')} onClick={onBack} />}
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        <IconButton icon={icons.close} label={t('panelClose')} onClick={onClose} />
      </div>
      <div className={styles.body}>{children}</div>
    </aside>
  );
}
