import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Task, TaskSubject } from '../../../electron/contract/tasks';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { taskTexts } from '../../lib/locales/taskWords';
import { places } from '../../lib/places';
import { onSingleClick } from '../../lib/singleClick';
import { FailureNotice } from '../../ui/FailureNotice';
import { Notice } from '../../ui/Notice';
import { useTellFailure } from '../../ui/useTellFailure';
import { ollamaTexts } from './locale';
import styles from './ollama.module.css';

/** A run of Ollama. */
export type OllamaTask = Task & { subject: Extract<TaskSubject, { kind: 'runOllama' }> };

/** How a run of Ollama stands, what came of it, and where to go from there. */
export function OllamaRunState({ task }: { task: OllamaTask }) {
  const t = useText(ollamaTexts);
  const words = useText(taskTexts);
  const api = useApi();
  const cancel = useMutation({ mutationFn: () => api.tasks.cancel({ id: task.id }), onError: useTellFailure() });
  const { phase, pullTaskId, containerId, gpu, name } = task.subject;
  if (task.state === 'running') {
    return (
      <Notice
        tone="info"
        title={words(`phase.${phase}`)}
        actions={
          <>
            {phase === 'pullingImage' && pullTaskId !== null && (
              <Button variant="default" renderRoot={(props) => <Link {...props} {...places.transfer(pullTaskId)} />}>
                {t('openPull')}
              </Button>
            )}
            <Button variant="default" disabled={cancel.isPending} onClick={onSingleClick(() => cancel.mutate())}>
              {t('stopIt')}
            </Button>
          </>
        }
      />
    );
  }
  if (task.failure !== null) {
    return (
      <FailureNotice
        failure={task.failure}
        actions={
          containerId !== null &&
          task.state === 'failed' && (
            <Button
              variant="default"
              renderRoot={(props) => <Link {...props} {...places.container(containerId, 'logs')} />}
            >
              {t('openLog')}
            </Button>
          )
        }
      />
    );
  }
  if (containerId === null || gpu === null) return null;
  return (
    <Notice tone={gpu.state === 'refused' ? 'warn' : 'info'} title={t('done', { name })}>
      <div>{t(`gave.${gpu.state}`)}</div>
      {gpu.state === 'refused' && <code className="mono">{gpu.message}</code>}
      <div>{t('doneNext')}</div>
      <div className={styles.buttons}>
        <Button renderRoot={(props) => <Link {...props} {...places.runContainer({ ollama: containerId })} />}>
          {t('runService')}
        </Button>
        <Button variant="default" renderRoot={(props) => <Link {...props} {...places.container(containerId)} />}>
          {t('openContainer')}
        </Button>
      </div>
    </Notice>
  );
}
