import type { ReactNode } from 'react';
import styles from './SettingsPage.module.css';

/** One thing to set: what it is and why, beside what sets it. */
export function Setting({ name, why, children }: { name: string; why?: string; children: ReactNode }) {
  return (
    <div className={styles.setting}>
      <div>
        <div className={styles.name}>{name}</div>
        {why !== undefined && <div className={styles.why}>{why}</div>}
      </div>
      <div>{children}</div>
    </div>
  );
}
