import type { Task, TaskSubject } from '../../../electron/contract/tasks';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { Facts } from '../../ui/Facts';
import { Progress } from '../../ui/Progress';
import { NameList } from './ArchiveFacts';
import styles from './TransferPage.module.css';
import { transferTexts } from './transferLocale';

type PruneSubject = Extract<TaskSubject, { kind: 'prune' }>;

/** How far a clean-up is, and what it brought. */
export function PruneView({ task, subject }: { task: Task; subject: PruneSubject }) {
  const t = useText(transferTexts);
  const format = useFormat();
  const what = [
    ...(subject.imageCount > 0 ? [t('removed', { count: subject.imageCount })] : []),
    ...(subject.withBuildCache ? [t('withCache')] : []),
  ].join(' ');
  return (
    <>
      {task.state === 'running' && (
        <div>
          <p className={styles.doing}>{t('removing')}</p>
          <Progress done={task.progress?.done ?? 0} total={task.progress?.total ?? null} label={t('removing')} />
        </div>
      )}
      <Facts
        rows={[
          { name: t('images'), value: what },
          ...(subject.freedBytes === null ? [] : [{ name: t('freed'), value: format.bytes(subject.freedBytes) }]),
          ...(subject.kept.length === 0 ? [] : [{ name: t('kept'), value: <NameList names={subject.kept} /> }]),
        ]}
      />
    </>
  );
}
