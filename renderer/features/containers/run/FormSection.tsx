import type { ReactNode } from 'react';
import { icons } from '../../../ui/icons';
import styles from './run.module.css';

interface FormSectionProps {
  title: string;
  /** What is chosen in it, said while it is closed. */
  summary: ReactNode;
  /** Something in it is wrong: it cannot stay closed. */
  wrong?: boolean;
  open?: boolean;
  children: ReactNode;
}

/** A part of a long form that opens on demand; closed it still says what it holds. */
export function FormSection({ title, summary, wrong, open, children }: FormSectionProps) {
  return (
    <details className={styles.section} open={wrong || open}>
      <summary className={styles.summary}>
        <icons.next size={14} stroke={2} aria-hidden className={styles.arrow} />
        <span className={styles.title}>{title}</span>
        <span className={styles.said}>{summary}</span>
      </summary>
      <div className={styles.content}>{children}</div>
    </details>
  );
}
