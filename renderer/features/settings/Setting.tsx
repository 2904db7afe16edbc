import type { ReactNode } from 'react';
import styles from './SettingsPage.module.css';

/** One thing to set: what it is and why, beside what sets it. Where nothing does, why not stands there. */
export function Setting({ name, why, children }: { name: string; why?: string; children?: ReactNode }) {
  const reason = why === undefined ? null : <div className={styles.why}>{why}</div>;
  return (
    <div className={styles.setting}>
      <div>
        <div className={styles.name}>{name}</div>
        {children && reason}
      </div>
      <div>{children || reason}</div>
    </div>
  );
}
