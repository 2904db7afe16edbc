import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExportFormat } from '../../../electron/contract/archive';
import type { Conversation } from '../../../electron/contract/chat';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useLanguage, useText } from '../../lib/i18n';
import { Choices } from '../../ui/Choices';
import { FailureNotice } from '../../ui/FailureNotice';
import { Markdown } from '../../ui/Markdown';
import { useTellDone } from '../../ui/useTellDone';
import { useTellFailure } from '../../ui/useTellFailure';
import styles from './ExportDialog.module.css';
import { chatTexts } from './locale';

/** UTF-16 units that the preview shows. */
const previewLimit = 20_000;

interface ExportDialogProps {
  /** Null for all of them, which have no preview. */
  conversation: Conversation | null;
  onClose: () => void;
}

/** Writes a conversation, or all of them, into a file; one can be looked at and copied first. */
export function ExportDialog({ conversation, onClose }: ExportDialogProps) {
  const t = useText(chatTexts);
  const api = useApi();
  const format = useFormat();
  const language = useLanguage();
  const tellDone = useTellDone();
  const tellFailure = useTellFailure();
  const [kind, setKind] = useState<ExportFormat>('markdown');
  const [isWriting, setWriting] = useState(false);
  const [failure, setFailure] = useState<FailureValue | null>(null);
  const conversationId = conversation?.id;
  const preview = useQuery({
    queryKey: ['exportText', conversationId, kind, language],
    queryFn: () => api.archive.exportText({ conversationId: conversationId ?? '', format: kind, language }),
    enabled: conversationId !== undefined,
    gcTime: 0,
    retry: false,
  });

  async function save() {
    const suggestedName = preview.data?.suggestedName ?? `${t('exportAllName')}.${kind === 'markdown' ? 'md' : 'json'}`;
    const extensions = [kind === 'markdown' ? 'md' : 'json'];
    const { picked } = await api.host.pickSaveFile({ suggestedName, extensions });
    if (picked === null) return;
    const conversationIds = conversationId === undefined ? null : [conversationId];
    setWriting(true);
    const { conversations, sizeBytes } = await api.archive.export({
      conversationIds,
      format: kind,
      language,
      grant: picked.grant,
    });
    tellDone(t('exported', { count: conversations, size: format.bytes(sizeBytes), name: picked.name }));
    onClose();
  }

  const text = preview.data?.text ?? '';
  return (
    <Modal
      opened
      onClose={onClose}
      size={conversation ? 720 : 480}
      title={conversation ? t('exportTitle') : t('exportAllTitle')}
    >
      <div className={styles.choice}>
        <Choices
          label={t('exportFormat')}
          value={kind}
          onChange={setKind}
          choices={[
            { value: 'markdown', word: 'Markdown' },
            { value: 'json', word: 'JSON' },
          ]}
        />
        <span className={styles.why}>{t(kind === 'markdown' ? 'exportMarkdownWhy' : 'exportJsonWhy')}</span>
      </div>
      {(failure ?? preview.error) && <FailureNotice failure={failure ?? toFailure(preview.error)} />}
      {conversation && (
        <section className={styles.preview} aria-label={t('preview')} tabIndex={0}>
          {kind === 'markdown' ? (
            <Markdown text={text.slice(0, previewLimit)} />
          ) : (
            <pre className="mono">{text.slice(0, previewLimit)}</pre>
          )}
          {text.length > previewLimit && <p className={styles.why}>{t('previewCut')}</p>}
        </section>
      )}
      <div className={styles.actions}>
        {conversation && (
          <Button
            variant="default"
            disabled={text === ''}
            onClick={() => api.host.copyText({ text }).then(() => tellDone(t('copiedAll')), tellFailure)}
          >
            {t('copyAll')}
          </Button>
        )}
        <Button
          loading={isWriting}
          onClick={() => {
            setFailure(null);
            save()
              .catch((error: unknown) => setFailure(toFailure(error)))
              .finally(() => setWriting(false));
          }}
        >
          {t('saveAs')}
        </Button>
      </div>
    </Modal>
  );
}
