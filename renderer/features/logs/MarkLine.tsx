import type { Line } from '../../../electron/contract/lines';
import type { Format } from '../../lib/format';
import type { LogWords } from './LevelMark';
import type { LineColumns } from './lineColumns';
import styles from './MarkLine.module.css';

interface MarkLineProps {
  line: Line;
  containers: LineColumns['containers'];
  t: LogWords;
  format: Format;
}

/** What Wharf itself says between the lines: a restart, a new container of the same name, lines that are missing. */
export function MarkLine({ line, containers, t, format }: MarkLineProps) {
  const { mark } = line;
  const at = (atMs: number | null) => (atMs === null ? '' : format.dateTime(atMs));

  function words(): string {
    if (mark === null) return line.text;
    const { kind, fromMs, toMs } = mark;
    const beginsMs = toMs ?? fromMs ?? line.atMs;
    if (kind === 'restarted') return beginsMs === null ? t('restartedSometime') : t('restarted', { at: at(beginsMs) });
    if (kind === 'recreated') return beginsMs === null ? t('recreatedSometime') : t('recreated', { at: at(beginsMs) });
    if (fromMs !== null && toMs !== null) return t('gapBetween', { from: at(fromMs), to: at(toMs) });
    return beginsMs === null ? t('gap') : t('gapAt', { at: at(beginsMs) });
  }

  const name = containers?.get(line.from?.containerId ?? '')?.name;
  return (
    <div className={styles.mark} data-mark={mark?.kind === 'gap' ? 'gap' : 'note'}>
      <span className={styles.words}>{name === undefined ? words() : `${name}: ${words()}`}</span>
    </div>
  );
}
