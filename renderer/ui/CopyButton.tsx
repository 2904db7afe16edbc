import { useEffect, useState } from 'react';
import { useApi } from '../lib/client';
import { useText } from '../lib/i18n';
import { IconButton } from './IconButton';
import { type Icon, icons } from './icons';
import { uiTexts } from './locale';
import { useTellFailure } from './useTellFailure';

/** Puts `text` on the clipboard and says so. */
export function CopyButton({ text, label, icon = icons.copy }: { text: string; label?: string; icon?: Icon }) {
  const t = useText(uiTexts);
  const api = useApi();
  const tellFailure = useTellFailure();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);

  return (
    <>
      <IconButton
        icon={copied ? icons.check : icon}
        label={label ?? t('copy')}
        onClick={() => api.host.copyText({ text }).then(() => setCopied(true), tellFailure)}
      />
      <span className="hiddenVisually" role="status">
        {copied ? t('copied') : ''}
      </span>
    </>
  );
}
