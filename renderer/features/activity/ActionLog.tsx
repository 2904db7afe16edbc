import type { Action } from '../../../electron/contract/actions';
import { failureWords } from '../../lib/failures';
import { useLanguage, useText } from '../../lib/i18n';
import { taskTexts } from '../../lib/locales/taskWords';
import { CopyButton } from '../../ui/CopyButton';
import { RelativeTime } from '../../ui/RelativeTime';
import { Section } from '../../ui/Section';
import { Status } from '../../ui/Status';
import styles from './ActionLog.module.css';
import { activityTexts } from './locale';

/** What was done to containers, each as the `docker` line that does the same; secrets stand by their names. */
export function ActionLog({ actions }: { actions: readonly Action[] }) {
  const t = useText(activityTexts);
  return (
    <div className={styles.log}>
      <Section title={t('commands')}>
        <ol className={styles.lines} aria-label={t('commands')}>
          {actions.map((action) => (
            <Line key={action.id} action={action} />
          ))}
        </ol>
      </Section>
    </div>
  );
}

function Line({ action: { command, finishedAtMs, failure, startedAtMs } }: { action: Action }) {
  const t = useText(activityTexts);
  const words = useText(taskTexts);
  const language = useLanguage();
  const state = finishedAtMs === null ? 'running' : failure === null ? 'done' : 'failed';
  const tone = { running: 'busy', done: 'good', failed: 'bad' } as const;
  const why = failure === null ? undefined : failureWords(failure, language).what;
  return (
    <li className={styles.line}>
      <Status tone={tone[state]} word={words(state)} {...(why !== undefined && { title: why })} />
      <code className={`mono ${styles.command}`} title={command}>
        {command}
      </code>
      {why !== undefined && <span className={styles.why}>{why}</span>}
      <span className={styles.time}>
        <RelativeTime atMs={startedAtMs} />
      </span>
      <CopyButton text={command} label={t('copyCommand')} />
    </li>
  );
}
