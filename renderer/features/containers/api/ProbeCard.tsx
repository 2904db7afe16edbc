import { Button } from '@mantine/core';
import { useState } from 'react';
import { type ProbeName, type ProbeOutcome, probeRequests } from '../../../../electron/contract/probe';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { Choices } from '../../../ui/Choices';
import { CopyButton } from '../../../ui/CopyButton';
import { Status } from '../../../ui/Status';
import styles from './ApiTab.module.css';
import { apiSnippet, type SnippetLanguage, snippetLanguages } from './apiSnippets';
import { apiTexts } from './locale';

interface ProbeCardProps {
  probe: ProbeName;
  message: string;
  outcome: ProbeOutcome | 'running' | undefined;
  /** Port on this machine; null where none is published. */
  port: number | null;
  needsKey: boolean;
  off: boolean;
  onRun: () => void;
}

/** Port of the examples where the container publishes none. */
const usualPort = 8000;

/** True for an answer as the tutorial has it. */
export function isGood(outcome: ProbeOutcome): boolean {
  return outcome.kind === 'answered' && (outcome.verdict === 'asTutorial' || outcome.verdict === 'fits');
}

/** One request: what came of it, and the same as code. */
export function ProbeCard({ probe, message, outcome, port, needsKey, off, onRun }: ProbeCardProps) {
  const t = useText(apiTexts);
  const [language, setLanguage] = useState<SnippetLanguage>('curl');
  const { method, path } = probeRequests[probe];
  const request = `${method} ${path}`;
  const snippet = apiSnippet(language, { baseUrl: `http://127.0.0.1:${port ?? usualPort}`, probe, message, needsKey });
  return (
    <section className={styles.card} aria-label={request}>
      <div className={styles.head}>
        <h2 className={styles.request}>
          <span className={styles.method}>{method}</span> <code className="mono">{path}</code>
        </h2>
        <span className={styles.soft}>{t(`about.${probe}`)}</span>
        <span className={styles.facts}>
          {typeof outcome === 'object' && outcome.kind === 'answered' && (
            <span className={styles.soft}>{t('status', { status: outcome.status })}</span>
          )}
          {typeof outcome === 'object' && (
            <span className={styles.soft}>{t('latency', { ms: outcome.latencyMs })}</span>
          )}
          <Button
            variant="default"
            size="compact-sm"
            disabled={off || outcome === 'running'}
            aria-label={t('run', { request })}
            onClick={onRun}
          >
            {t('runShort')}
          </Button>
        </span>
      </div>
      <div className={styles.halves}>
        <div className={styles.half}>
          <div role="status" className={styles.verdict}>
            <Verdict outcome={outcome} />
          </div>
          {typeof outcome === 'object' && outcome.kind === 'answered' && <Body outcome={outcome} />}
        </div>
        <div className={styles.half}>
          <div className={styles.snippetHead}>
            <Choices
              label={t('language')}
              value={language}
              choices={snippetLanguages.map((value) => ({ value, word: t(value) }))}
              onChange={setLanguage}
            />
            <CopyButton text={snippet} label={t('copySnippet', { language: t(language) })} />
          </div>
          <pre className={`mono ${styles.code}`} tabIndex={0} aria-label={`${t('snippets')}: ${t(language)}`}>
            {snippet}
          </pre>
          {needsKey && <p className={styles.note}>{t('keyHint')}</p>}
          {port === null && <p className={styles.note}>{t('noPortHint')}</p>}
        </div>
      </div>
    </section>
  );
}

function Verdict({ outcome }: { outcome: ProbeOutcome | 'running' | undefined }) {
  const t = useText(apiTexts);
  if (outcome === undefined) return <span className={styles.soft}>{t('notRun')}</span>;
  if (outcome === 'running') return <Status tone="busy" word={t('running')} />;
  if (outcome.kind === 'noAnswer') return <Status tone="bad" word={t(`noAnswer.${outcome.reason}`)} />;
  return <Status tone={isGood(outcome) ? 'good' : 'bad'} word={t(`verdict.${outcome.verdict}`)} />;
}

function Body({ outcome }: { outcome: Extract<ProbeOutcome, { kind: 'answered' }> }) {
  const t = useText(apiTexts);
  const format = useFormat();
  if (outcome.body === '') return <p className={styles.note}>{t('emptyBody')}</p>;
  const shown = pretty(outcome);
  return (
    <>
      <div className={styles.bodyLine}>
        <pre className={`mono ${styles.code}`} tabIndex={0} aria-label={t('body')}>
          {shown}
        </pre>
        <CopyButton text={outcome.body} label={t('copyBody')} />
      </div>
      {outcome.cutCharacters > 0 && (
        <p className={styles.note}>{t('cut', { characters: format.count(outcome.cutCharacters) })}</p>
      )}
    </>
  );
}

/** JSON over several lines; anything else as it came. */
function pretty({ body, cutCharacters }: { body: string; cutCharacters: number }): string {
  if (cutCharacters > 0) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
