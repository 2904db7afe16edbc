import { Button, Modal } from '@mantine/core';
import { type ReactNode, useCallback, useState } from 'react';
import type { FailureValue } from '../../electron/contract/failures';
import { useApi } from '../lib/client';
import { toFailure } from '../lib/failures';
import { useText } from '../lib/i18n';
import { CopyButton } from './CopyButton';
import { FailureNotice } from './FailureNotice';
import styles from './LinkConfirmation.module.css';
import { uiTexts } from './locale';
import { markdownTexts } from './markdownLocale';

/** The address as it is really asked for, or null where it is none that Wharf opens. */
function parsed(url: string): URL | null {
  try {
    const address = new URL(url);
    return address.protocol === 'http:' || address.protocol === 'https:' ? address : null;
  } catch {
    return null;
  }
}

/**
 * Links in text of others (model output, logs) open only after a person saw the host they lead to.
 * @returns `ask` opens the question for an address, `question` is to be rendered once
 */
export function useLinkConfirmation(): { ask: (url: string) => void; question: ReactNode } {
  const [url, setUrl] = useState<string | null>(null);
  const ask = useCallback((asked: string) => setUrl(parsed(asked)?.href ?? null), []);
  return { ask, question: url !== null && <LinkQuestion key={url} url={url} onClose={() => setUrl(null)} /> };
}

function LinkQuestion({ url, onClose }: { url: string; onClose: () => void }) {
  const t = useText(markdownTexts);
  const common = useText(uiTexts);
  const api = useApi();
  const [failure, setFailure] = useState<FailureValue | null>(null);
  const host = parsed(url)?.host ?? '';
  const open = () =>
    api.host.openLink({ url }).then(onClose, (error: unknown) => {
      setFailure(toFailure(error));
    });
  return (
    <Modal opened onClose={onClose} title={t('openLink', { host })}>
      <p className={styles.words}>{t('linkOfOthers')}</p>
      <div className={styles.address}>
        <code className={`mono ${styles.url}`}>{url}</code>
        <CopyButton text={url} label={t('copyAddress')} />
      </div>
      {failure && <FailureNotice failure={failure} />}
      <div className={styles.actions}>
        <Button variant="default" onClick={onClose}>
          {common('cancel')}
        </Button>
        <Button data-autofocus onClick={open}>
          {t('open')}
        </Button>
      </div>
    </Modal>
  );
}
