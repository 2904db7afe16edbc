import { Link } from '@tanstack/react-router';
import { canStop, containerStatus, mainPort } from '../../lib/containerStatus';
import { exitWords } from '../../lib/exitCode';
import { failureWords } from '../../lib/failures';
import { useLanguage, useText } from '../../lib/i18n';
import { containerTexts } from '../../lib/locales/containerWords';
import { taskTexts } from '../../lib/locales/taskWords';
import { painted } from '../../lib/painted';
import { places } from '../../lib/places';
import { taskTitle } from '../../lib/taskWords';
import { useContainerTable, useConversations, useEngineReady, useTasks } from '../../live/useLive';
import { icons } from '../../ui/icons';
import { OutsideLink } from '../../ui/OutsideLink';
import { RelativeTime } from '../../ui/RelativeTime';
import { Section } from '../../ui/Section';
import { Status } from '../../ui/Status';
import { homeTexts } from './locale';
import styles from './RecentWork.module.css';

const shownAtMost = 6;

/** What runs, what failed, what was talked about; nothing where there is nothing of it yet. */
export function RecentWork() {
  const t = useText(homeTexts);
  const ready = useEngineReady();
  const containers = useContainerTable()?.containers ?? [];
  const conversations = useConversations() ?? [];
  const tasks = useTasks() ?? [];
  const known = containers.length > 0 || conversations.length > 0 || tasks.some(({ state }) => state === 'failed');
  if (!known) return null;
  return (
    <div className={styles.columns} data-stale={!ready || undefined}>
      <div>
        <Attention />
        <Running />
      </div>
      <Section
        title={t('conversations')}
        actions={
          conversations.length > shownAtMost && (
            <Link {...places.chat()}>{t('all', { count: conversations.length })}</Link>
          )
        }
      >
        {conversations.length === 0 && <p className={styles.none}>{t('noConversations')}</p>}
        <ul className={styles.rows}>
          {conversations.slice(0, shownAtMost).map(({ id, title, updatedAtMs }) => (
            <li key={id} className={styles.row}>
              <icons.chat size={15} stroke={1.75} className={styles.soft} aria-hidden />
              <Link {...places.conversation(id)} className={styles.name}>
                {title || t('untitled')}
              </Link>
              <span className={styles.soft}>
                <RelativeTime atMs={updatedAtMs} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

function Running() {
  const t = useText(homeTexts);
  const word = useText(containerTexts);
  const containers = useContainerTable()?.containers ?? [];
  const running = containers.filter(canStop);
  return (
    <Section
      title={t('running')}
      actions={
        running.length > shownAtMost && (
          <Link {...places.containers({ show: 'running' })}>{t('all', { count: running.length })}</Link>
        )
      }
    >
      {running.length === 0 && <p className={styles.none}>{t('nothingRuns')}</p>}
      <ul className={styles.rows}>
        {running.slice(0, shownAtMost).map((container) => {
          const status = containerStatus(container);
          const port = mainPort(container);
          return (
            <li key={container.id} className={styles.row}>
              <Link {...painted} {...places.container(container.id)} className={styles.name}>
                {container.name}
              </Link>
              {port !== null && <OutsideLink url={`http://127.0.0.1:${port}`}>{port}</OutsideLink>}
              <span className={styles.state}>
                <Status tone={status.tone} word={word(status.word)} />
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Attention() {
  const t = useText(homeTexts);
  const language = useLanguage();
  const taskWord = useText(taskTexts);
  const failed = (useContainerTable()?.containers ?? []).filter(
    (container) => container.state !== 'running' && containerStatus(container).tone === 'bad',
  );
  const tasks = useTasks() ?? [];
  // The first steps tell of their own build.
  const ofSteps = new Set(tasks.map(({ subject }) => (subject.kind === 'buildAndRun' ? subject.buildTaskId : null)));
  // Only the last try of the same work counts: a later one that went well makes it good.
  const failedTasks = tasks.filter(({ id, state, subject: own }, index) => {
    if (state !== 'failed' || own.kind !== 'build' || ofSteps.has(id)) return false;
    return tasks.findIndex(({ subject }) => subject.kind === 'build' && subject.tag === own.tag) === index;
  });
  if (failed.length + failedTasks.length === 0) return null;
  return (
    <Section title={t('attention')}>
      <ul className={styles.rows}>
        {failedTasks.slice(0, 3).map((task) => (
          <li key={task.id} className={styles.row}>
            <icons.failed size={15} stroke={1.9} className={styles.bad} aria-hidden />
            <Link {...places.build(task.id)} className={styles.name}>
              {taskTitle(task, taskWord)}
            </Link>
            {task.failure !== null && <span className={styles.why}>{failureWords(task.failure, language).what}</span>}
          </li>
        ))}
        {failed.slice(0, shownAtMost).map((container) => (
          <li key={container.id} className={styles.row}>
            <icons.failed size={15} stroke={1.9} className={styles.bad} aria-hidden />
            <Link {...places.container(container.id, 'logs')} className={styles.name}>
              {container.name}
            </Link>
            {container.exitCode !== null && (
              <span className={styles.why}>{exitWords(container.exitCode, container.outOfMemory, language)}</span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
