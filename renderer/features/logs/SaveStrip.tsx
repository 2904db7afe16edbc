import { useApi } from '../../lib/client';
import { failureWords } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useLanguage, useText } from '../../lib/i18n';
import { useTask } from '../../live/useLive';
import { Progress } from '../../ui/Progress';
import { LogStrip, StripButton } from './LogStrip';
import { logTexts } from './locale';
import styles from './SaveStrip.module.css';

/** How far a log is on its way to a file. It goes on when the page is left; Activity shows it too. */
export function SaveStrip({ taskId, onDismiss }: { taskId: string; onDismiss: () => void }) {
  const t = useText(logTexts);
  const format = useFormat();
  const language = useLanguage();
  const api = useApi();
  const task = useTask(taskId);
  if (!task || task.subject.kind !== 'saveLog') return null;
  const { fileName, writtenBytes, cutBytes } = task.subject;
  if (task.state === 'running') {
    return (
      <LogStrip
        actions={<StripButton onClick={() => void api.tasks.cancel({ id: taskId })}>{t('stopSaving')}</StripButton>}
      >
        <span className={styles.saving}>
          {t('saving', { name: fileName })}
          <span className={styles.bar}>
            <Progress
              done={task.progress?.done ?? 0}
              total={task.progress?.total ?? null}
              label={t('saving', { name: fileName })}
            />
          </span>
          {format.bytes(writtenBytes)}
        </span>
      </LogStrip>
    );
  }
  if (task.state === 'done') {
    return (
      <LogStrip onDismiss={onDismiss}>
        {t('saved', { name: fileName, size: format.bytes(writtenBytes) })}
        {cutBytes > 0 && ` ${t('savedCut', { size: format.bytes(cutBytes) })}`}
      </LogStrip>
    );
  }
  if (task.failure === null) return null;
  const { what, next } = failureWords(task.failure, language);
  return (
    <LogStrip tone={task.failure.code === 'CANCELLED' ? 'note' : 'bad'} onDismiss={onDismiss}>
      {what} {next}
    </LogStrip>
  );
}
