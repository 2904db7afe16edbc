import styles from './SparkLine.module.css';

interface SparkLineProps {
  /** Oldest first; null where nothing was measured. */
  values: readonly (number | null)[];
  /** Points that fill the width; fewer stand at the right. */
  length: number;
  /** Value at the top; the highest of the values where that is more. */
  ceiling: number;
  width?: number;
  height?: number;
}

/** A small curve without axes, for the eye only: the number stands beside it. */
export function SparkLine({ values, length, ceiling, width = 48, height = 16 }: SparkLineProps) {
  const shown = values.slice(-length);
  const top = Math.max(ceiling, ...shown.map((value) => value ?? 0)) || 1;
  const step = width / Math.max(1, length - 1);
  const offset = length - shown.length;
  let path = '';
  let down = false;
  shown.forEach((value, index) => {
    if (value === null) {
      down = false;
      return;
    }
    const y = height - 1 - (value / top) * (height - 2);
    path += `${down ? 'L' : 'M'}${((offset + index) * step).toFixed(1)} ${y.toFixed(1)}`;
    down = true;
  });
  return (
    <svg className={styles.spark} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      <path d={path} />
    </svg>
  );
}
