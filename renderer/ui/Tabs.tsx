import { Link, type LinkProps } from '@tanstack/react-router';
import styles from './Tabs.module.css';

interface Tab {
  place: LinkProps;
  word: string;
  here: boolean;
}

/** Views of one thing. Links, since each has an address of its own. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map(({ place, word, here }) => (
        <Link key={word} {...place} replace className={styles.tab} data-here={here || undefined}>
          {word}
        </Link>
      ))}
    </nav>
  );
}
