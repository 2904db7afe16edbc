import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { chatTexts } from './locale';
import type { AttachmentProblem } from './readTextFile';

/** Says which files do not go along, why, and what to do. */
export function AttachmentProblems({
  problems,
  onDismiss,
}: {
  problems: readonly AttachmentProblem[];
  onDismiss: () => void;
}) {
  const t = useText(chatTexts);
  const format = useFormat();
  if (problems.length === 0) return null;
  const words = (problem: AttachmentProblem) => {
    const name = 'name' in problem ? problem.name : '';
    const limit = 'limit' in problem ? format.count(problem.limit) : '';
    return t(`attach.${problem.reason}`, { name, limit });
  };
  return (
    <Notice
      tone="warn"
      title={t('notAttached')}
      actions={<IconButton icon={icons.close} label={t('dismiss')} onClick={onDismiss} />}
    >
      {problems.map((problem, at) => (
        <div key={String(at)}>{words(problem)}</div>
      ))}
    </Notice>
  );
}
