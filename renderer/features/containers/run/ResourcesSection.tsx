import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../lib/client';
import { toFailure } from '../../../lib/failures';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { useEngine } from '../../../live/useLive';
import { useFreeGpuBytes, useLimitFit } from '../../../live/useModelFit';
import { FailureNotice } from '../../../ui/FailureNotice';
import { ModelFitField } from '../../../ui/ModelFitField';
import { Notice } from '../../../ui/Notice';
import { mib } from '../runFormValues';
import { runTexts } from '../runLocale';
import { FormSection } from './FormSection';
import styles from './run.module.css';
import { type RunSectionProps, useRunForm } from './useRunForm';

/** Whether an image is Ollama's by its name: models are loaded into such a container's memory. */
const runsOllama = (image: string) => /(^|\/)ollama([:@]|$)/.test(image.trim());

/** Memory and processors against what the machine has, and GPUs, tried out before. */
export function ResourcesSection({ isWrong, facts, defaults }: RunSectionProps) {
  const t = useText(runTexts);
  const format = useFormat();
  const api = useApi();
  const { form, values, change } = useRunForm();
  const check = useMutation({ mutationFn: (image: string) => api.containers.checkGpu({ image }) });
  const count = facts?.cpuCount ?? 1;
  const limit = values.memoryMib.trim();
  const said = [
    limit === '' ? '∞' : `${limit} MiB`,
    ...(values.cpus.trim() === '' ? [] : [`${values.cpus} CPU`]),
    ...(values.gpus ? ['GPU'] : []),
  ];
  return (
    <FormSection title={t('resources')} summary={said.join(' · ')} wrong={isWrong('memoryMib') || isWrong('cpus')} open>
      <div className={styles.pair}>
        <TextInput
          {...form.register('memoryMib')}
          label={t('memory')}
          description={facts === null ? undefined : t('memoryHelp', { total: format.bytes(facts.memoryBytes) })}
          inputMode="numeric"
          autoComplete="off"
          error={isWrong('memoryMib') && t('memoryBad')}
        />
        <TextInput
          {...form.register('cpus')}
          label={t('cpus')}
          description={facts === null ? undefined : t('cpusHelp', { count })}
          inputMode="decimal"
          autoComplete="off"
          error={isWrong('cpus') && t('cpusBad', { count })}
        />
      </div>
      {limit === '' && <p className={styles.risk}>{t('memoryRisk')}</p>}
      {runsOllama(values.image) && <LimitFit />}
      <div className={styles.row}>
        <Checkbox
          label={t('gpus')}
          checked={values.gpus}
          onChange={({ currentTarget: { checked } }) => {
            change('gpus', checked);
            // Told at once whether there is one to give, not when the run fails.
            if (checked && defaults !== undefined) check.mutate(values.image.trim());
          }}
        />
        {values.gpus && (
          <Button
            variant="default"
            loading={check.isPending}
            disabled={defaults === undefined}
            onClick={() => check.mutate(values.image.trim())}
          >
            {t('checkGpu')}
          </Button>
        )}
      </div>
      {values.gpus && check.isPending && (
        <p className={styles.note} role="status">
          {t('checking')}
        </p>
      )}
      {values.gpus && check.error !== null && <FailureNotice failure={toFailure(check.error)} />}
      {values.gpus && check.data !== undefined && (
        <Notice tone={check.data.result === 'available' ? 'info' : 'warn'} title={t(`gpu.${check.data.result}`)}>
          {check.data.result === 'available' ? (
            check.data.gpus.map((gpu) => <div key={gpu}>{gpu}</div>)
          ) : (
            <code className="mono">{check.data.message}</code>
          )}
        </Notice>
      )}
    </FormSection>
  );
}

/** A model against the memory limit as it is typed. */
function LimitFit() {
  const { values } = useRunForm();
  const facts = useEngine()?.facts ?? null;
  const fit = useLimitFit();
  const freeGpuBytes = useFreeGpuBytes(values.gpus);
  const limitMib = Number(values.memoryMib.trim());
  const limitBytes = limitMib > 0 ? limitMib * mib : null;
  const places = { limitBytes, machineBytes: facts?.memoryBytes ?? null, freeGpuBytes };
  return <ModelFitField {...fit} places={places} />;
}
