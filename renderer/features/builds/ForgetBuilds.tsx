import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { BuildSummary } from '../../../electron/contract/builds';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { uiTexts } from '../../ui/locale';
import styles from './BuildHistory.module.css';
import { historyTexts } from './historyLocale';

/** Builds that are named one by one before they are forgotten. */
const namedCount = 8;

interface ForgetBuildsProps {
  builds: readonly BuildSummary[];
  onClose: () => void;
  onForgotten: () => void;
}

/** Asks before builds leave the history, and names them. */
export function ForgetBuilds({ builds, onClose, onForgotten }: ForgetBuildsProps) {
  const t = useText(historyTexts);
  const ui = useText(uiTexts);
  const format = useFormat();
  const api = useApi();
  const forget = useMutation({
    mutationFn: () => api.builds.forget({ taskIds: builds.map(({ taskId }) => taskId) }),
    onSuccess: onForgotten,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('forgetting', { count: builds.length })}
      size={480}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <div className={styles.dialog}>
        {forget.error !== null && <FailureNotice failure={toFailure(forget.error)} />}
        <p className={styles.words}>{t('forgetWhy')}</p>
        <ul className={styles.named}>
          {builds.slice(0, namedCount).map(({ taskId, tag, startedAtMs }) => (
            <li key={taskId}>
              {tag}, {format.dateTime(startedAtMs)}
            </li>
          ))}
          {builds.length > namedCount && <li>+{format.count(builds.length - namedCount)}</li>}
        </ul>
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {ui('cancel')}
          </Button>
          <Button color="red" loading={forget.isPending} onClick={() => forget.mutate()}>
            {t('forget')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
