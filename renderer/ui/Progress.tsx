import styles from './Progress.module.css';

/** How far long work is; `total` null where nothing can be counted. */
export function Progress({ done, total, label }: { done: number; total: number | null; label: string }) {
  const percent = total === null || total === 0 ? null : Math.min(100, Math.round((done / total) * 100));
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
    >
      <div
        className={styles.bar}
        data-unknown={percent === null || undefined}
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
