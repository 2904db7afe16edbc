import { type ReactNode, useEffect } from 'react';
import styles from './PageHeader.module.css';

interface PageHeaderProps {
  title: string;
  /** Stands before the title: a way back. */
  before?: ReactNode;
  /** Stands right behind the title: a count, a status. */
  beside?: ReactNode;
  /** The main action, top right. */
  actions?: ReactNode;
  /** Filters and search, on a line of their own. */
  children?: ReactNode;
}

/** The head of every page, which names the window too: what it is, what can be done, what is filtered. */
export function PageHeader({ title, before, beside, actions, children }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Wharf`;
  }, [title]);

  return (
    <header className={styles.header}>
      <div className={styles.line}>
        {before}
        <h1 className={styles.title}>{title}</h1>
        {beside !== undefined && <div className={styles.beside}>{beside}</div>}
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children !== undefined && <div className={styles.filters}>{children}</div>}
    </header>
  );
}
