import type { ReactNode } from 'react';
import styles from './BoxedList.module.css';

/** A few rows in one frame, a line between them: `li` elements with their own layout. */
export function BoxedList({ children }: { children: ReactNode }) {
  return <ul className={styles.list}>{children}</ul>;
}
