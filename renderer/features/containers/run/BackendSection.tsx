import { NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { modelNetwork } from '../../../../electron/contract/ollamaContainer';
import type { ModelSource } from '../../../../electron/contract/targets';
import { useText } from '../../../lib/i18n';
import { places } from '../../../lib/places';
import { useContainerTable } from '../../../live/useLive';
import type { Backend, RunFormValues } from '../runFormValues';
import { runTexts } from '../runLocale';
import { BackendFit } from './BackendFit';
import { FormSection } from './FormSection';
import { ModelField } from './ModelField';
import styles from './run.module.css';
import { type RunSectionProps, useRunForm } from './useRunForm';

const backends: readonly Backend[] = ['asSet', 'echo', 'ollamaHere', 'ollamaContainer', 'openai'];

/** Where the models of the Ollama that is chosen can be asked for. */
function sourceOf({ backend, ollamaContainer }: RunFormValues): ModelSource | null {
  if (backend === 'ollamaHere') return { kind: 'endpoint', endpointId: 'ollama' };
  return backend === 'ollamaContainer' && ollamaContainer !== '' ? { kind: 'container', id: ollamaContainer } : null;
}

/** Who answers for the bundled service; it is told by variables, so changing it needs no new image. */
export function BackendSection({ isWrong, defaults }: RunSectionProps) {
  const t = useText(runTexts);
  const { form, values, change } = useRunForm();
  const running = (useContainerTable()?.containers ?? []).filter(({ state }) => state === 'running');
  // Those that look like Ollama first.
  const candidates = [...running].sort((a, b) => Number(/ollama/i.test(b.image)) - Number(/ollama/i.test(a.image)));
  if (!defaults?.servesApi) return null;
  const { backend } = values;
  const source = sourceOf(values);
  return (
    <FormSection
      title={t('backend')}
      summary={[t(`backend.${backend}`), values.model].filter(Boolean).join(' · ')}
      wrong={isWrong('openaiUrl') || isWrong('ollamaContainer')}
      open
    >
      <NativeSelect
        label={t('backendWho')}
        value={backend}
        data={backends.map((value) => ({ value, label: t(`backend.${value}`) }))}
        onChange={(event) => change('backend', event.currentTarget.value as Backend)}
      />
      {backend === 'ollamaHere' && values.network !== 'host' && <p className={styles.note}>{t('ollamaHereHelp')}</p>}
      {backend === 'ollamaContainer' && (
        <NativeSelect
          label={t('ollamaContainer')}
          description={t('ollamaContainerHelp', {
            network: values.network === 'named' && values.networkName ? values.networkName : modelNetwork,
          })}
          value={values.ollamaContainer}
          data={[
            { value: '', label: '—' },
            ...candidates.map(({ id, name, image }) => ({ value: id, label: `${name} (${image})` })),
          ]}
          error={isWrong('ollamaContainer') && t('ollamaContainerBad')}
          onChange={(event) => change('ollamaContainer', event.currentTarget.value)}
        />
      )}
      {backend === 'ollamaContainer' && candidates.every(({ image }) => !/ollama/i.test(image)) && (
        <p className={styles.note}>
          {t('noOllama')} <Link {...places.runOllama()}>{t('runOllama')}</Link>
        </p>
      )}
      {backend === 'openai' && (
        <div className={styles.pair}>
          <TextInput
            {...form.register('openaiUrl')}
            label={t('openaiUrl')}
            placeholder="http://host.docker.internal:8080/v1"
            spellCheck={false}
            error={isWrong('openaiUrl') && t('openaiUrlBad')}
          />
          <PasswordInput {...form.register('openaiKey')} label={t('openaiKey')} autoComplete="off" />
        </div>
      )}
      {backend !== 'asSet' && backend !== 'echo' && (
        <>
          <ModelField source={source} value={values.model} onChange={(model) => change('model', model)} />
          {source !== null && <BackendFit source={source} model={values.model} />}
        </>
      )}
    </FormSection>
  );
}
