import { Checkbox, TextInput } from '@mantine/core';
import { useText } from '../../../lib/i18n';
import type { RunFormValues } from '../runFormValues';
import { FormSection } from './FormSection';
import styles from './run.module.css';
import { safetyTexts } from './safetyLocale';
import { type RunSectionProps, useRunForm } from './useRunForm';

const switches: readonly (keyof RunFormValues['safety'])[] = [
  'nonRoot',
  'noNewPrivileges',
  'dropCapabilities',
  'readOnlyRoot',
  'limitProcesses',
  'rotateLogs',
  'init',
];

/** The safe defaults, each with what it means to switch it off. */
export function SafetySection({ isWrong }: RunSectionProps) {
  const t = useText(safetyTexts);
  const { form, values, change } = useRunForm();
  const { safety } = values;
  const off = switches.filter((name) => !safety[name]);
  return (
    <FormSection
      title={t('safety')}
      summary={off.length === 0 ? t('allOn') : t('someOff', { count: off.length })}
      wrong={isWrong('writablePaths')}
    >
      <div className={styles.switches}>
        {switches.map((name) => (
          <div key={name}>
            <Checkbox
              label={t(`safety.${name}`)}
              checked={safety[name]}
              description={<span className={safety[name] ? undefined : styles.risk}>{t(`risk.${name}`)}</span>}
              onChange={(event) => change('safety', { ...safety, [name]: event.currentTarget.checked })}
            />
          </div>
        ))}
      </div>
      {safety.readOnlyRoot && (
        <TextInput
          {...form.register('writablePaths')}
          label={t('writablePaths')}
          spellCheck={false}
          error={isWrong('writablePaths') && t('writableBad')}
        />
      )}
      <p className={styles.note}>{t('always')}</p>
    </FormSection>
  );
}
