import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { CopyButton } from '../../ui/CopyButton';
import { FailureNotice } from '../../ui/FailureNotice';
import styles from './AttachmentDialog.module.css';
import { chatTexts } from './locale';

interface AttachmentDialogProps {
  conversationId: string;
  messageId: string;
  index: number;
  name: string;
  onClose: () => void;
}

/** The text of a file as it went along with a message. */
export function AttachmentDialog({ conversationId, messageId, index, name, onClose }: AttachmentDialogProps) {
  const t = useText(chatTexts);
  const api = useApi();
  const file = useQuery({
    queryKey: ['attachment', messageId, index],
    queryFn: () => api.chat.attachment({ conversationId, messageId, index }),
    gcTime: 0,
    retry: false,
  });
  return (
    <Modal opened onClose={onClose} size={720} title={name}>
      {file.error && <FailureNotice failure={toFailure(file.error)} />}
      {file.data && (
        <>
          <div className={styles.tools}>
            <CopyButton text={file.data.text} label={t('copyFile')} />
          </div>
          <pre className={`mono ${styles.text}`} tabIndex={0}>
            {file.data.text}
          </pre>
        </>
      )}
    </Modal>
  );
}
