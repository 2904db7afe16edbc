import { useLayoutEffect, useRef } from 'react';
import type { BuildState, BuildStep } from '../../../electron/contract/builds';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import styles from './DockerfileView.module.css';
import { buildTexts } from './locale';
import { StepIcon } from './StepIcon';
import { stepMs } from './stepTimes';

/** Lines around the one that failed. */
const linesAround = 4;

/** Lines of a Dockerfile that are drawn at most. */
const lineLimit = 2000;

interface DockerfileViewProps {
  build: BuildState;
  /** Text of the Dockerfile as it was built. Untrusted. */
  text: string;
  /** Shows only what stands around the line that failed. */
  excerpt?: boolean;
}

/** The Dockerfile with what came of each instruction beside its line; where one failed, why stands below it. */
export function DockerfileView({ build, text, excerpt = false }: DockerfileViewProps) {
  const t = useText(buildTexts);
  const failed = useRef<HTMLLIElement>(null);
  const failedLine = failedLineOf(build);
  const all = text.split(/\r?\n/).slice(0, lineLimit);
  const until = failedLine === null ? 0 : endOfInstruction(all, failedLine);
  const from = excerpt && failedLine !== null ? Math.max(1, failedLine - linesAround) : 1;
  const to = excerpt && failedLine !== null ? Math.min(all.length, until + linesAround) : all.length;
  const byLine = new Map<number, BuildStep>();
  for (const step of build.steps) if (step.line !== null) byLine.set(step.line, step);

  useLayoutEffect(() => {
    if (!excerpt) failed.current?.scrollIntoView?.({ block: 'center' });
  }, [excerpt]);

  return (
    <ol
      className={`mono ${styles.file}`}
      data-excerpt={excerpt || undefined}
      aria-label={t('dockerfileLabel')}
      tabIndex={0}
    >
      {all.slice(from - 1, to).map((line, at) => {
        const number = from + at;
        const isFailed = failedLine !== null && number >= failedLine && number <= until;
        const step = byLine.get(number);
        return (
          <li
            key={number}
            ref={number === failedLine ? failed : undefined}
            className={styles.line}
            data-failed={isFailed || undefined}
          >
            <span className={styles.came}>{step && <StepCame step={step} />}</span>
            <span className={styles.number}>{number}</span>
            <code className={styles.text} data-comment={/^\s*#/.test(line) || undefined}>
              {line === '' ? '\u00a0' : line}
            </code>
            {isFailed && number === until && <FailedHere build={build} />}
          </li>
        );
      })}
    </ol>
  );
}

function failedLineOf({ failure, steps }: BuildState): number | null {
  if (failure === null) return null;
  if (failure.code === 'BUILD_FAILED') return failure.details.line;
  return steps.find(({ state }) => state === 'failed')?.line ?? null;
}

/** The last line of an instruction that goes on over several. */
function endOfInstruction(lines: readonly string[], first: number): number {
  let last = first;
  while (last < lines.length && /[\\`]\s*$/.test(lines[last - 1] ?? '')) last += 1;
  return last;
}

function StepCame({ step }: { step: BuildStep }) {
  const t = useText(buildTexts);
  const format = useFormat();
  const ms = stepMs(step, step.finishedAtMs ?? 0);
  return (
    <>
      <span className={styles.took}>
        {step.state === 'cached' ? t('step.cached') : step.finishedAtMs !== null && ms !== null && format.duration(ms)}
      </span>
      <StepIcon state={step.state} size={13} />
    </>
  );
}

function FailedHere({ build: { failure } }: { build: BuildState }) {
  const t = useText(buildTexts);
  const message = failure !== null && 'message' in failure.details ? failure.details.message : t('failedHere');
  return <span className={styles.message}>{message}</span>;
}
