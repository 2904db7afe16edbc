import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Task } from '../../electron/contract/tasks';
import { engineName } from '../lib/engineName';
import { failureWords } from '../lib/failures';
import { useFormat } from '../lib/format';
import { useLanguage, useText } from '../lib/i18n';
import { taskTexts } from '../lib/locales/taskWords';
import { places } from '../lib/places';
import { taskPlace, taskTitle } from '../lib/taskWords';
import { useAbout, useEngine, useTasks } from '../live/useLive';
import { useTotalUse } from '../live/useTotalUse';
import { icons } from '../ui/icons';
import { Progress } from '../ui/Progress';
import { FilesToFetch } from './FilesToFetch';
import { appTexts } from './locale';
import styles from './StatusBar.module.css';

/** Engine version and state, what runs with its progress, and what everybody should know. Read out when it changes. */
export function StatusBar() {
  const t = useText(appTexts);
  const about = useAbout();
  const tasks = useTasks() ?? [];
  // A build that another task started is told by that one.
  const started = new Set(tasks.map(({ subject }) => (subject.kind === 'buildAndRun' ? subject.buildTaskId : null)));
  const running = tasks.filter((task) => task.state === 'running' && !started.has(task.id));
  const [first, ...others] = running;
  return (
    <footer className={styles.bar} aria-label={t('statusBar')}>
      <EngineWords />
      <FinishedTask tasks={tasks} />
      <div className={styles.right}>
        <TotalUse />
        {first !== undefined && <RunningTask task={first} />}
        {others.length > 0 && <Link {...places.activity()}>{t('moreTasks', { count: others.length })}</Link>}
        <FilesToFetch />
        {about?.sandboxed === false && (
          <span className={styles.warning} title={t('unprotectedWhy')}>
            <icons.unprotected size={14} stroke={1.75} aria-hidden />
            {t('unprotected')}
          </span>
        )}
      </div>
    </footer>
  );
}

function EngineWords() {
  const t = useText(appTexts);
  const format = useFormat();
  const language = useLanguage();
  const engine = useEngine();
  const facts = engine?.phase === 'ready' ? engine.facts : null;
  const announced = (() => {
    if (engine === undefined || engine.phase === 'connecting') return t('engineConnecting');
    if (facts !== null) return t('engineSaid', { engine: engineName(facts) });
    return engine.failure === null ? t('engineLost') : failureWords(engine.failure, language).what;
  })();
  return (
    <>
      <span className="hiddenVisually" role="status">
        {announced}
      </span>
      <span className={styles.engine} aria-hidden={facts === null || undefined}>
        {facts === null
          ? announced
          : [
              engineName(facts),
              t('api', { version: facts.apiVersion }),
              facts.operatingSystem,
              t('cpus', { count: facts.cpuCount }),
              format.bytes(facts.memoryBytes),
            ].join('  ·  ')}
      </span>
    </>
  );
}

/** What all running containers take of the machine; nothing while none runs. */
function TotalUse() {
  const t = useText(appTexts);
  const format = useFormat();
  const total = useTotalUse();
  if (total === null || total.containerCount === 0) return null;
  const { cpuPercent, memoryBytes } = total;
  return (
    <span className={styles.use} title={t('useWhy', { count: total.containerCount })}>
      <span>{t('useCpu', { share: cpuPercent === null ? '…' : format.percent(cpuPercent) })}</span>
      <span>{t('useMemory', { amount: format.bytes(memoryBytes) })}</span>
    </span>
  );
}

/** Reads out what ended while the window is open. */
function FinishedTask({ tasks }: { tasks: Task[] }) {
  const t = useText(taskTexts);
  const [openedAtMs] = useState(() => Date.now());
  const ended = tasks.filter(({ finishedAtMs }) => (finishedAtMs ?? 0) > openedAtMs);
  const last = ended.sort((a, b) => (b.finishedAtMs ?? 0) - (a.finishedAtMs ?? 0))[0];
  return (
    <span className="hiddenVisually" role="status">
      {last === undefined ? '' : `${taskTitle(last, t)}: ${t(last.state)}`}
    </span>
  );
}

function RunningTask({ task }: { task: Task }) {
  const t = useText(taskTexts);
  const title = taskTitle(task, t);
  const format = useFormat();
  const { progress, bytes } = task;
  return (
    <Link {...(taskPlace(task) ?? places.activity())} className={styles.task}>
      <span>{title}</span>
      <span className={styles.progress}>
        <Progress done={(bytes ?? progress)?.done ?? 0} total={(bytes ?? progress)?.total ?? null} label={title} />
      </span>
      {progress !== null && bytes === null && (
        <span className={styles.steps}>
          {progress.done}/{progress.total}
        </span>
      )}
      {bytes !== null && (
        <span className={styles.steps}>
          {format.bytes(bytes.done)}
          {bytes.total !== null && ` / ${format.bytes(bytes.total)}`}
        </span>
      )}
    </Link>
  );
}
