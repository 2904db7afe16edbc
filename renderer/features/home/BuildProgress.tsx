import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { BuildStep } from '../../../electron/contract/builds';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useNow } from '../../lib/useNow';
import { useBuild } from '../../live/useBuild';
import { icons } from '../../ui/icons';
import { Progress } from '../../ui/Progress';
import styles from './BuildProgress.module.css';
import { homeTexts } from './locale';

/** A build as it goes: how far, and its steps with what each took. The whole of it is a click away. */
export function BuildProgress({ taskId }: { taskId: string }) {
  const t = useText(homeTexts);
  const build = useBuild(taskId);
  const current = useRef<HTMLLIElement>(null);
  const over = build?.steps.filter(({ state }) => state === 'done' || state === 'cached').length ?? 0;

  useEffect(() => {
    if (over > 0) current.current?.scrollIntoView?.({ block: 'nearest' });
  }, [over]);

  if (!build) return null;
  return (
    <div className={styles.build}>
      <Progress done={over} total={build.totalSteps || null} label={t('image.step')} />
      <ol className={styles.steps} aria-label={t('buildSteps')} tabIndex={0}>
        {build.steps.map((step) => (
          <li
            key={step.id}
            className={styles.step}
            data-state={step.state}
            ref={step.state === 'running' || step.state === 'failed' ? current : undefined}
          >
            <StepIcon state={step.state} />
            <code className={`mono ${styles.instruction}`} title={step.instruction}>
              {step.instruction}
            </code>
            <StepTime step={step} />
          </li>
        ))}
      </ol>
      {build.state !== 'failed' && <Link {...places.build(taskId)}>{t('openBuild')}</Link>}
    </div>
  );
}

const stepIcons = {
  waiting: icons.waiting,
  running: icons.starting,
  done: icons.check,
  cached: icons.cached,
  failed: icons.failed,
  cancelled: icons.cancel,
};

function StepIcon({ state }: { state: BuildStep['state'] }) {
  const Symbol = stepIcons[state];
  return <Symbol size={14} stroke={1.9} className={styles.icon} aria-hidden />;
}

function StepTime({ step }: { step: BuildStep }) {
  const t = useText(homeTexts);
  const format = useFormat();
  if (step.state === 'cached') return <span className={styles.time}>{t('cached')}</span>;
  if (step.startedAtMs === null) return <span className={styles.time} />;
  if (step.finishedAtMs === null) return <RunningTime startedAtMs={step.startedAtMs} />;
  return <span className={styles.time}>{format.duration(step.finishedAtMs - step.startedAtMs)}</span>;
}

function RunningTime({ startedAtMs }: { startedAtMs: number }) {
  const format = useFormat();
  const nowMs = useNow('second');
  return <span className={styles.time}>{format.duration(nowMs - startedAtMs)}</span>;
}
