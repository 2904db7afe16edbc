import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Api } from '../../../../electron/contract/api';
import type { RequestEntry } from '../../../../electron/contract/requests';
import { useApi } from '../../../lib/client';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { useNow } from '../../../lib/useNow';
import { useWatched } from '../../../lib/useWatched';
import { answersTexts } from './locale';
import { RequestDetails } from './RequestDetails';
import { RequestStatus } from './RequestStatus';
import styles from './RequestsPanel.module.css';
import { SidePanel } from './SidePanel';

interface RequestsPanelProps {
  conversationId: string;
  /** The one that is looked into; null shows the list. */
  requestId: string | null;
  onOpen: (requestId: string | null) => void;
  onClose: () => void;
  /** Brings a turn into view. */
  onShowTurn: (messageId: string) => void;
}

/** The requests of a conversation as they went over the wire, newest first. */
export function RequestsPanel({ conversationId, requestId, onOpen, onClose, onShowTurn }: RequestsPanelProps) {
  const t = useText(answersTexts);
  const open = useCallback(
    (api: Api, signal: AbortSignal) => api.requests.watch({ conversationId }, { signal }),
    [conversationId],
  );
  const requests = useWatched(open)?.requests;
  const entry = requests?.find(({ id }) => id === requestId);
  return (
    <SidePanel
      title={requestId === null ? t('requests') : t('request')}
      onBack={requestId === null ? undefined : () => onOpen(null)}
      onClose={onClose}
    >
      {requestId !== null ? (
        <OneRequest
          requestId={requestId}
          isOver={entry === undefined || entry.durationMs !== null}
          onShowTurn={onShowTurn}
        />
      ) : requests?.length === 0 ? (
        <>
          <p className={styles.none}>{t('noRequests')}</p>
          <p className={styles.words}>{t('noRequestsNext')}</p>
        </>
      ) : (
        <ul className={styles.list}>
          {requests?.map((request) => (
            <li key={request.id}>
              <RequestRow entry={request} onOpen={onOpen} />
            </li>
          ))}
        </ul>
      )}
    </SidePanel>
  );
}

function RequestRow({ entry, onOpen }: { entry: RequestEntry; onOpen: (requestId: string) => void }) {
  const t = useText(answersTexts);
  const format = useFormat();
  const { id, startedAtMs, durationMs, targetName, model, completionTokens } = entry;
  return (
    <button type="button" className={styles.row} onClick={() => onOpen(id)}>
      <span className={styles.what}>
        {targetName}
        {model !== null && ` · ${model}`}
      </span>
      <RequestStatus entry={entry} />
      <span className={styles.about}>
        <time dateTime={new Date(startedAtMs).toISOString()} title={format.dateTime(startedAtMs)}>
          {format.time(startedAtMs)}
        </time>
        {durationMs === null ? <Running startedAtMs={startedAtMs} /> : <span>{format.duration(durationMs)}</span>}
        {completionTokens !== null && <span>{t('tokens', { shown: format.count(completionTokens) })}</span>}
      </span>
    </button>
  );
}

function Running({ startedAtMs }: { startedAtMs: number }) {
  const format = useFormat();
  return <span>{format.duration(Math.max(0, useNow('second') - startedAtMs))}</span>;
}

function OneRequest(props: { requestId: string; isOver: boolean; onShowTurn: (messageId: string) => void }) {
  const { requestId, isOver, onShowTurn } = props;
  const t = useText(answersTexts);
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['request', requestId, isOver],
    queryFn: () => api.requests.read({ requestId }),
  });
  if (data === undefined) return null;
  if (data.request === null) return <p className={styles.words}>{t('requestGone')}</p>;
  return <RequestDetails request={data.request} onShowTurn={onShowTurn} />;
}
