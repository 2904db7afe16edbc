import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { dockerCommand } from '../../../electron/contract/commands';
import type { UnusedImage } from '../../../electron/contract/diskUse';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { useEngineGuard } from '../../live/useEngineGuard';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { uiTexts } from '../../ui/locale';
import { Notice } from '../../ui/Notice';
import diskStyles from './DiskPage.module.css';
import { diskTexts } from './diskLocale';
import { referencesOf } from './pruneChoice';
import styles from './RemoveImageDialog.module.css';

const mutationKey = ['prune'];

interface PruneDialogProps {
  images: readonly UnusedImage[];
  buildCache: boolean;
  onClose: () => void;
  onPrune: (taskId: string) => void;
}

/** Asks before a clean-up, and names everything that goes. */
export function PruneDialog({ images, buildCache, onClose, onPrune }: PruneDialogProps) {
  const t = useText(diskTexts);
  const ui = useText(uiTexts);
  const api = useApi();
  const cache = useQueryClient();
  const guard = useEngineGuard();
  const references = referencesOf(images);
  const prune = useMutation({
    mutationKey,
    mutationFn: () => api.disk.prune({ references, buildCache }),
    onSuccess: ({ taskId }) => onPrune(taskId),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('confirmTitle')}
      size={560}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <div className={styles.body}>
        {guard === 'lost' && <Notice tone="bad" title={t('engineLost')} />}
        {guard === 'switched' && <Notice tone="bad" title={t('engineSwitched')} />}
        {prune.error !== null && <FailureNotice failure={toFailure(prune.error)} />}
        {images.length > 0 && (
          <>
            <p className={styles.words}>{t('confirmImages', { count: images.length })}</p>
            <ul className={diskStyles.list}>
              {references.map((reference) => (
                <li key={reference}>{reference}</li>
              ))}
            </ul>
          </>
        )}
        {buildCache && <p className={styles.words}>{t('confirmCache')}</p>}
        {images.length > 0 && <p className={styles.words}>{t('confirmKept')}</p>}
        <CommandLine command={dockerCommand.prune(references, buildCache)} />
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {ui('cancel')}
          </Button>
          <Button
            color="red"
            disabled={guard !== 'same'}
            loading={prune.isPending}
            onClick={() => {
              if (cache.isMutating({ mutationKey }) === 0) prune.mutate();
            }}
          >
            {t('confirm')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
