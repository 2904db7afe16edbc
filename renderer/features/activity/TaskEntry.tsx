import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Task } from '../../../electron/contract/tasks';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { taskTexts } from '../../lib/locales/taskWords';
import { places } from '../../lib/places';
import { taskPlace, taskTitle, taskTone } from '../../lib/taskWords';
import { useNow } from '../../lib/useNow';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { uiTexts } from '../../ui/locale';
import { Progress } from '../../ui/Progress';
import { RelativeTime } from '../../ui/RelativeTime';
import { Status } from '../../ui/Status';
import styles from './ActivityPage.module.css';
import { activityTexts } from './locale';

/** One task: its state, title, times and progress in a line; below it why it failed and the command that does the same. */
export function TaskEntry({ task }: { task: Task }) {
  const t = useText(activityTexts);
  const words = useText(taskTexts);
  const ui = useText(uiTexts);
  const api = useApi();
  const cancel = useMutation({ mutationFn: () => api.tasks.cancel({ id: task.id }) });
  const retry = useMutation({ mutationFn: () => api.tasks.retry({ id: task.id }) });
  const title = taskTitle(task, words);
  const isRunning = task.state === 'running';
  const refused = cancel.error === null || !isRunning ? null : toFailure(cancel.error);
  const { subject } = task;
  const isPhased =
    subject.kind === 'buildAndRun' || subject.kind === 'replaceContainer' || subject.kind === 'runOllama';
  const phase = isRunning && isPhased ? words(`phase.${subject.phase}`) : null;
  const buildId = buildOf(task);
  const place = buildId === null && task.subject.kind === 'buildAndRun' ? null : taskPlace(task);
  return (
    <li className={styles.task} aria-label={title}>
      <div className={styles.line}>
        <span role="status">
          <Status tone={taskTone(task.state)} word={words(task.state)} />
        </span>
        <span className={styles.title} title={title}>
          {place === null ? title : <Link {...place}>{title}</Link>}
          {phase !== null && <span className={styles.phase}>{phase}</span>}
        </span>
        <span className={styles.number}>
          <RelativeTime atMs={task.startedAtMs} />
        </span>
        <Duration task={task} />
        <TaskProgress task={task} label={title} />
        <span className={styles.actions}>
          {isRunning && (
            <Button
              variant="default"
              loading={cancel.isPending}
              aria-label={t('cancelOf', { title })}
              onClick={() => cancel.mutate()}
            >
              {t('cancel')}
            </Button>
          )}
          {task.canRetry && (task.state === 'failed' || task.state === 'cancelled') && (
            <Button
              variant="default"
              loading={retry.isPending}
              aria-label={t('retryOf', { title })}
              onClick={() => retry.mutate()}
            >
              {ui('retry')}
            </Button>
          )}
          <WhereItLed task={task} buildId={buildId} />
        </span>
      </div>
      <div className={styles.detail}>
        {retry.error !== null && <FailureNotice failure={toFailure(retry.error)} onDismiss={() => retry.reset()} />}
        {refused !== null && <FailureNotice failure={refused} onDismiss={() => cancel.reset()} />}
        {task.failure !== null && task.failure.code !== 'CANCELLED' && (
          <FailureNotice failure={task.failure} announced={false} />
        )}
        <CommandLine command={task.command} />
      </div>
    </li>
  );
}

/** The build that shows what a task does, by task id; null for none (yet). */
function buildOf({ id, subject }: Task): string | null {
  if (subject.kind === 'build') return id;
  return subject.kind === 'buildAndRun' ? subject.buildTaskId : null;
}

function Duration({ task }: { task: Task }) {
  const t = useText(activityTexts);
  const format = useFormat();
  if (task.finishedAtMs === null) return <RunningFor sinceMs={task.startedAtMs} />;
  return (
    <span className={styles.number} title={t('took')}>
      {format.duration(task.finishedAtMs - task.startedAtMs)}
    </span>
  );
}

function RunningFor({ sinceMs }: { sinceMs: number }) {
  const t = useText(activityTexts);
  const format = useFormat();
  const nowMs = useNow('second');
  return (
    <span className={styles.number} title={t('running')}>
      {format.duration(nowMs - sinceMs)}
    </span>
  );
}

function TaskProgress({ task, label }: { task: Task; label: string }) {
  const t = useText(activityTexts);
  const format = useFormat();
  const { progress, bytes } = task;
  const counted = bytes ?? progress;
  const isRunning = task.state === 'running';
  return (
    <span className={styles.progress}>
      {isRunning && <Progress done={counted?.done ?? 0} total={counted?.total ?? null} label={label} />}
      {bytes !== null && (
        <span>
          {format.bytes(bytes.done)}
          {bytes.total !== null && bytes.total !== bytes.done && ` / ${format.bytes(bytes.total)}`}
          {isRunning && bytes.perSecond !== null && `  ·  ${format.bytes(bytes.perSecond)}/s`}
        </span>
      )}
      {bytes === null && progress !== null && t('steps', { done: progress.done, total: progress.total })}
    </span>
  );
}

/** The page with more: the build, the container that came of it, or Home while a first run is under way. */
function WhereItLed({ task: { state, subject }, buildId }: { task: Task; buildId: string | null }) {
  const t = useText(activityTexts);
  const place = (() => {
    if (subject.kind === 'buildAndRun' && state === 'running') return { to: places.home(), word: t('followHome') };
    if (subject.kind === 'buildAndRun' && state === 'done' && subject.containerId !== null) {
      const word = t('openContainer', { name: subject.containerName ?? subject.containerId.slice(0, 12) });
      return { to: places.container(subject.containerId), word };
    }
    return buildId === null ? null : { to: places.build(buildId), word: t('openBuild') };
  })();
  if (place === null) return null;
  return (
    <Button variant="default" renderRoot={(props) => <Link {...props} {...place.to} />}>
      {place.word}
    </Button>
  );
}
