import { useEffect, useRef } from 'react';
import type { BuildState, BuildStep } from '../../../electron/contract/builds';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useNow } from '../../lib/useNow';
import { icons } from '../../ui/icons';
import styles from './BuildSteps.module.css';
import { buildTexts } from './locale';
import { type StepParts, stepParts } from './stepParts';

/** What the output beside the steps shows: all of it, or one step's. */
export type Shown = 'whole' | { stepId: string };

interface BuildStepsProps {
  build: BuildState;
  shown: Shown;
  onShow: (shown: Shown) => void;
}

const stepIcons = {
  waiting: icons.waiting,
  running: icons.starting,
  done: icons.running,
  cached: icons.cached,
  failed: icons.failed,
  cancelled: icons.cancel,
} as const;

/** The steps of a build as they stand. Choosing one shows its output; the one under way stays in sight. */
export function BuildSteps({ build, shown, onShow }: BuildStepsProps) {
  const t = useText(buildTexts);
  const list = useRef<HTMLOListElement>(null);
  const total = Math.max(build.totalSteps, build.steps.length);
  const toCome = build.state === 'running' ? total - build.steps.length : 0;
  const current = build.steps.find(({ state }) => state === 'failed' || state === 'running')?.id;

  useEffect(() => {
    if (current === undefined) return;
    list.current?.querySelector('[data-current]')?.scrollIntoView?.({ block: 'nearest' });
  }, [current]);

  return (
    <div className={styles.column}>
      <button type="button" className={styles.whole} aria-pressed={shown === 'whole'} onClick={() => onShow('whole')}>
        <icons.logs size={15} stroke={1.75} aria-hidden />
        {t('wholeOutput')}
      </button>
      <ol ref={list} className={styles.steps} aria-label={t('steps')}>
        {build.steps.map((step, index) => (
          <li key={step.id} data-current={step.id === current || undefined}>
            <Step
              step={step}
              parts={stepParts(step, build.builder, index, total)}
              message={step.state === 'failed' ? messageOf(build) : null}
              isShown={shown !== 'whole' && shown.stepId === step.id}
              onShow={() => onShow({ stepId: step.id })}
            />
          </li>
        ))}
        {toCome > 0 && <li className={styles.toCome}>{t('moreSteps', { count: toCome })}</li>}
      </ol>
    </div>
  );
}

function messageOf({ failure }: BuildState): string | null {
  return failure !== null && 'message' in failure.details ? failure.details.message : null;
}

interface StepProps {
  step: BuildStep;
  parts: StepParts;
  /** What the builder said about it, where it failed. Untrusted. */
  message: string | null;
  isShown: boolean;
  onShow: () => void;
}

function Step({ step, parts, message, isShown, onShow }: StepProps) {
  const t = useText(buildTexts);
  const Symbol = stepIcons[step.state];
  return (
    <button
      type="button"
      className={styles.step}
      data-state={step.state}
      data-builders={parts.isBuilders || undefined}
      aria-pressed={isShown}
      onClick={onShow}
    >
      <Symbol size={15} stroke={1.9} className={styles.icon} aria-hidden />
      <span className="hiddenVisually">{t(`step.${step.state}`)}</span>
      <span className={styles.number}>{parts.number}</span>
      <span className={styles.words}>
        <code className={`mono ${styles.instruction}`} title={step.instruction}>
          {parts.text}
        </code>
        {parts.stage !== null && <span className={styles.stage}>{parts.stage}</span>}
        {message !== null && <span className={styles.message}>{message}</span>}
      </span>
      <span className={styles.line} title={step.line === null ? undefined : t('lineTitle', { line: step.line })}>
        {step.line !== null && t('line', { line: step.line })}
      </span>
      <StepTime step={step} />
    </button>
  );
}

function StepTime({ step }: { step: BuildStep }) {
  const t = useText(buildTexts);
  const format = useFormat();
  if (step.state === 'cached') return <span className={styles.time}>{t('step.cached')}</span>;
  if (step.startedAtMs === null) return <span className={styles.time} />;
  if (step.finishedAtMs === null) return <RunningTime sinceMs={step.startedAtMs} />;
  return <span className={styles.time}>{format.duration(step.finishedAtMs - step.startedAtMs)}</span>;
}

function RunningTime({ sinceMs }: { sinceMs: number }) {
  const format = useFormat();
  const nowMs = useNow('second');
  return <span className={styles.time}>{format.duration(nowMs - sinceMs)}</span>;
}
