import { Button, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { LoadedModel, Ollama } from '../../../electron/contract/models';
import { useApi } from '../../lib/client';
import { computesHere } from '../../lib/computesHere';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useNow } from '../../lib/useNow';
import { useGpus } from '../../live/useGpus';
import { BoxedList } from '../../ui/BoxedList';
import { icons } from '../../ui/icons';
import { Progress } from '../../ui/Progress';
import { useTellFailure } from '../../ui/useTellFailure';
import styles from './LoadedModels.module.css';
import { modelsTexts } from './locale';

const keepMinutes = [5, 30, 240] as const;

/** The models in an Ollama's memory: how much of it, how much of that on GPUs as measured, for how long. */
export function LoadedModels({ ollama, loaded }: { ollama: Ollama; loaded: readonly LoadedModel[] }) {
  const t = useText(modelsTexts);
  if (loaded.length === 0) return null;
  return (
    <section className={styles.loaded} aria-labelledby="loadedModels">
      <h2 className={styles.title} id="loadedModels">
        {t('loaded')}
      </h2>
      <GpuMemory ollama={ollama} loaded={loaded} />
      <BoxedList>
        {loaded.map((model) => (
          <LoadedLine key={model.name} model={model} endpointId={ollama.endpointId} />
        ))}
      </BoxedList>
    </section>
  );
}

/** GPU memory that the loaded models take together, and what is left of each GPU where this machine's driver tells. */
function GpuMemory({ ollama, loaded }: { ollama: Ollama; loaded: readonly LoadedModel[] }) {
  const t = useText(modelsTexts);
  const format = useFormat();
  const gpus = useGpus(computesHere(ollama));
  const usedBytes = loaded.reduce((sum, { gpuBytes }) => sum + gpuBytes, 0);
  if (usedBytes === 0 && gpus.length === 0) return null;
  return (
    <p className={styles.gpus}>
      <span>{t('gpuMemory', { used: format.bytes(usedBytes) })}</span>
      {gpus.map(({ name, freeBytes, totalBytes }, index) => (
        <span key={`${index} ${name}`}>
          {t('gpuFree', { name, free: format.bytes(freeBytes), total: format.bytes(totalBytes) })}
        </span>
      ))}
    </p>
  );
}

function LoadedLine({ model, endpointId }: { model: LoadedModel; endpointId: string }) {
  const t = useText(modelsTexts);
  const format = useFormat();
  const api = useApi();
  const onError = useTellFailure();
  const nowMs = useNow();
  const { name, sizeBytes, gpuBytes, contextTokens, expiresAtMs } = model;
  const keep = useMutation({
    mutationFn: (minutes: number | null) => api.models.keep({ endpointId, model: name, minutes }),
    onError,
  });
  const unload = useMutation({ mutationFn: () => api.models.unload({ endpointId, model: name }), onError });
  const gpuPercent = sizeBytes === 0 ? 0 : (gpuBytes / sizeBytes) * 100;
  const place =
    gpuBytes === 0
      ? t('onCpu')
      : gpuBytes >= sizeBytes
        ? t('onGpu')
        : t('onBoth', { percent: format.percent(gpuPercent) });
  return (
    <li className={styles.line}>
      <span className={styles.name} title={name}>
        {name}
      </span>
      <span className={styles.memory}>{format.bytes(sizeBytes)}</span>
      <span className={styles.share} title={t('gpuMeasured', { gpu: format.bytes(gpuBytes) })}>
        <span className={styles.bar}>
          <Progress done={gpuBytes} total={sizeBytes} label={t('gpuShareOf', { name })} />
        </span>
        {place}
      </span>
      <span className={styles.fact}>
        {contextTokens !== null && t('context', { tokens: format.count(contextTokens) })}
      </span>
      <span className={styles.fact}>
        {expiresAtMs === null
          ? t('staysForever')
          : t('staysFor', { time: format.span(Math.max(0, expiresAtMs - nowMs)) })}
      </span>
      <span className={styles.buttons}>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button
              variant="default"
              size="compact-sm"
              loading={keep.isPending}
              rightSection={<icons.down size={12} stroke={1.75} aria-hidden />}
              aria-label={t('keepOf', { name })}
            >
              {t('keep')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {keepMinutes.map((minutes) => (
              <Menu.Item key={minutes} onClick={() => keep.mutate(minutes)}>
                {format.span(minutes * 60_000)}
              </Menu.Item>
            ))}
            <Menu.Item onClick={() => keep.mutate(null)}>{t('keepForever')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button
          variant="default"
          size="compact-sm"
          loading={unload.isPending}
          aria-label={t('unloadOf', { name })}
          onClick={() => unload.mutate()}
        >
          {t('unload')}
        </Button>
      </span>
    </li>
  );
}
