import type { ReactNode } from 'react';
import { useText } from '../../lib/i18n';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { chatTexts } from './locale';
import styles from './MessageTools.module.css';

/** Which of its siblings a message is, `index` from 0. */
export interface Among {
  index: number;
  count: number;
}

/** Arrows between the siblings of a message: `2/3`. */
export function SiblingSwitch({ index, count, onStep }: Among & { onStep: (step: 1 | -1) => void }) {
  const t = useText(chatTexts);
  if (count < 2) return null;
  return (
    <span className={styles.siblings} role="group" aria-label={t('siblings')}>
      <IconButton
        icon={icons.previous}
        label={t('previousSibling')}
        disabled={index === 0}
        onClick={() => onStep(-1)}
      />
      <span className={styles.place} role="status">
        <span className="hiddenVisually">{t('siblingOf', { index: index + 1, count })}</span>
        <span aria-hidden>
          {index + 1}/{count}
        </span>
      </span>
      <IconButton icon={icons.next} label={t('nextSibling')} disabled={index === count - 1} onClick={() => onStep(1)} />
    </span>
  );
}

/** The buttons below a message: quiet until somebody is near, or always where it is the last one. */
export function MessageTools({ always, children }: { always?: boolean; children: ReactNode }) {
  return (
    <div className={styles.tools} data-always={always || undefined}>
      {children}
    </div>
  );
}
