import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { type AnswerSettings, isPlain, plainSettings } from '../../../../electron/contract/answers';
import { useText } from '../../../lib/i18n';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { answersTexts } from './locale';
import { RequestsPanel } from './RequestsPanel';
import { SettingsPanel } from './SettingsPanel';

/** What an answer can ask of the conversation around it. */
interface PanelTools {
  showRequest: (requestId: string) => void;
  openSettings: () => void;
}

const PanelContext = createContext<PanelTools | null>(null);

/** The panels beside the conversation; null where there are none. */
export function usePanelTools(): PanelTools | null {
  return useContext(PanelContext);
}

type Open = { kind: 'settings' } | { kind: 'requests'; requestId: string | null };

interface ChatPanelOptions {
  /** Null while there is none: then no requests either. */
  conversationId: string | null;
  settings: AnswerSettings | undefined;
  onSettings: (settings: AnswerSettings) => void;
  onShowTurn: (messageId: string) => void;
}

/** The panels of a conversation: its settings and its requests. `around` gives answers the way to them. */
export function useChatPanel({ conversationId, settings, onSettings, onShowTurn }: ChatPanelOptions) {
  const t = useText(answersTexts);
  const [open, setOpen] = useState<Open | null>(null);
  const close = useCallback(() => setOpen(null), []);
  const tools = useMemo<PanelTools>(
    () => ({
      showRequest: (requestId) => setOpen({ kind: 'requests', requestId }),
      openSettings: () => setOpen({ kind: 'settings' }),
    }),
    [],
  );
  const isSet = settings !== undefined && !isPlain(settings);
  const toggle = (kind: Open['kind']) =>
    setOpen(open?.kind === kind ? null : kind === 'settings' ? { kind } : { kind, requestId: null });

  const buttons = (
    <>
      <IconButton
        icon={icons.adjust}
        label={t('settings')}
        aria-pressed={open?.kind === 'settings'}
        data-marked={isSet || undefined}
        onClick={() => toggle('settings')}
      />
      {conversationId !== null && (
        <IconButton
          icon={icons.exchange}
          label={t('requests')}
          aria-pressed={open?.kind === 'requests'}
          onClick={() => toggle('requests')}
        />
      )}
    </>
  );
  const panel =
    open?.kind === 'settings' ? (
      <SettingsPanel settings={settings ?? plainSettings} onChange={onSettings} onClose={close} />
    ) : open?.kind === 'requests' && conversationId !== null ? (
      <RequestsPanel
        conversationId={conversationId}
        requestId={open.requestId}
        onOpen={(requestId) => setOpen({ kind: 'requests', requestId })}
        onClose={close}
        onShowTurn={onShowTurn}
      />
    ) : null;
  const around = (children: ReactNode) => <PanelContext value={tools}>{children}</PanelContext>;
  return { buttons, panel, around };
}
