import { Button, Checkbox } from '@mantine/core';
import { useEffect, useState } from 'react';
import { dockerCommand } from '../../../../electron/contract/commands';
import type { Container } from '../../../../electron/contract/containers';
import type { TerminalSession } from '../../../../electron/contract/terminal';
import { useApi } from '../../../lib/client';
import { followWatch } from '../../../lib/followWatch';
import { useText } from '../../../lib/i18n';
import { useEngineReady } from '../../../live/useLive';
import { Choices } from '../../../ui/Choices';
import { CommandLine } from '../../../ui/CommandLine';
import { FullPage } from '../../../ui/FullPage';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { useTellFailure } from '../../../ui/useTellFailure';
import { terminalTexts } from './locale';
import { TerminalScreen } from './TerminalScreen';
import styles from './TerminalTab.module.css';

/** Size of a terminal until its screen is measured. */
const firstSize = { columns: 80, rows: 24 };

const shells = ['auto', 'bash', 'sh'] as const;

/** Shells in a container, several side by side; they live in main and are found again here. */
export function TerminalTab({ container }: { container: Container }) {
  const t = useText(terminalTexts);
  const api = useApi();
  const ready = useEngineReady();
  const tellFailure = useTellFailure();
  const sessions = useSessions(container.id);
  const [chosen, setChosen] = useState<string | null>(null);
  const [shell, setShell] = useState<TerminalSession['shell']>('auto');
  const [asRoot, setAsRoot] = useState(false);
  const [opening, setOpening] = useState(false);

  const off = !ready || opening || container.state !== 'running';
  const shown = sessions?.find(({ id }) => id === chosen) ?? sessions?.at(-1);
  const titleOf = (session: TerminalSession) =>
    t(session.asRoot ? 'sessionRoot' : 'session', { number: session.number });

  const open = async () => {
    setOpening(true);
    try {
      const session = await api.terminal.open({ containerId: container.id, ...firstSize, shell, asRoot });
      setChosen(session.id);
    } catch (error) {
      tellFailure(error);
    } finally {
      setOpening(false);
    }
  };
  const choices = (
    <>
      <Choices
        label={t('shell')}
        value={shell}
        choices={shells.map((value) => ({ value, word: t(`shell.${value}`) }))}
        onChange={setShell}
      />
      <Checkbox label={t('asRoot')} checked={asRoot} onChange={(event) => setAsRoot(event.currentTarget.checked)} />
    </>
  );

  if (sessions === undefined) return null;
  if (shown === undefined) {
    const isRunning = container.state === 'running';
    return (
      <FullPage
        icon={icons.command}
        title={t(isRunning ? 'empty' : 'stopped', { name: container.name })}
        actions={
          isRunning && (
            <div className={styles.first}>
              <div className={styles.choices}>{choices}</div>
              <Button disabled={off} onClick={() => void open()}>
                {t('open')}
              </Button>
              <CommandLine label={t('same')} command={dockerCommand.exec(container.name, { shell, asRoot })} />
            </div>
          )
        }
      >
        {t(isRunning ? 'emptyNext' : 'stoppedNext')}
      </FullPage>
    );
  }
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <div className={styles.sessions} role="tablist" aria-label={t('title')}>
          {sessions.map((session) => {
            const title = titleOf(session);
            return (
              <span key={session.id} className={styles.session} data-here={session.id === shown.id || undefined}>
                <button
                  type="button"
                  role="tab"
                  aria-selected={session.id === shown.id}
                  className={styles.title}
                  data-over={session.end !== null || undefined}
                  onClick={() => setChosen(session.id)}
                >
                  {title}
                </button>
                <IconButton
                  icon={icons.close}
                  label={t('close', { title })}
                  onClick={() => void api.terminal.close({ sessionId: session.id }).catch(tellFailure)}
                />
              </span>
            );
          })}
        </div>
        <div className={styles.choices}>
          {choices}
          <Button
            variant="default"
            disabled={off}
            title={dockerCommand.exec(container.name, { shell, asRoot })}
            leftSection={<icons.add size={15} aria-hidden />}
            onClick={() => void open()}
          >
            {t('another')}
          </Button>
        </div>
      </div>
      <TerminalScreen
        key={shown.id}
        session={shown}
        label={t('label', { title: titleOf(shown), name: container.name })}
      />
    </div>
  );
}

/** The sessions of a container as main keeps them; undefined until main told. */
function useSessions(containerId: string): TerminalSession[] | undefined {
  const api = useApi();
  const [known, setKnown] = useState<{ containerId: string; sessions: TerminalSession[] }>();
  useEffect(() => {
    const leaving = new AbortController();
    void followWatch({
      open: () => api.terminal.watch({ containerId }, { signal: leaving.signal }),
      onItem: ({ sessions }) => setKnown({ containerId, sessions }),
      signal: leaving.signal,
    });
    return () => leaving.abort();
  }, [api, containerId]);
  return known?.containerId === containerId ? known.sessions : undefined;
}
