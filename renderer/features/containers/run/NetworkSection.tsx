import { Autocomplete, Checkbox, NativeSelect } from '@mantine/core';
import { Controller } from 'react-hook-form';
import { useText } from '../../../lib/i18n';
import type { RunFormValues } from '../runFormValues';
import { runTexts } from '../runLocale';
import { FormSection } from './FormSection';
import styles from './run.module.css';
import { usePlaces } from './usePlaces';
import { type RunSectionProps, useRunForm } from './useRunForm';

const kinds: readonly RunFormValues['network'][] = ['bridge', 'named', 'host', 'none'];

/** Which network it is on, and what the host's own means. */
export function NetworkSection({ isWrong }: RunSectionProps) {
  const t = useText(runTexts);
  const { form, values, change } = useRunForm();
  const { networks } = usePlaces();
  const { network } = values;
  return (
    <FormSection
      title={t('networkSection')}
      summary={network === 'named' ? values.networkName : t(`network.${network}`)}
      wrong={isWrong('networkName')}
    >
      <NativeSelect
        label={t('networkKind')}
        value={network}
        data={kinds.map((value) => ({ value, label: t(`network.${value}`) }))}
        onChange={(event) => change('network', event.currentTarget.value as RunFormValues['network'])}
      />
      {network === 'host' && <p className={styles.risk}>{t('hostRisk')}</p>}
      {network === 'named' && (
        <Controller
          control={form.control}
          name="networkName"
          render={({ field }) => (
            <Autocomplete
              {...field}
              label={t('networkName')}
              description={t('networkNameHelp')}
              data={networks}
              spellCheck={false}
              error={isWrong('networkName') && t('networkNameBad')}
            />
          )}
        />
      )}
      {(network === 'bridge' || network === 'named') && (
        <Checkbox
          label={t('hostGateway')}
          description={t('hostGatewayHelp')}
          checked={values.hostGateway}
          onChange={(event) => change('hostGateway', event.currentTarget.checked)}
        />
      )}
    </FormSection>
  );
}
