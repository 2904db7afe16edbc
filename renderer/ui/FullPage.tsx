import type { ReactNode } from 'react';
import styles from './FullPage.module.css';
import type { Icon } from './icons';

/** A message in place of a page or of a list: an icon, what it is, what to do next and the button for it. */
export function FullPage({
  icon: Symbol,
  title,
  children,
  actions,
  role,
}: {
  icon: Icon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  role?: 'alert' | 'status';
}) {
  return (
    <div className={styles.full} role={role}>
      <Symbol size={28} stroke={1.5} className={styles.icon} aria-hidden />
      <h2 className={styles.title}>{title}</h2>
      {children !== undefined && <div className={styles.body}>{children}</div>}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
