import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { VList } from 'virtua';
import type { ConversationHit } from '../../../electron/contract/archive';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { FailureNotice } from '../../ui/FailureNotice';
import { RelativeTime } from '../../ui/RelativeTime';
import { chatTexts } from './locale';
import styles from './SearchResults.module.css';
import { Snippet } from './Snippet';

interface Found {
  conversations: ConversationHit[];
  isMore: boolean;
  /** What these were found for. */
  text: string;
}

/** What a search found, undefined until it has. The next letter ends a search that still goes on. */
function useSearch(text: string): { found: Found | undefined; failure: FailureValue | null } {
  const api = useApi();
  const [found, setFound] = useState<Found>();
  const [failure, setFailure] = useState<FailureValue | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    api.archive.search({ text }, { signal: leaving.signal }).then(
      (result) => {
        if (leaving.signal.aborted) return;
        setFound({ ...result, text });
        setFailure(null);
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) setFailure(toFailure(error));
      },
    );
    return () => leaving.abort();
  }, [api, text]);
  return { found, failure };
}

/** Conversations and messages that hold the words, each message a link to its place. */
export function SearchResults({ text, openId }: { text: string; openId: string | null }) {
  const t = useText(chatTexts);
  const { found, failure } = useSearch(text);
  const count = found?.conversations.length ?? 0;
  return (
    <>
      <p className="hiddenVisually" role="status">
        {found?.text === text ? t('found', { count }) : ''}
      </p>
      {failure && (
        <div className={styles.notice}>
          <FailureNotice failure={failure} />
        </div>
      )}
      {found && count === 0 && <p className={styles.none}>{t('noMatch', { find: found.text })}</p>}
      {found && count > 0 && (
        <VList className={styles.list} role="group" aria-label={t('results')}>
          {found.conversations.map((conversation) => (
            <Result
              key={conversation.conversationId}
              {...conversation}
              isOpen={conversation.conversationId === openId}
            />
          ))}
          {...(found.isMore
            ? [
                <p key="more" className={styles.more}>
                  {t('moreFound')}
                </p>,
              ]
            : [])}
        </VList>
      )}
    </>
  );
}

function Result({ conversationId, title, updatedAtMs, hits, isOpen }: ConversationHit & { isOpen: boolean }) {
  const t = useText(chatTexts);
  return (
    <div className={styles.result} data-open={isOpen || undefined}>
      <Link {...places.conversation(conversationId)} className={styles.head}>
        <span className={styles.title}>{title.length === 0 ? t('untitled') : <Snippet pieces={title} />}</span>
        <RelativeTime atMs={updatedAtMs} />
      </Link>
      {hits.map(({ messageId, role, snippet }) => (
        <Link key={messageId} {...places.conversation(conversationId, { message: messageId })} className={styles.hit}>
          <span className={styles.who}>{t(role === 'user' ? 'you' : 'assistant')}</span> <Snippet pieces={snippet} />
        </Link>
      ))}
    </div>
  );
}
