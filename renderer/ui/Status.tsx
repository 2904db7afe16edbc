import { type Icon, icons } from './icons';
import styles from './Status.module.css';

/** What a status means; the colour and the icon follow from it. */
export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'idle';

const toneIcons: Record<Tone, Icon> = {
  good: icons.running,
  warn: icons.warning,
  bad: icons.failed,
  busy: icons.starting,
  idle: icons.stopped,
};

/** A status as icon, word and colour together. */
export function Status({ tone, word, icon, title }: { tone: Tone; word: string; icon?: Icon; title?: string }) {
  const Symbol = icon ?? toneIcons[tone];
  return (
    <span className={styles.status} data-tone={tone} title={title}>
      <Symbol size={15} stroke={1.9} className={styles.icon} aria-hidden />
      <span>{word}</span>
    </span>
  );
}
