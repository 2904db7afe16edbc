import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useApi } from '../../lib/client';
import { mainPort } from '../../lib/containerStatus';
import { engineName } from '../../lib/engineName';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { onSingleClick } from '../../lib/singleClick';
import { useNow } from '../../lib/useNow';
import { useBuild } from '../../live/useBuild';
import { useEngine } from '../../live/useLive';
import { FailureNotice } from '../../ui/FailureNotice';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { useTellFailure } from '../../ui/useTellFailure';
import { BuildProgress } from './BuildProgress';
import styles from './FirstStepsPanel.module.css';
import type { FirstSteps, StepState } from './firstSteps';
import { homeTexts } from './locale';

/** The three steps with their live state, and the one button that does them all. */
export function FirstStepsPanel({ steps }: { steps: FirstSteps }) {
  const t = useText(homeTexts);
  const api = useApi();
  const { task, apiContainer } = steps;
  const begin = useMutation({ mutationFn: () => api.tasks.buildAndRun() });
  const cancel = useMutation({ mutationFn: (id: string) => api.tasks.cancel({ id }), onError: useTellFailure() });

  const allDone = steps.engine === 'done' && steps.image === 'done' && steps.container === 'done';
  const port = apiContainer === null ? null : mainPort(apiContainer);
  const refused = begin.error === null ? null : toFailure(begin.error);
  const failed = task?.state === 'failed' && (steps.image === 'failed' || steps.container !== 'done');
  return (
    <section className={styles.panel} aria-labelledby="first-steps">
      <div className={styles.head}>
        <div className={styles.words}>
          <h2 id="first-steps" className={styles.title}>
            {allDone ? t('ready') : t('steps')}
          </h2>
          <p className={styles.why}>
            {allDone && apiContainer !== null && port !== null
              ? t('readyWhy', { name: apiContainer.name, port })
              : t('stepsWhy')}
          </p>
        </div>
        <div className={styles.buttons}>
          {task?.state === 'running' ? (
            <Button variant="default" disabled={cancel.isPending} onClick={onSingleClick(() => cancel.mutate(task.id))}>
              {t('cancel')}
            </Button>
          ) : (
            <Button
              variant={allDone ? 'default' : 'filled'}
              disabled={steps.engine !== 'done' || begin.isPending}
              leftSection={<icons.start size={15} aria-hidden />}
              onClick={onSingleClick(() => begin.mutate())}
            >
              {allDone ? t('again') : t('buildAndRun')}
            </Button>
          )}
          {allDone && apiContainer !== null && (
            <Button
              leftSection={<icons.chat size={15} aria-hidden />}
              renderRoot={(props) => <Link {...props} {...places.chat({ container: apiContainer.id })} />}
            >
              {t('openChat')}
            </Button>
          )}
        </div>
      </div>
      <ol className={styles.steps}>
        <Step state={steps.engine} word={t('engine.step')} said={<EngineSaid state={steps.engine} />} />
        <Step state={steps.image} word={t('image.step')} said={<ImageSaid steps={steps} />}>
          <BuildOfTask steps={steps} />
        </Step>
        <Step state={steps.container} word={t('container.step')} said={<ContainerSaid steps={steps} />} />
      </ol>
      {refused !== null && refused.code !== 'TASK_ALREADY_RUNNING' && <FailureNotice failure={refused} />}
      {task?.state === 'cancelled' && !allDone && <Notice tone="info" title={t('cancelled')} />}
      {failed && task.failure !== null && (
        <FailureNotice
          failure={task.failure}
          actions={
            <>
              {steps.image === 'failed' && task.subject.buildTaskId !== null && (
                <Button
                  variant="default"
                  renderRoot={(props) => <Link {...props} {...places.build(task.subject.buildTaskId ?? '')} />}
                >
                  {t('openBuild')}
                </Button>
              )}
              {steps.container === 'failed' && task.subject.containerId !== null && (
                <Button
                  variant="default"
                  renderRoot={(props) => (
                    <Link {...props} {...places.container(task.subject.containerId ?? '', 'logs')} />
                  )}
                >
                  {t('openLog')}
                </Button>
              )}
            </>
          }
        />
      )}
    </section>
  );
}

const stepIcons = { waiting: icons.waiting, busy: icons.starting, done: icons.done, failed: icons.failed };

interface StepProps {
  state: StepState;
  word: string;
  said: ReactNode;
  children?: ReactNode;
}

function Step({ state, word, said, children }: StepProps) {
  const t = useText(homeTexts);
  const Symbol = stepIcons[state];
  return (
    <li className={styles.step} data-state={state}>
      <Symbol size={18} stroke={1.75} className={styles.icon} aria-hidden />
      <div className={styles.stepWord}>
        {word}
        <span className="hiddenVisually">: {t(`state.${state}`)}</span>
      </div>
      <div className={styles.said} role="status">
        {said}
      </div>
      {children}
    </li>
  );
}

function EngineSaid({ state }: { state: StepState }) {
  const t = useText(homeTexts);
  const engine = useEngine();
  if (state !== 'done' || !engine?.facts) return t(state === 'failed' ? 'engine.failed' : 'engine.busy');
  return (
    <>
      {engineName(engine.facts)} · <span className="mono">{engine.endpoint?.address}</span>
    </>
  );
}

function ImageSaid({ steps: { image, builtImage, task } }: { steps: FirstSteps }) {
  const t = useText(homeTexts);
  const format = useFormat();
  const nowMs = useNow();
  if (image === 'failed') return t('image.failed');
  if (image === 'busy')
    return task?.subject.buildTaskId ? <BuildSaid taskId={task.subject.buildTaskId} /> : t('image.starting');
  if (builtImage === null) return t('image.waiting');
  return t('image.done', {
    tag: builtImage.tags[0] ?? '',
    size: format.bytes(builtImage.sizeBytes),
    ago: format.ago(builtImage.createdAtMs, nowMs),
  });
}

function BuildSaid({ taskId }: { taskId: string }) {
  const t = useText(homeTexts);
  const build = useBuild(taskId);
  if (!build || build.steps.length === 0) return build?.state === 'packing' ? t('image.packing') : t('image.starting');
  const step = build.steps.filter(({ state }) => state !== 'waiting').length;
  return t('image.busy', { step: Math.max(1, step), total: build.totalSteps });
}

function BuildOfTask({ steps: { image, task } }: { steps: FirstSteps }) {
  const taskId = task?.subject.buildTaskId ?? null;
  if (taskId === null || (image !== 'busy' && image !== 'failed')) return null;
  return <BuildProgress taskId={taskId} />;
}

function ContainerSaid({ steps: { container, apiContainer, task } }: { steps: FirstSteps }) {
  const t = useText(homeTexts);
  if (container === 'failed') return t('container.failed');
  if (container === 'waiting') return t('container.waiting');
  if (container === 'busy') {
    const name = task?.state === 'running' ? task.subject.containerName : apiContainer?.name;
    return name == null ? t('container.starting') : t('container.busy', { name });
  }
  if (apiContainer === null) return null;
  const port = mainPort(apiContainer);
  const { name } = apiContainer;
  return port === null ? t('container.doneNoPort', { name }) : t('container.done', { name, port });
}
