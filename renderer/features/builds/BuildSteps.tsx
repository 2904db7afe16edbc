import { useEffect, useRef } from 'react';
import type { BuildState, BuildStep } from '../../../electron/contract/builds';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useNow } from '../../lib/useNow';
import { icons } from '../../ui/icons';
import styles from './BuildSteps.module.css';
import { buildTexts } from './locale';
import { StepIcon } from './StepIcon';
import { type StepParts, stepParts } from './stepParts';
import { stepMs } from './stepTimes';

/** What stands beside the steps: all output, one step's, or the Dockerfile. */
export type Shown = 'whole' | 'dockerfile' | { stepId: string };

interface BuildStepsProps {
  build: BuildState;
  shown: Shown;
  onShow: (shown: Shown) => void;
}

/** The steps of a build as they stand. Choosing one shows its output; the one under way stays in sight. */
export function BuildSteps({ build, shown, onShow }: BuildStepsProps) {
  const t = useText(buildTexts);
  const list = useRef<HTMLOListElement>(null);
  const total = Math.max(build.totalSteps, build.steps.length);
  const toCome = build.state === 'running' ? total - build.steps.length : 0;
  const current = build.steps.find(({ state }) => state === 'failed' || state === 'running')?.id;
  const nowMs = useNow(build.finishedAtMs === null ? 'second' : 'slow');
  const endMs = build.finishedAtMs ?? nowMs;
  const longestMs = Math.max(1000, ...build.steps.map((step) => stepMs(step, endMs) ?? 0));

  useEffect(() => {
    if (current === undefined) return;
    list.current?.querySelector('[data-current]')?.scrollIntoView?.({ block: 'nearest' });
  }, [current]);

  return (
    <div className={styles.column}>
      <div className={styles.views}>
        {(['whole', 'dockerfile'] as const).map((view) => (
          <button
            key={view}
            type="button"
            className={styles.whole}
            aria-pressed={shown === view}
            onClick={() => onShow(view)}
          >
            {view === 'whole' ? (
              <icons.logs size={15} stroke={1.75} aria-hidden />
            ) : (
              <icons.build size={15} stroke={1.75} aria-hidden />
            )}
            {view === 'whole' ? t('wholeOutput') : t('showDockerfile')}
          </button>
        ))}
      </div>
      <ol ref={list} className={styles.steps} aria-label={t('steps')}>
        <SendingStep build={build} />
        {build.steps.map((step, index) => (
          <li key={step.id} data-current={step.id === current || undefined}>
            <Step
              step={step}
              parts={stepParts(step, build.builder, index, total)}
              message={step.state === 'failed' ? messageOf(build) : null}
              share={(stepMs(step, endMs) ?? 0) / longestMs}
              isShown={typeof shown === 'object' && shown.stepId === step.id}
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

/** Wharf's own part: it stands here from the first moment, before the engine has said anything. */
function SendingStep({ build }: { build: BuildState }) {
  const t = useText(buildTexts);
  const format = useFormat();
  const { context, steps, finishedAtMs } = build;
  // BuildKit's own steps read the Dockerfile and the names of the base images before it takes the folder.
  const hasBegun = steps.some((step) => step.startedAtMs !== null && !step.instruction.startsWith('[internal]'));
  const isSent = build.state === 'done' || (hasBegun && context?.isSending !== true);
  const state = isSent ? 'done' : finishedAtMs === null ? 'running' : 'cancelled';
  const amount = () => {
    if (context === null) return '';
    const sent = Math.min(context.sentBytes, context.sizeBytes);
    if (sent === context.sizeBytes) return format.bytes(context.sizeBytes);
    return t('sentOf', { sent: format.bytes(sent), total: format.bytes(context.sizeBytes) });
  };
  return (
    <li className={styles.step} data-builders data-own>
      <StepIcon state={state} />
      <span />
      <span className={styles.instruction}>{context === null ? t('packingStep') : t('sendingStep')}</span>
      <span className={styles.line} />
      <span className={styles.time}>{amount()}</span>
    </li>
  );
}

interface StepProps {
  step: BuildStep;
  parts: StepParts;
  /** What the builder said about it, where it failed. Untrusted. */
  message: string | null;
  /** Its time as a part of the longest step's, 0 to 1. */
  share: number;
  isShown: boolean;
  onShow: () => void;
}

function Step({ step, parts, message, share, isShown, onShow }: StepProps) {
  const t = useText(buildTexts);
  return (
    <button
      type="button"
      className={styles.step}
      data-state={step.state}
      data-builders={parts.isBuilders || undefined}
      aria-pressed={isShown}
      onClick={onShow}
    >
      <StepIcon state={step.state} />
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
      {share > 0.02 && (
        <span className={styles.bar} data-long={share > 0.5 || undefined} style={{ width: `${share * 100}%` }} />
      )}
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
