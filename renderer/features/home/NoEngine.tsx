import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { EngineState } from '../../../electron/contract/engine';
import { useApi } from '../../lib/client';
import { failureWords } from '../../lib/failures';
import { useLanguage, useText } from '../../lib/i18n';
import { useAbout } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { icons } from '../../ui/icons';
import { Section } from '../../ui/Section';
import { Status } from '../../ui/Status';
import { useTellFailure } from '../../ui/useTellFailure';
import { engineInstructions } from './engineInstructions';
import { homeTexts } from './locale';
import styles from './NoEngine.module.css';

const sources = { environment: 'sourceEnvironment', context: 'sourceContext', socket: 'sourceSocket' } as const;

/** No engine answers: where one was looked for, what each place said, and how to get one on this system. */
export function NoEngine({ engine }: { engine: EngineState }) {
  const t = useText(homeTexts);
  const api = useApi();
  const language = useLanguage();
  const platform = useAbout()?.platform;
  const retry = useMutation({ mutationFn: () => api.engine.retry(), onError: useTellFailure() });
  return (
    <div className={styles.panel}>
      <div className={styles.head} role="alert">
        <icons.engineLost size={20} stroke={1.75} className={styles.icon} aria-hidden />
        <h2 className={styles.title}>{t('noEngine')}</h2>
        <Button loading={retry.isPending} onClick={() => retry.mutate()}>
          {t('retry')}
        </Button>
      </div>
      <Section title={t('tried')}>
        {engine.attempts.length === 0 && <p className={styles.words}>{t('nothingTried')}</p>}
        <ul className={styles.attempts}>
          {engine.attempts.map(({ endpoint, failure }) => {
            const words = failure === null ? null : failureWords(failure, language);
            return (
              <li key={endpoint.address} className={styles.attempt}>
                <div className={styles.place}>
                  <span>{endpoint.label}</span>
                  {endpoint.label !== t(sources[endpoint.source]) && (
                    <span className={styles.source}>{t(sources[endpoint.source])}</span>
                  )}
                  <code className={`mono ${styles.address}`}>{endpoint.address}</code>
                </div>
                <div className={styles.said}>
                  {words === null ? (
                    <Status tone="good" word={t('answered')} />
                  ) : (
                    <>
                      <div className={styles.what}>{words.what}</div>
                      <div className={styles.words}>{words.next}</div>
                    </>
                  )}
                </div>
              </li>
            );
          })}
        </ul>
      </Section>
      <Section title={t('howTo')}>
        <div className={styles.commands}>
          {engineInstructions(platform).map(({ word, command }) => (
            <CommandLine key={command} label={t(word as 'startLinux')} command={command} />
          ))}
        </div>
      </Section>
    </div>
  );
}
