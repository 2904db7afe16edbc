import type { ReactNode } from 'react';
import type { FailureValue } from '../../electron/contract/failures';
import { failureWords } from '../lib/failures';
import { useLanguage, useText } from '../lib/i18n';
import styles from './FailureNotice.module.css';
import { IconButton } from './IconButton';
import { icons } from './icons';
import { uiTexts } from './locale';
import { Notice } from './Notice';

interface FailureNoticeProps {
  failure: FailureValue;
  /** What was tried, as a prefix: "Stop llm-api". */
  during?: string;
  /** Buttons that help with this failure. */
  actions?: ReactNode;
  onDismiss?: () => void;
  announced?: boolean;
}

/** A failure in words: what happened, what to do next, the texts of others below. */
export function FailureNotice({ failure, during, actions, onDismiss, announced }: FailureNoticeProps) {
  const t = useText(uiTexts);
  const { what, next, raw } = failureWords(failure, useLanguage());
  return (
    <Notice
      tone={failure.code === 'CANCELLED' ? 'info' : 'bad'}
      title={during === undefined ? what : `${during}: ${what}`}
      announced={announced}
      actions={
        <>
          {actions}
          {onDismiss !== undefined && <IconButton icon={icons.close} label={t('dismiss')} onClick={onDismiss} />}
        </>
      }
    >
      <div>{next}</div>
      {raw.length > 0 && <pre className={`mono ${styles.raw}`}>{raw.join('\n')}</pre>}
    </Notice>
  );
}
