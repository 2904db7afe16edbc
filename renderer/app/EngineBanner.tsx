import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../lib/client';
import { failureWords } from '../lib/failures';
import { useFormat } from '../lib/format';
import { useLanguage, useText } from '../lib/i18n';
import { useNow } from '../lib/useNow';
import { useContainerTable, useEngine } from '../live/useLive';
import { Notice } from '../ui/Notice';
import { useTellFailure } from '../ui/useTellFailure';
import styles from './EngineBanner.module.css';
import { appTexts } from './locale';

/** While the engine is away: why, how old the page is, when it is tried next. Goes when the engine is back. */
export function EngineBanner() {
  const engine = useEngine();
  if (engine === undefined || engine.phase === 'ready' || engine.phase === 'connecting') return null;
  return <EngineAway />;
}

function EngineAway() {
  const t = useText(appTexts);
  const api = useApi();
  const format = useFormat();
  const language = useLanguage();
  const nowMs = useNow('second');
  const engine = useEngine();
  const staleSinceMs = useContainerTable()?.staleSinceMs ?? null;
  const retry = useMutation({ mutationFn: () => api.engine.retry(), onError: useTellFailure() });
  const words = engine?.failure ? failureWords(engine.failure, language) : null;
  const nextMs = engine?.nextTryAtMs == null ? null : engine.nextTryAtMs - nowMs;
  return (
    <div className={styles.banner}>
      <Notice
        tone="warn"
        // The status bar reads it out.
        announced={false}
        title={words?.what ?? t('engineLost')}
        actions={
          <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
            {t('retry')}
          </Button>
        }
      >
        {words?.next} {staleSinceMs !== null && t('lastKnown', { ago: format.ago(staleSinceMs, nowMs) })}{' '}
        {nextMs !== null && nextMs > 0 && (
          <span aria-hidden>{t('nextTry', { seconds: Math.ceil(nextMs / 1000) })}</span>
        )}
      </Notice>
    </div>
  );
}
