import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { LoadedModel, Ollama } from '../../../electron/contract/models';
import { useApi } from '../../lib/client';
import { computesHere } from '../../lib/computesHere';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useGpus } from '../../live/useGpus';
import { useTask } from '../../live/useLive';
import { FailureNotice } from '../../ui/FailureNotice';
import { Notice } from '../../ui/Notice';
import { healthTexts } from './healthLocale';

/** What keeps an Ollama from what it could do: a GPU that its models do not use, a proxy that pulls cannot use. */
export function OllamaHealth({ ollama, loaded }: { ollama: Ollama; loaded: readonly LoadedModel[] }) {
  return (
    <>
      <GpuFallback ollama={ollama} loaded={loaded} />
      {ollama.containerId !== null && <ProxyNotice containerId={ollama.containerId} name={ollama.name} />}
    </>
  );
}

/** Models that are measured on the processor where a GPU was given or is there. */
function GpuFallback({ ollama, loaded }: { ollama: Ollama; loaded: readonly LoadedModel[] }) {
  const t = useText(healthTexts);
  const api = useApi();
  const { containerId } = ollama;
  const off = loaded.filter(({ gpuBytes, sizeBytes }) => gpuBytes < sizeBytes);
  const { data: described } = useQuery({
    queryKey: ['describe', containerId],
    enabled: containerId !== null && off.length > 0,
    retry: false,
    queryFn: ({ signal }) => api.containers.describe({ id: containerId ?? '' }, { signal }),
  });
  const gpus = useGpus(off.length > 0 && computesHere(ollama));
  const wasAsked = described?.request.gpus === 'all';
  if (off.length === 0 || (!wasAsked && gpus.length === 0)) return null;
  const names = off.map(({ name }) => name).join(', ');
  const gpu = gpus.map(({ name }) => name).join(', ');
  const inPart = off.every(({ gpuBytes }) => gpuBytes > 0);
  const why = inPart
    ? t('fallback.part')
    : containerId === null
      ? t('fallback.here', { gpu })
      : wasAsked
        ? t('fallback.asked')
        : t('fallback.notAsked', { gpu });
  return (
    <Notice tone="warn" title={t(inPart ? 'fallbackPart' : 'fallback', { names })}>
      <div>{why}</div>
      {containerId !== null && !inPart && !wasAsked && (
        <Link {...places.runContainer({ replace: containerId })}>{t('edit')}</Link>
      )}
    </Notice>
  );
}

/** Proxy variables that pulls of models fail on, and one click that corrects them. */
function ProxyNotice({ containerId, name }: { containerId: string; name: string }) {
  const t = useText(healthTexts);
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['ollamaProxy', containerId],
    retry: false,
    queryFn: ({ signal }) => api.ollamaContainer.diagnoseProxy({ id: containerId }, { signal }),
  });
  const correct = useMutation({ mutationFn: () => api.ollamaContainer.correctProxy({ id: containerId }) });
  const task = useTask(correct.data?.taskId ?? null);
  const failure = correct.error === null ? (task?.failure ?? null) : toFailure(correct.error);
  if (failure !== null) return <FailureNotice failure={failure} onDismiss={() => correct.reset()} />;
  if (task?.state === 'done') return <Notice tone="info" title={t('corrected')} />;
  if (task?.state === 'running') return <Notice tone="info" title={t('correcting')} />;
  if (data === undefined || data.findings.length === 0) return null;
  return (
    <Notice tone="warn" title={t('proxy', { name })}>
      {data.findings.map((finding) => (
        <div key={finding}>{t(`proxy.${finding}`)}</div>
      ))}
      <div>{t('proxyShould')}</div>
      {data.corrected.map((variable) => (
        <div key={variable.name}>
          <code className="mono">{`${variable.name}=${variable.shown}`}</code>
        </div>
      ))}
      <div>{t('correctNote')}</div>
      <Button variant="default" loading={correct.isPending} onClick={() => correct.mutate()}>
        {t('correct')}
      </Button>
    </Notice>
  );
}
