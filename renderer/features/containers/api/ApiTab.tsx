import { Button, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Container } from '../../../../electron/contract/containers';
import type { ContainerDetails } from '../../../../electron/contract/inspect';
import { type ProbeName, type ProbeOutcome, probeNames } from '../../../../electron/contract/probe';
import { useApi } from '../../../lib/client';
import { mainPort } from '../../../lib/containerStatus';
import { useText } from '../../../lib/i18n';
import { useEngineReady } from '../../../live/useLive';
import { icons } from '../../../ui/icons';
import { useTellFailure } from '../../../ui/useTellFailure';
import styles from './ApiTab.module.css';
import { apiTexts } from './locale';
import { isGood, ProbeCard } from './ProbeCard';

type Outcomes = Partial<Record<ProbeName, ProbeOutcome | 'running'>>;

/** The tutorial's three requests: run, judged, and to be taken along as code. */
export function ApiTab({ container, details }: { container: Container; details: ContainerDetails | undefined }) {
  const t = useText(apiTexts);
  const api = useApi();
  const tellFailure = useTellFailure();
  const ready = useEngineReady();
  const [outcomes, setOutcomes] = useState<Outcomes>({});
  const [typed, setTyped] = useState<string | null>(null);
  const leaving = useRef(new AbortController());
  const message = typed?.trim() || t('defaultMessage');
  const port = mainPort(container);
  const needsKey = details?.environment.some(({ name, value }) => name === 'API_KEY' && value !== '') ?? false;

  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);

  const run = async (probe: ProbeName) => {
    const { signal } = leaving.current;
    setOutcomes((before) => ({ ...before, [probe]: 'running' }));
    try {
      const outcome = await api.probe.run({ id: container.id, probe, message }, { signal });
      setOutcomes((before) => ({ ...before, [probe]: outcome }));
    } catch (error) {
      if (signal.aborted) return;
      setOutcomes((before) => ({ ...before, [probe]: undefined }));
      tellFailure(error);
    }
  };
  const isRunning = probeNames.some((probe) => outcomes[probe] === 'running');
  const done = probeNames.flatMap((probe) => {
    const outcome = outcomes[probe];
    return outcome === undefined || outcome === 'running' ? [] : [outcome];
  });
  const bad = done.filter((outcome) => !isGood(outcome)).length;

  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        <p className={styles.intro}>{t('intro')}</p>
        <span role="status" className={styles.sum}>
          {done.length === probeNames.length && (bad === 0 ? t('allGood') : t('someBad', { count: bad }))}
        </span>
        <Button
          leftSection={<icons.start size={15} stroke={1.75} aria-hidden />}
          disabled={isRunning || !ready}
          onClick={() => {
            for (const probe of probeNames) void run(probe);
          }}
        >
          {t('runAll')}
        </Button>
      </div>
      <TextInput
        label={t('message')}
        value={typed ?? t('defaultMessage')}
        maxLength={10_000}
        onChange={(event) => setTyped(event.currentTarget.value)}
        className={styles.message}
      />
      {container.onHostNetwork && <p className={styles.intro}>{t('hostNetworkHint')}</p>}
      {probeNames.map((probe) => (
        <ProbeCard
          key={probe}
          probe={probe}
          message={message}
          outcome={outcomes[probe]}
          port={port}
          needsKey={needsKey}
          off={!ready}
          onRun={() => void run(probe)}
        />
      ))}
    </div>
  );
}
