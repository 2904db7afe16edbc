import { useMemo, useState } from 'react';
import { dockerCommand } from '../../../../electron/contract/commands';
import type { Container } from '../../../../electron/contract/containers';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { useStats } from '../../../live/useStats';
import { Choices } from '../../../ui/Choices';
import { CommandLine } from '../../../ui/CommandLine';
import { Notice } from '../../../ui/Notice';
import { chartColumns } from './chartData';
import { statsTexts } from './locale';
import { StatsChart } from './StatsChart';
import styles from './StatsTab.module.css';

const windows = ['2', '10', '30'] as const;

/** Lowest tops of the axes, so that noise does not look like work. */
const leastCpuPercent = 5;
const leastBytesPerS = 1024;
const leastProcesses = 4;

/** What a container uses, drawn over time while it is looked at. */
export function StatsTab({ container }: { container: Container }) {
  const t = useText(statsTexts);
  const format = useFormat();
  const [minutes, setMinutes] = useState<(typeof windows)[number]>('10');
  const samples = useStats(container.id);
  const windowMs = Number(minutes) * 60_000;
  const columns = useMemo(
    () => ({
      cpu: chartColumns(samples, ['cpuPercent'], windowMs),
      memory: chartColumns(samples, ['memoryBytes'], windowMs),
      network: chartColumns(samples, ['networkReceivedBytesPerS', 'networkSentBytesPerS'], windowMs),
      block: chartColumns(samples, ['blockReadBytesPerS', 'blockWrittenBytesPerS'], windowMs),
      processes: chartColumns(samples, ['processCount'], windowMs),
    }),
    [samples, windowMs],
  );
  const limitBytes = container.memoryLimitBytes;
  const percent = (value: number) => `${format.decimal(value)} %`;
  const memory = (bytes: number) =>
    limitBytes === null
      ? format.bytes(bytes)
      : `${format.bytes(bytes)} (${t('ofLimit', { share: percent((bytes / limitBytes) * 100) })})`;
  const rate = (bytesPerS: number) => t('perS', { amount: format.bytes(bytesPerS) });

  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <Choices
          label={t('window')}
          value={minutes}
          choices={windows.map((value) => ({ value, word: t('lastMinutes', { count: Number(value) }) }))}
          onChange={setMinutes}
        />
      </div>
      {container.state === 'paused' && <Notice tone="info" title={t('paused')} announced={false} />}
      {container.state !== 'running' && container.state !== 'paused' && (
        <Notice tone="info" title={t('stopped')} announced={false} />
      )}
      <div className={styles.charts}>
        <StatsChart
          title={t('cpu')}
          hint={t('cpuHint')}
          words={[t('used')]}
          columns={columns.cpu}
          windowMs={windowMs}
          say={percent}
          ceiling={leastCpuPercent}
        />
        <StatsChart
          title={t('memory')}
          hint={t('memoryHint')}
          words={[t('used')]}
          columns={columns.memory}
          windowMs={windowMs}
          say={memory}
          sayShort={format.bytes}
          ceiling={1024 * 1024}
          step={1024}
          limit={limitBytes === null ? null : { value: limitBytes, word: `${t('limit')} ${format.bytes(limitBytes)}` }}
        />
        <StatsChart
          title={t('network')}
          words={[t('received'), t('sent')]}
          columns={columns.network}
          windowMs={windowMs}
          say={rate}
          ceiling={leastBytesPerS}
          step={1024}
        />
        <StatsChart
          title={t('block')}
          words={[t('read'), t('written')]}
          columns={columns.block}
          windowMs={windowMs}
          say={rate}
          ceiling={leastBytesPerS}
          step={1024}
        />
        <StatsChart
          title={t('processes')}
          words={[t('count')]}
          columns={columns.processes}
          windowMs={windowMs}
          say={format.count}
          ceiling={leastProcesses}
        />
      </div>
      <CommandLine label={t('same')} command={dockerCommand.stats(container.name)} />
    </div>
  );
}
