import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { BuildState, BuildStep } from '../../../electron/contract/builds';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useNow } from '../../lib/useNow';
import { useBuild } from '../../live/useBuild';
import { BackLink } from '../../ui/BackLink';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { type Column, cell, Table } from '../../ui/Table';
import { buildTones } from './buildStates';
import styles from './CompareBuilds.module.css';
import { compareBuilds } from './compareBuilds';
import { historyTexts } from './historyLocale';
import { buildTexts } from './locale';
import { StepIcon } from './StepIcon';
import { buildMs, stepMs } from './stepTimes';

/** Two builds beside each other: what they were built from, and what each step took. `one` is the earlier one. */
export function CompareBuildsPage({ one, other }: { one: string; other: string }) {
  const t = useText(buildTexts);
  const words = useText(historyTexts);
  const before = useBuild(one);
  const after = useBuild(other);
  return (
    <>
      <PageHeader
        before={<BackLink place={places.buildHistory()} label={t('backToHistory')} />}
        title={words('compareTitle')}
      />
      <PageBody>
        {before === null || after === null ? (
          <FullPage icon={icons.build} title={t('missing')}>
            {t('missingNext')}
          </FullPage>
        ) : (
          before && after && <Compared before={before} after={after} />
        )}
      </PageBody>
    </>
  );
}

function Compared({ before, after }: { before: BuildState; after: BuildState }) {
  const t = useText(buildTexts);
  const words = useText(historyTexts);
  const format = useFormat();
  const nowMs = useNow(before.finishedAtMs === null || after.finishedAtMs === null ? 'second' : 'slow');
  const columns: Column[] = [
    { key: 'step', word: words('step') },
    { key: 'before', word: words('older'), width: '22%', numeric: true },
    { key: 'after', word: words('newer'), width: '22%', numeric: true },
    { key: 'difference', word: words('difference'), width: '120px', numeric: true },
  ];
  const isSameFile = before.dockerfileHash !== null && before.dockerfileHash === after.dockerfileHash;
  const totalMs = buildMs(after, nowMs) - buildMs(before, nowMs);
  return (
    <Table label={words('compareTable')} columns={columns}>
      <Fact name={words('factTag')} one={before} other={after} show={(build) => <Build build={build} />} />
      <Fact name={t('started')} one={before} other={after} show={({ startedAtMs }) => format.dateTime(startedAtMs)} />
      <Fact
        name={words('factDockerfile')}
        one={before}
        other={after}
        show={({ dockerfileHash }) => <span className="mono">{dockerfileHash?.slice(0, 12) ?? t('none')}</span>}
        difference={isSameFile ? words('dockerfileIsSame') : words('dockerfileDiffers')}
      />
      <Fact
        name={words('factBase')}
        one={before}
        other={after}
        show={({ baseImages }) => baseImages.join(', ') || t('none')}
      />
      <Fact
        name={words('factArguments')}
        one={before}
        other={after}
        show={(build) => argumentsOf(build) || t('none')}
      />
      <Fact
        name={words('factContext')}
        one={before}
        other={after}
        show={({ context }) => (context === null ? t('none') : format.bytes(context.sizeBytes))}
      />
      <Fact name={words('factBuilder')} one={before} other={after} show={({ builder }) => t(builder)} />
      <Fact
        name={words('factCached')}
        one={before}
        other={after}
        show={({ steps }) => t('stepsOf', { done: cachedOf(steps), total: steps.length })}
      />
      <Fact
        name={words('total')}
        one={before}
        other={after}
        show={(build) => format.duration(buildMs(build, nowMs))}
        difference={<Difference ms={totalMs} />}
        strong
      />
      {compareBuilds(before, after).map((row, at) => (
        // The same words may stand in a Dockerfile twice; rows never move.
        <tr key={`${at} ${row.text}`}>
          <td title={row.text}>
            <code className="mono">{row.text}</code>
          </td>
          <td className={cell({ numeric: true })}>
            <Took step={row.before} />
          </td>
          <td className={cell({ numeric: true })}>
            <Took step={row.after} />
          </td>
          <td className={cell({ numeric: true })}>
            {row.differenceMs !== null && <Difference ms={row.differenceMs} />}
          </td>
        </tr>
      ))}
    </Table>
  );
}

const cachedOf = (steps: readonly BuildStep[]) => steps.filter(({ state }) => state === 'cached').length;

const argumentsOf = ({ request }: BuildState) =>
  Object.entries(request.buildArguments)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

interface FactProps {
  name: string;
  one: BuildState;
  other: BuildState;
  show: (build: BuildState) => ReactNode;
  difference?: ReactNode;
  strong?: boolean;
}

function Fact({ name, one, other, show, difference, strong }: FactProps) {
  return (
    <tr className={strong ? styles.strong : styles.fact}>
      <td>{name}</td>
      <td className={cell({ numeric: true })}>{show(one)}</td>
      <td className={cell({ numeric: true })}>{show(other)}</td>
      <td className={cell({ numeric: true })}>{difference}</td>
    </tr>
  );
}

function Build({ build }: { build: BuildState }) {
  const t = useText(buildTexts);
  return (
    <span className={styles.build}>
      <Status tone={buildTones[build.state]} word={t(`state.${build.state}`)} />
      <Link {...places.build(build.taskId)}>{build.tag}</Link>
    </span>
  );
}

function Took({ step }: { step: BuildStep | null }) {
  const t = useText(buildTexts);
  const words = useText(historyTexts);
  const format = useFormat();
  if (step === null) return <span className={styles.none}>{words('notThere')}</span>;
  const ms = step.finishedAtMs === null ? null : stepMs(step, step.finishedAtMs);
  return (
    <span className={styles.took}>
      {step.state === 'cached' ? t('step.cached') : ms === null ? t(`step.${step.state}`) : format.duration(ms)}
      <StepIcon state={step.state} size={13} />
    </span>
  );
}

/** How much longer (or, with a minus, shorter) something took; differences that nobody feels are left out. */
function Difference({ ms }: { ms: number }) {
  const format = useFormat();
  if (Math.abs(ms) < 50) return null;
  return (
    <span className={ms > 0 ? styles.slower : styles.faster}>
      {ms > 0 ? '+' : '−'}
      {format.duration(Math.abs(ms))}
    </span>
  );
}
