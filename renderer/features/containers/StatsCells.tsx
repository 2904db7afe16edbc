import { createContext, type ReactNode, useContext } from 'react';
import type { Container } from '../../../electron/contract/containers';
import type { StatsSample } from '../../../electron/contract/stats';
import { useFormat } from '../../lib/format';
import { useStats } from '../../live/useStats';
import { SparkLine } from '../../ui/SparkLine';
import styles from './ContainersPage.module.css';

/** Points of a spark line: a minute of two-second samples. */
const sparkSamples = 30;

const RowSamples = createContext<readonly StatsSample[]>([]);

/** Watches what a row's container uses, once for all of its cells; only those that show it are drawn again. */
export function RowStats({ container, on, children }: { container: Container; on: boolean; children: ReactNode }) {
  const samples = useStats(container.id, { sampleCount: sparkSamples, on: on && container.state === 'running' });
  return <RowSamples value={samples}>{children}</RowSamples>;
}

/** Share of a processor now, and how it went in the last minute. */
export function CpuCell({ container }: { container: Container }) {
  const format = useFormat();
  const samples = useContext(RowSamples);
  const now = samples.at(-1)?.cpuPercent ?? null;
  if (container.state !== 'running' || now === null) return null;
  return (
    <span className={styles.usage}>
      <span className={styles.spark}>
        <SparkLine values={samples.map(({ cpuPercent }) => cpuPercent)} length={sparkSamples} ceiling={10} width={40} />
      </span>
      <span className={styles.figure}>{format.percent(now)}</span>
    </span>
  );
}

/** Memory in use now, beside its limit on hover. */
export function MemoryCell({ container }: { container: Container }) {
  const format = useFormat();
  const now = useContext(RowSamples).at(-1);
  if (container.state !== 'running' || now === undefined) return null;
  const limit = container.memoryLimitBytes ?? now.memoryLimitBytes;
  const share = limit === null ? null : now.memoryBytes / limit;
  return (
    <span
      className={styles.figure}
      data-tight={(share !== null && share > 0.9 && container.memoryLimitBytes !== null) || undefined}
      title={limit === null ? undefined : `${format.bytes(now.memoryBytes)} / ${format.bytes(limit)}`}
    >
      {format.bytes(now.memoryBytes)}
    </span>
  );
}
