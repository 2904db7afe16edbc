import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { taskTexts } from '../../lib/locales/taskWords';
import { places } from '../../lib/places';
import { onSingleClick } from '../../lib/singleClick';
import { taskTitle } from '../../lib/taskWords';
import { FailureNotice } from '../../ui/FailureNotice';
import { Notice } from '../../ui/Notice';
import { useTellFailure } from '../../ui/useTellFailure';
import { ollamaTexts } from './locale';
import { OllamaSteps } from './OllamaSteps';
import styles from './ollama.module.css';
import type { OllamaTask } from './ollamaTask';

/** How a run of Ollama stands, what came of it, and where to go from there. */
export function OllamaRunState({ task }: { task: OllamaTask }) {
  const t = useText(ollamaTexts);
  const words = useText(taskTexts);
  const api = useApi();
  const cancel = useMutation({ mutationFn: () => api.tasks.cancel({ id: task.id }), onError: useTellFailure() });
  const again = useMutation({ mutationFn: () => api.tasks.retry({ id: task.id }), onError: useTellFailure() });
  const { phase, pullTaskId, containerId, gpu, name, model, endpointId, service } = task.subject;
  const buildTaskId = service?.buildTaskId ?? null;
  if (task.state === 'running') {
    return (
      <Notice
        tone="info"
        title={taskTitle(task, words)}
        actions={
          <>
            {phase === 'pullingImage' && pullTaskId !== null && (
              <Button variant="default" renderRoot={(props) => <Link {...props} {...places.transfer(pullTaskId)} />}>
                {t('openPull')}
              </Button>
            )}
            {phase === 'buildingService' && buildTaskId !== null && (
              <Button variant="default" renderRoot={(props) => <Link {...props} {...places.build(buildTaskId)} />}>
                {t('openBuild')}
              </Button>
            )}
            <Button variant="default" disabled={cancel.isPending} onClick={onSingleClick(() => cancel.mutate())}>
              {t('stopIt')}
            </Button>
          </>
        }
      >
        <OllamaSteps task={task} />
      </Notice>
    );
  }
  if (task.failure !== null) {
    const logOf = isAfterOllama(phase) ? (service?.containerId ?? null) : containerId;
    const actions = (
      <>
        {task.canRetry && (
          <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
            {t(isAfterOllama(phase) ? 'again' : 'retry')}
          </Button>
        )}
        {phase === 'pullingModel' && endpointId !== null && (
          <Button
            variant="default"
            renderRoot={(props) => <Link {...props} {...places.models({ ollama: endpointId })} />}
          >
            {t('openModels')}
          </Button>
        )}
        {logOf !== null && task.state === 'failed' && (
          <Button variant="default" renderRoot={(props) => <Link {...props} {...places.container(logOf, 'logs')} />}>
            {t('openLog')}
          </Button>
        )}
      </>
    );
    return (
      <>
        {task.state === 'failed' && <FailureNotice failure={task.failure} actions={actions} />}
        {(task.state === 'cancelled' || isAfterOllama(phase)) && (
          <Notice
            tone="info"
            title={
              phase === 'done' || task.state === 'failed'
                ? t('leftTitle', { name })
                : t('stopped', { step: words(`phase.${phase}`) })
            }
            announced={false}
            actions={task.state === 'cancelled' && actions}
          >
            {isAfterOllama(phase) && <div>{t('leftRunning', { name })}</div>}
            <OllamaSteps task={task} />
          </Notice>
        )}
      </>
    );
  }
  if (containerId === null || gpu === null) return null;
  const chatId = service?.containerId ?? null;
  return (
    <Notice tone={gpu.state === 'refused' ? 'warn' : 'info'} title={t('done', { name })}>
      <div>{t(`gave.${gpu.state}`)}</div>
      {gpu.state === 'refused' && <code className="mono">{gpu.message}</code>}
      {service !== null && model !== null ? (
        <div>{t('doneService', { service: service.name, model, port: `${service.hostPort ?? ''}` })}</div>
      ) : (
        <div>{model === null ? t('doneNext') : t('doneModel', { model })}</div>
      )}
      <div className={styles.buttons}>
        {chatId === null ? (
          <Button renderRoot={(props) => <Link {...props} {...places.runContainer({ ollama: containerId })} />}>
            {t('runService')}
          </Button>
        ) : (
          <Button renderRoot={(props) => <Link {...props} {...places.chat({ container: chatId })} />}>
            {t('chat')}
          </Button>
        )}
        <Button variant="default" renderRoot={(props) => <Link {...props} {...places.container(containerId)} />}>
          {t('openContainer')}
        </Button>
      </div>
    </Notice>
  );
}

/** Whether Ollama itself was done with, and stays. */
const isAfterOllama = (phase: OllamaTask['subject']['phase']) => afterOllama.has(phase);
const afterOllama: ReadonlySet<string> = new Set([
  'pullingModel',
  'buildingService',
  'runningService',
  'waitingForService',
]);
