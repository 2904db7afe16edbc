import type { LogLevel } from '../../../electron/contract/logText';
import type { Translate } from '../../lib/i18n';
import { icons } from '../../ui/icons';
import styles from './LevelMark.module.css';
import type { logTexts } from './locale';

const letters: Record<LogLevel, string> = { trace: 'T', debug: 'D', info: 'I', warn: 'W', error: 'E', fatal: 'F' };
const symbols = { warn: icons.warning, error: icons.failed, fatal: icons.failed };

/** The sentences of the log view. */
export type LogWords = Translate<(typeof logTexts)['en']>;

/** A level by letter, colour and, from a warning on, an icon. */
export function LevelMark({ level, t }: { level: LogLevel; t: LogWords }) {
  const Symbol = level === 'warn' || level === 'error' || level === 'fatal' ? symbols[level] : null;
  return (
    <span
      className={styles.mark}
      data-level={level}
      role="img"
      aria-label={t(`level.${level}`)}
      title={t(`level.${level}`)}
    >
      {letters[level]}
      {Symbol && <Symbol size={12} stroke={2} aria-hidden />}
    </span>
  );
}
