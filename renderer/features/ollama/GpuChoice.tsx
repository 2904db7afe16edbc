import { Button, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { OllamaAsked, OllamaPlan } from '../../../electron/contract/ollamaContainer';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import form from '../../ui/Form.module.css';
import { Notice } from '../../ui/Notice';
import { ollamaTexts } from './locale';

interface GpuChoiceProps {
  gpus: OllamaAsked['gpus'];
  onChange: (gpus: OllamaAsked['gpus']) => void;
  /** Undefined until known. */
  plan: OllamaPlan | undefined;
}

const choices: readonly OllamaAsked['gpus'][] = ['auto', 'none'];

/** Whether Ollama gets the GPUs, what the engine says of them, and a trial before anything is run. */
export function GpuChoice({ gpus, onChange, plan }: GpuChoiceProps) {
  const t = useText(ollamaTexts);
  const api = useApi();
  const trial = useMutation({ mutationFn: (image: string) => api.containers.checkGpu({ image }) });
  return (
    <>
      <NativeSelect
        label={t('gpus')}
        description={gpus === 'auto' && plan !== undefined && (plan.offersGpu ? t('gpuOffered') : t('gpuNotOffered'))}
        value={gpus}
        data={choices.map((value) => ({ value, label: t(`gpus.${value}`) }))}
        onChange={({ currentTarget: { value } }) => onChange(value as OllamaAsked['gpus'])}
      />
      {gpus === 'auto' && plan?.imageIsHere && (
        <div>
          <Button variant="default" loading={trial.isPending} onClick={() => trial.mutate(plan.image)}>
            {t('tryGpu')}
          </Button>
        </div>
      )}
      {gpus === 'auto' && trial.isPending && (
        <p className={form.note} role="status">
          {t('trying')}
        </p>
      )}
      {gpus === 'auto' && trial.error !== null && <FailureNotice failure={toFailure(trial.error)} />}
      {gpus === 'auto' && trial.data !== undefined && (
        <Notice tone={trial.data.result === 'available' ? 'info' : 'warn'} title={t(`try.${trial.data.result}`)}>
          {trial.data.result === 'available' ? (
            trial.data.gpus.map((gpu) => <div key={gpu}>{gpu}</div>)
          ) : (
            <code className="mono">{trial.data.message}</code>
          )}
        </Notice>
      )}
    </>
  );
}
