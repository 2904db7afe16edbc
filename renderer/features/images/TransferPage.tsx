import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Task } from '../../../electron/contract/tasks';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { taskTexts } from '../../lib/locales/taskWords';
import { places } from '../../lib/places';
import { taskTitle, taskTone } from '../../lib/taskWords';
import { useTask } from '../../live/useLive';
import { BackLink } from '../../ui/BackLink';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { uiTexts } from '../../ui/locale';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { Section } from '../../ui/Section';
import { Status } from '../../ui/Status';
import { TransferAmount } from '../../ui/TransferAmount';
import { LoadView } from './LoadView';
import { PruneView } from './PruneView';
import { PullOffers, PullView } from './PullView';
import { SaveView } from './SaveView';
import styles from './TransferPage.module.css';
import { transferTexts } from './transferLocale';

interface TransferPageProps {
  taskId: string;
  /** The same work was begun again, as this task. */
  onAgain: (taskId: string) => void;
  /** The task's lines, drawn by the feature that owns logs. */
  output: ReactNode;
}

/** A pull, a save, a load or a clean-up: how far it is, what came of it, why it failed. Leaving the page stops nothing. */
export function TransferPage({ taskId, onAgain, output }: TransferPageProps) {
  const t = useText(transferTexts);
  const words = useText(taskTexts);
  const ui = useText(uiTexts);
  const api = useApi();
  const task = useTask(taskId);
  const cancel = useMutation({ mutationFn: () => api.tasks.cancel({ id: taskId }) });
  const retry = useMutation({
    mutationFn: () => api.tasks.retry({ id: taskId }),
    onSuccess: (again) => onAgain(again.taskId),
  });
  if (task === undefined) return null;
  if (task === null) return <TransferGone />;
  const isRunning = task.state === 'running';
  const refused = [cancel, retry].find(({ error }) => error !== null);
  return (
    <>
      <PageHeader
        before={<BackLink place={places.images()} label={t('backToImages')} />}
        title={taskTitle(task, words)}
        beside={
          <span role="status">
            <Status tone={taskTone(task.state)} word={words(task.state)} />
          </span>
        }
        actions={
          <>
            {isRunning && (
              <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
                {t('cancel')}
              </Button>
            )}
            {task.canRetry && (task.state === 'failed' || task.state === 'cancelled') && (
              <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
                {ui('retry')}
              </Button>
            )}
            <WhereItLed task={task} />
          </>
        }
      />
      <PageBody padded>
        <div className={styles.column}>
          {refused !== undefined && (
            <FailureNotice failure={toFailure(refused.error)} onDismiss={() => refused.reset()} />
          )}
          {task.failure !== null && (
            <FailureNotice
              failure={task.failure}
              announced={false}
              actions={task.subject.kind === 'pull' && <PullOffers subject={task.subject} failure={task.failure} />}
            />
          )}
          <SubjectView task={task} />
          <CommandLine command={task.command} />
          {(task.subject.kind === 'pull' || task.subject.kind === 'prune') && task.progress !== null && (
            <Section title={t('output')}>
              <div className={styles.output}>{output}</div>
            </Section>
          )}
        </div>
      </PageBody>
    </>
  );
}

function SubjectView({ task }: { task: Task }) {
  const { subject } = task;
  switch (subject.kind) {
    case 'pull':
      return <PullView task={task} subject={subject} />;
    case 'saveImages':
      return <SaveView task={task} subject={subject} />;
    case 'loadImages':
      return <LoadView task={task} subject={subject} />;
    case 'prune':
      return <PruneView task={task} subject={subject} />;
    case 'loadModels':
      return (
        <TransferAmount label={subject.models.join(', ')} bytes={task.bytes} isRunning={task.state === 'running'} />
      );
    // Shown on pages of their own.
    case 'build':
    case 'buildAndRun':
    case 'replaceContainer':
    case 'runOllama':
    case 'pullModel':
    case 'createModel':
    case 'saveLog':
      return null;
  }
}

/** Where to go once it is done. */
function WhereItLed({ task: { state, subject } }: { task: Task }) {
  const t = useText(transferTexts);
  if (state !== 'done') return null;
  if (subject.kind === 'pull' && subject.imageId !== null) {
    return (
      <>
        <Button variant="default" renderRoot={(props) => <Link {...props} {...places.image(subject.imageId ?? '')} />}>
          {t('openImage')}
        </Button>
        <Button
          leftSection={<icons.start size={15} stroke={1.75} aria-hidden />}
          renderRoot={(props) => <Link {...props} {...places.runContainer({ image: subject.image })} />}
        >
          {t('runImage')}
        </Button>
      </>
    );
  }
  const place = subject.kind === 'prune' ? places.diskUse() : places.images();
  return (
    <Button renderRoot={(props) => <Link {...props} {...place} />}>
      {t(subject.kind === 'prune' ? 'openDisk' : 'openImages')}
    </Button>
  );
}

function TransferGone() {
  const t = useText(transferTexts);
  return (
    <FullPage
      icon={icons.activity}
      title={t('missing')}
      role="status"
      actions={
        <Button variant="default" renderRoot={(props) => <Link {...props} {...places.images()} />}>
          {t('backToImages')}
        </Button>
      }
    >
      {t('missingNext')}
    </FullPage>
  );
}
