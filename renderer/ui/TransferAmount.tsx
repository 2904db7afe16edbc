import { useFormat } from '../lib/format';
import { useText } from '../lib/i18n';
import { Progress } from './Progress';
import styles from './TransferAmount.module.css';
import { transferAmountTexts } from './transferAmountLocale';

/** Bytes moved, as tasks tell them. */
interface Amount {
  done: number;
  total: number | null;
  perSecond: number | null;
}

interface TransferAmountProps {
  /** What moves, for screen readers. */
  label: string;
  /** Null before the first byte. */
  bytes: Amount | null;
  isRunning: boolean;
}

/** A bar with its amount, speed and remaining time. */
export function TransferAmount({ label, bytes, isRunning }: TransferAmountProps) {
  const t = useText(transferAmountTexts);
  const format = useFormat();
  const remainingMs = remainingMsOf(bytes);
  return (
    <div className={styles.amount}>
      <Progress done={bytes?.done ?? 0} total={bytes?.total ?? null} label={label} />
      {bytes !== null && (
        <div className={styles.words}>
          <span>
            {bytes.total === null
              ? format.bytes(bytes.done)
              : t('amount', { done: format.bytes(bytes.done), total: format.bytes(bytes.total) })}
          </span>
          {isRunning && bytes.perSecond !== null && <span>{t('speed', { speed: format.bytes(bytes.perSecond) })}</span>}
          {isRunning && remainingMs !== null && <span>{t('left', { time: format.span(remainingMs) })}</span>}
        </div>
      )}
    </div>
  );
}

/** How long the rest takes at the speed of late; null where that cannot be said. */
function remainingMsOf(bytes: Amount | null): number | null {
  if (bytes === null || bytes.total === null || bytes.perSecond === null || bytes.perSecond <= 0) return null;
  return (Math.max(0, bytes.total - bytes.done) / bytes.perSecond) * 1000;
}
