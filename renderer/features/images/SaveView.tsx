import type { Task, TaskSubject } from '../../../electron/contract/tasks';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { Facts } from '../../ui/Facts';
import { TransferAmount } from '../../ui/TransferAmount';
import { Fingerprint, NameList } from './ArchiveFacts';
import styles from './TransferPage.module.css';
import { transferTexts } from './transferLocale';

type SaveSubject = Extract<TaskSubject, { kind: 'saveImages' }>;

/** How far a save is, and what the file holds. */
export function SaveView({ task, subject }: { task: Task; subject: SaveSubject }) {
  const t = useText(transferTexts);
  const format = useFormat();
  const isRunning = task.state === 'running';
  return (
    <>
      {isRunning && (
        <div>
          <p className={styles.doing}>{t(task.bytes === null ? 'preparing' : 'saving')}</p>
          <TransferAmount label={subject.fileName} bytes={task.bytes} isRunning />
        </div>
      )}
      <Facts
        rows={[
          { name: t('images'), value: <NameList names={subject.images} /> },
          ...(subject.sizeBytes === null ? [] : [{ name: t('archiveSize'), value: format.bytes(subject.sizeBytes) }]),
          ...(subject.fingerprint === null
            ? []
            : [{ name: t('fingerprint'), value: <Fingerprint text={subject.fingerprint} /> }]),
        ]}
      />
    </>
  );
}
