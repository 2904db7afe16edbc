import { Button, Checkbox, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Container, ExportFormat } from '../../../electron/contract/containers';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { Choices } from '../../ui/Choices';
import { CopyButton } from '../../ui/CopyButton';
import { FailureNotice } from '../../ui/FailureNotice';
import { uiTexts } from '../../ui/locale';
import styles from './ExportDialog.module.css';
import { tableTexts } from './tableLocale';

const formats: readonly ExportFormat[] = ['dockerRun', 'compose', 'kubernetes'];

/** A container written down for others, to copy: made from what it really was created with. */
export function ExportDialog({ container, onClose }: { container: Container; onClose: () => void }) {
  const t = useText(tableTexts);
  const ui = useText(uiTexts);
  const api = useApi();
  const [format, setFormat] = useState<ExportFormat>('dockerRun');
  const [secrets, setSecrets] = useState(false);
  const { id, name } = container;
  const { data, error } = useQuery({
    queryKey: ['exportAs', id, format, secrets],
    // What is shown here holds secrets: it goes with the dialog.
    gcTime: 0,
    queryFn: ({ signal }) => api.containers.exportAs({ id, format, secrets }, { signal }),
  });
  const text = data?.text ?? '';
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('exportTitle', { name })}
      size={720}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <div className={styles.body}>
        <div className={styles.head}>
          <Choices
            label={t('format')}
            value={format}
            choices={formats.map((value) => ({ value, word: t(value) }))}
            onChange={setFormat}
          />
          <CopyButton text={text} label={t(format)} />
        </div>
        {error !== null && <FailureNotice failure={toFailure(error)} />}
        <section aria-label={t(format)}>
          <pre className={`mono ${styles.text}`} tabIndex={0}>
            {text}
          </pre>
        </section>
        <Checkbox
          label={t('withSecrets')}
          checked={secrets}
          onChange={(event) => setSecrets(event.currentTarget.checked)}
        />
        <p className={styles.note}>{secrets ? t('secretsIn') : t(`secretsOut.${format}`)}</p>
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {ui('close')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
