import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef, useState } from 'react';
import type { TerminalHead, TerminalSession } from '../../../../electron/contract/terminal';
import { useApi } from '../../../lib/client';
import { useText } from '../../../lib/i18n';
import { useLinkConfirmation } from '../../../ui/LinkConfirmation';
import { Notice } from '../../../ui/Notice';
import { useTellFailure } from '../../../ui/useTellFailure';
import { connectScreen } from './connectScreen';
import { terminalTexts } from './locale';
import styles from './TerminalScreen.module.css';

/** One session on the screen: what it printed before, what it prints, and what is typed into it. */
export function TerminalScreen({ session, label }: { session: TerminalSession; label: string }) {
  const t = useText(terminalTexts);
  const api = useApi();
  const tellFailure = useTellFailure();
  const links = useLinkConfirmation();
  const box = useRef<HTMLDivElement>(null);
  const [head, setHead] = useState<TerminalHead | null>(null);
  const latest = useRef({ tellFailure, ask: links.ask });
  latest.current = { tellFailure, ask: links.ask };

  const inputLabel = t('screen');
  useEffect(() => {
    const node = box.current;
    if (node === null) return;
    return connectScreen({
      api,
      node,
      sessionId: session.id,
      inputLabel,
      onHead: setHead,
      onFailure: (error) => latest.current.tellFailure(error),
      onLink: (url) => latest.current.ask(url),
    });
  }, [api, session.id, inputLabel]);

  const end = session.end ?? head?.end ?? null;
  return (
    <div className={styles.screen}>
      {end !== null && (
        <div className={styles.notice}>
          <Notice
            tone={end.reason === 'exited' ? 'info' : 'warn'}
            title={
              end.reason === 'exited'
                ? end.exitCode === null
                  ? t('end.exitedUnknown')
                  : t('end.exited', { code: end.exitCode })
                : t(`end.${end.reason}`)
            }
          />
        </div>
      )}
      {/* A group, since the terminal's own text field inside is what takes the keys. */}
      <div
        ref={box}
        role="group"
        aria-label={label}
        className={styles.terminal}
        data-over={end !== null || undefined}
      />
      <p className={styles.keys}>
        {head !== null && head.firstOffset > 0 && `${t('dropped')} `}
        {t('keys')}
      </p>
      {links.question}
    </div>
  );
}
