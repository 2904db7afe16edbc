import type { ReactNode } from 'react';
import styles from './PageBody.module.css';

/** What scrolls below a page's head. `padded` for everything but tables, which reach the edges. */
export function PageBody({ padded, children }: { padded?: boolean; children: ReactNode }) {
  return (
    <div className={styles.body} data-padded={padded || undefined}>
      {children}
    </div>
  );
}
