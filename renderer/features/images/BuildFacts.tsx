import type { ReactNode } from 'react';
import type { BuildState } from '../../../electron/contract/builds';
import type { Task } from '../../../electron/contract/tasks';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useNow } from '../../lib/useNow';
import { Progress } from '../../ui/Progress';
import styles from './BuildPage.module.css';
import { buildTexts } from './locale';

/** In one line: how far, how long, how much was sent, who builds. */
export function BuildFacts({ build, task }: { build: BuildState; task: Task | null }) {
  const t = useText(buildTexts);
  const format = useFormat();
  const cached = build.steps.filter(({ state }) => state === 'cached').length;
  const done = build.steps.filter(({ state }) => state === 'done').length + cached;
  const total = Math.max(build.totalSteps, build.steps.length);
  const isRunning = build.state === 'packing' || build.state === 'running';
  return (
    <dl className={styles.facts}>
      {total > 0 && (
        <Fact name={t('stepsDone')}>
          {t('stepsOf', { done, total })}
          {cached > 0 && ` · ${t('cachedCount', { count: cached })}`}
        </Fact>
      )}
      {isRunning && (
        <div className={styles.progress}>
          <dt className="hiddenVisually">{t('stepsDone')}</dt>
          <dd className={styles.value}>
            <Progress done={done} total={total === 0 ? null : total} label={t('stepsDone')} />
          </dd>
        </div>
      )}
      {task !== null && (
        <Fact name={t('elapsed')}>
          {task.finishedAtMs === null ? (
            <Elapsed sinceMs={task.startedAtMs} />
          ) : (
            format.duration(task.finishedAtMs - task.startedAtMs)
          )}
        </Fact>
      )}
      {build.context !== null && <Fact name={t('context')}>{format.bytes(build.context.sizeBytes)}</Fact>}
      <Fact name={t('builder')}>{t(build.builder)}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  );
}

function Elapsed({ sinceMs }: { sinceMs: number }) {
  const format = useFormat();
  const nowMs = useNow('second');
  return format.duration(nowMs - sinceMs);
}
