import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../lib/client';
import { toFailure } from '../../../lib/failures';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { FailureNotice } from '../../../ui/FailureNotice';
import { Notice } from '../../../ui/Notice';
import { runTexts } from '../runLocale';
import { FormSection } from './FormSection';
import styles from './run.module.css';
import { type RunSectionProps, useRunForm } from './useRunForm';

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
