import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { places } from '../../lib/places';
import styles from './LogPane.module.css';
import { LogView } from './LogView';

/** One of several logs side by side: its lines and its name, which leads to all else. */
export function LogPane({ id, name }: { id: string; name: string }) {
  const source = useMemo(() => ({ kind: 'container' as const, id }), [id]);
  return (
    <section className={styles.pane} aria-label={name}>
      <LogView
        source={source}
        name={name}
        withoutCommand
        heading={
          <Link {...places.container(id, 'logs')} className={styles.name} title={name}>
            {name}
          </Link>
        }
      />
    </section>
  );
}
