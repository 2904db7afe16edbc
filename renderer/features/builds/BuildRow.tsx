import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { BuildSummary } from '../../../electron/contract/builds';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useNow } from '../../lib/useNow';
import { icons } from '../../ui/icons';
import { RelativeTime } from '../../ui/RelativeTime';
import { Status } from '../../ui/Status';
import { cell } from '../../ui/Table';
import styles from './BuildHistory.module.css';
import { folderName } from './buildFormValues';
import { buildTones } from './buildStates';
import { historyTexts } from './historyLocale';
import { buildTexts } from './locale';
import { buildMs } from './stepTimes';

interface BuildRowProps {
  build: BuildSummary;
  isChosen: boolean;
  onChoose: (taskId: string) => void;
}

/** One build among all. Plain cells: there may be hundreds. */
export const BuildRow = memo(function BuildRow({ build, isChosen, onChoose }: BuildRowProps) {
  const t = useText(buildTexts);
  const words = useText(historyTexts);
  const format = useFormat();
  const { taskId, tag, source, stepCount, cachedCount } = build;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          className={styles.choose}
          checked={isChosen}
          aria-label={words('chooseOf', { name: `${tag}, ${format.dateTime(build.startedAtMs)}` })}
          onChange={() => onChoose(taskId)}
        />
      </td>
      <td>
        <Status tone={buildTones[build.state]} word={t(`state.${build.state}`)} />
      </td>
      <td>
        <Link {...places.build(taskId)} className={styles.tag} title={tag}>
          {tag}
        </Link>
      </td>
      <td className={cell({ wide: true })} title={source.kind === 'folder' ? source.path : undefined}>
        {source.kind === 'folder' ? <span className="mono">{folderName(source.path)}</span> : t('bundledFolder')}
      </td>
      <td className={cell({ numeric: true })}>
        {cachedCount > 0 ? words('stepsCached', { count: stepCount, cached: cachedCount }) : format.count(stepCount)}
      </td>
      <td className={cell({ numeric: true })}>
        {build.finishedAtMs === null ? <Running build={build} /> : format.duration(buildMs(build, 0))}
      </td>
      <td className={cell({ numeric: true })}>
        <RelativeTime atMs={build.startedAtMs} />
      </td>
      <td className={styles.actions}>
        <Link
          {...places.buildImage({ from: taskId })}
          aria-label={words('againOf', { name: tag })}
          title={t('again')}
          className={styles.again}
        >
          <icons.restart size={15} stroke={1.75} aria-hidden />
        </Link>
      </td>
    </tr>
  );
});

function Running({ build }: { build: BuildSummary }) {
  const format = useFormat();
  return format.duration(buildMs(build, useNow('second')));
}
