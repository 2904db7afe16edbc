import { NativeSelect, TextInput } from '@mantine/core';
import { useText } from '../../../lib/i18n';
import type { RunFormValues } from '../runFormValues';
import { runTexts } from '../runLocale';
import { FormSection } from './FormSection';
import styles from './run.module.css';
import { type RunSectionProps, useRunForm } from './useRunForm';

const policies: readonly RunFormValues['restartPolicy'][] = ['no', 'on-failure', 'unless-stopped', 'always'];
const healths: readonly RunFormValues['health'][] = ['image', 'command', 'none'];

/** What happens when it ends, and how the engine finds out whether it is well. */
export function LifecycleSection({ isWrong, defaults }: RunSectionProps) {
  const t = useText(runTexts);
  const { form, values, change } = useRunForm();
  const imageHas = defaults === undefined || defaults.hasHealthCheck;
  const healthWord = (kind: RunFormValues['health']) =>
    t(kind === 'image' && !imageHas ? 'health.imageNone' : `health.${kind}`);
  const healthBad = isWrong('healthInterval');
  return (
    <FormSection
      title={t('lifecycle')}
      summary={`${t(`restart.${values.restartPolicy}`)} · ${t('health')}: ${healthWord(values.health)}`}
      wrong={isWrong('restartRetries') || isWrong('healthCommand') || healthBad}
    >
      <div className={styles.pair}>
        <NativeSelect
          label={t('restart')}
          value={values.restartPolicy}
          data={policies.map((value) => ({ value, label: t(`restart.${value}`) }))}
          onChange={(event) => change('restartPolicy', event.currentTarget.value as RunFormValues['restartPolicy'])}
        />
        {values.restartPolicy === 'on-failure' && (
          <TextInput
            {...form.register('restartRetries')}
            label={t('retries')}
            inputMode="numeric"
            error={isWrong('restartRetries') && t('retriesBad')}
          />
        )}
      </div>
      <NativeSelect
        label={t('health')}
        value={values.health}
        data={healths.map((value) => ({ value, label: healthWord(value) }))}
        onChange={(event) => change('health', event.currentTarget.value as RunFormValues['health'])}
      />
      {values.health === 'command' && (
        <>
          <TextInput
            {...form.register('healthCommand')}
            label={t('healthCommand')}
            placeholder="curl -fsS http://127.0.0.1:8000/health"
            spellCheck={false}
            error={isWrong('healthCommand') && t('healthCommandBad')}
          />
          <div className={styles.four}>
            {(['healthInterval', 'healthTimeout', 'healthStart', 'healthRetries'] as const).map((field) => (
              <TextInput key={field} {...form.register(field)} label={t(field)} inputMode="numeric" error={healthBad} />
            ))}
          </div>
          {healthBad && <p className={styles.problem}>{t('healthBad')}</p>}
        </>
      )}
    </FormSection>
  );
}
