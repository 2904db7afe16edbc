import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Task, TaskSubject } from '../../../electron/contract/tasks';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { taskTexts } from '../../lib/locales/taskWords';
import { taskTitle } from '../../lib/taskWords';
import { useTasks } from '../../live/useLive';
import { FailureNotice } from '../../ui/FailureNotice';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { ModelLayers } from '../../ui/ModelLayers';
import { Status } from '../../ui/Status';
import { TransferAmount } from '../../ui/TransferAmount';
import { useTellFailure } from '../../ui/useTellFailure';
import { modelsTexts } from './locale';
import styles from './ModelTasks.module.css';

type ModelSubject = Extract<TaskSubject, { kind: 'pullModel' | 'createModel' }>;
type ModelTask = Task & { subject: ModelSubject };

const isOfModels = (task: Task): task is ModelTask =>
  task.subject.kind === 'pullModel' || task.subject.kind === 'createModel';

/** What is on its way to an Ollama, and what did not arrive, until it is dismissed or tried again. */
export function ModelTasks({ endpointId }: { endpointId: string }) {
  const t = useText(modelsTexts);
  const tasks = useTasks() ?? [];
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const ofThis = tasks.filter(isOfModels).filter(({ subject }) => subject.endpointId === endpointId);
  const shown = ofThis.filter(({ id, state, subject }, at) => {
    const isLatest = ofThis.findIndex((other) => other.subject.model === subject.model) === at;
    return state === 'running' || (state !== 'done' && isLatest && !dismissed.has(id));
  });
  if (shown.length === 0) return null;
  return (
    <section className={styles.tasks} aria-label={t('underWay')}>
      {shown.map((task) => (
        <ModelTaskView
          key={task.id}
          task={task}
          onDismiss={() => setDismissed((before) => new Set([...before, task.id]))}
        />
      ))}
    </section>
  );
}

function ModelTaskView({ task, onDismiss }: { task: ModelTask; onDismiss: () => void }) {
  const t = useText(modelsTexts);
  const title = taskTitle(task, useText(taskTexts));
  const api = useApi();
  const onError = useTellFailure();
  const cancel = useMutation({ mutationFn: () => api.tasks.cancel({ id: task.id }), onError });
  const again = useMutation({ mutationFn: () => api.tasks.retry({ id: task.id }), onError });
  const { subject, state } = task;
  const layers = subject.kind === 'pullModel' ? subject.layers : [];
  const hasParts = subject.kind === 'pullModel' && layers.length > 0;
  if (state !== 'running') {
    const resume = task.canRetry && (
      <Button variant="default" size="compact-sm" loading={again.isPending} onClick={() => again.mutate()}>
        {t(hasParts ? 'resume' : 'retry')}
      </Button>
    );
    if (task.failure !== null && state === 'failed') {
      return <FailureNotice failure={task.failure} announced={false} actions={resume} onDismiss={onDismiss} />;
    }
    return (
      <div className={styles.task}>
        <div className={styles.head}>
          <Status tone="idle" word={t('cancelled', { title })} />
          <span className={styles.buttons}>
            {resume}
            <IconButton icon={icons.close} label={t('dismissOf', { title })} onClick={onDismiss} />
          </span>
        </div>
        {hasParts && <p className={styles.note}>{t('resumeWhy')}</p>}
      </div>
    );
  }
  return (
    <div className={styles.task}>
      <div className={styles.head}>
        <Status tone="busy" word={title} />
        <span className={styles.phase}>{t(`phase.${subject.phase}`)}</span>
        <span className={styles.buttons}>
          <Button variant="default" size="compact-sm" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t('cancel')}
          </Button>
        </span>
      </div>
      <TransferAmount label={title} bytes={task.bytes} isRunning />
      <ModelLayers layers={layers} done={task.progress?.done ?? 0} />
    </div>
  );
}
