import type { ReactNode } from 'react';
import type { BuildState } from '../../../electron/contract/builds';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useNow } from '../../lib/useNow';
import { Progress } from '../../ui/Progress';
import { RelativeTime } from '../../ui/RelativeTime';
import styles from './BuildPage.module.css';
import { folderName } from './buildFormValues';
import { buildTexts } from './locale';
import { stepParts } from './stepParts';
import { buildMs, slowestStep } from './stepTimes';

/** In one line: how far, how long, what took longest, how much was sent, from where, who builds. */
export function BuildFacts({ build }: { build: BuildState }) {
  const t = useText(buildTexts);
  const format = useFormat();
  const cached = build.steps.filter(({ state }) => state === 'cached').length;
  const done = build.steps.filter(({ state }) => state === 'done').length + cached;
  const total = Math.max(build.totalSteps, build.steps.length);
  const isOver = build.finishedAtMs !== null;
  const { source } = build.request;
  return (
    <dl className={styles.facts}>
      {total > 0 && (
        <Fact name={t('stepsDone')}>
          {t('stepsOf', { done, total })}
          {cached > 0 && ` · ${t('cachedCount', { count: cached })}`}
        </Fact>
      )}
      {!isOver && (
        <div className={styles.progress}>
          <dt className="hiddenVisually">{t('stepsDone')}</dt>
          <dd className={styles.value}>
            <Progress done={done} total={total === 0 ? null : total} label={t('stepsDone')} />
          </dd>
        </div>
      )}
      <Fact name={t('elapsed')}>{isOver ? format.duration(buildMs(build, 0)) : <Elapsed build={build} />}</Fact>
      {isOver && <Slowest build={build} />}
      {build.context !== null && <Fact name={t('context')}>{format.bytes(build.context.sizeBytes)}</Fact>}
      <Fact name={t('from')}>
        {source.kind === 'bundled' ? (
          t('bundledFolder')
        ) : (
          <span className="mono" title={source.path}>
            {folderName(source.path)}
          </span>
        )}
      </Fact>
      <Fact name={t('builder')}>{t(build.builder)}</Fact>
      <Fact name={t('started')}>
        <RelativeTime atMs={build.startedAtMs} />
      </Fact>
    </dl>
  );
}

/** What made the build slow. */
function Slowest({ build }: { build: BuildState }) {
  const t = useText(buildTexts);
  const slowest = slowestStep(build, build.finishedAtMs ?? 0);
  if (slowest === null) return null;
  const { text } = stepParts(slowest.step, build.builder, 0, 0);
  return (
    <Fact name={t('slowest')}>
      <span className={styles.slowest} title={slowest.step.instruction}>
        {t('slowestIs', { step: text, share: slowest.percent })}
      </span>
    </Fact>
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

function Elapsed({ build }: { build: BuildState }) {
  const format = useFormat();
  return format.duration(buildMs(build, useNow('second')));
}
