import { useMutation } from '@tanstack/react-query';
import type { PickedFile } from '../../../electron/contract/host';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { FormDialog } from '../../ui/FormDialog';
import { imagesTexts } from './locale';

interface LoadDroppedDialogProps {
  picked: PickedFile;
  /** Gets the task that loads. */
  onBegun: (taskId: string) => void;
  onClose: () => void;
}

/** Asks before an archive that was dropped is loaded: a hand slips more easily than it picks. */
export function LoadDroppedDialog({ picked, onBegun, onClose }: LoadDroppedDialogProps) {
  const t = useText(imagesTexts);
  const api = useApi();
  const load = useMutation({
    mutationFn: () => api.imageArchives.load({ grant: picked.grant }),
    onSuccess: ({ taskId }) => onBegun(taskId),
  });
  return (
    <FormDialog
      title={t('loadDropped')}
      submitWord={t('loadNow')}
      off={false}
      busy={load.isPending}
      onSubmit={() => load.mutate()}
      onClose={onClose}
    >
      <div className="mono">{picked.name}</div>
      <div>{t('loadDroppedWhy')}</div>
      {load.error !== null && <FailureNotice failure={toFailure(load.error)} />}
    </FormDialog>
  );
}
