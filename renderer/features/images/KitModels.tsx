import { useQueries } from '@tanstack/react-query';
import type { Container } from '../../../electron/contract/containers';
import { useApi } from '../../lib/client';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { Section } from '../../ui/Section';
import styles from './DiskPage.module.css';
import { kitTexts } from './kitLocale';

/** A model of an Ollama in a container, to be taken along. */
export interface KitModelChoice {
  containerId: string;
  model: string;
}

interface KitModelsProps {
  containers: readonly Container[];
  chosen: readonly KitModelChoice[];
  onChange: (chosen: KitModelChoice[]) => void;
}

/** Models of the Ollamas that run in containers, to be ticked. Nothing where there is no such container. */
export function KitModels({ containers, chosen, onChange }: KitModelsProps) {
  const t = useText(kitTexts);
  const format = useFormat();
  const api = useApi();
  const ollamas = containers.filter(({ image, state }) => state === 'running' && /ollama/i.test(image));
  const listed = useQueries({
    queries: ollamas.map(({ id }) => ({
      queryKey: ['models', { kind: 'container', id }],
      staleTime: 15_000,
      retry: false,
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await api.targets.models({ kind: 'container', id }, { signal })).models,
    })),
  });
  if (ollamas.length === 0) return null;
  const rows = ollamas.flatMap(({ id, name }, at) =>
    (listed[at]?.data ?? []).map((model) => ({ containerId: id, container: name, model })),
  );
  const isChosen = (containerId: string, model: string) =>
    chosen.some((one) => one.containerId === containerId && one.model === model);
  return (
    <Section title={t('models')}>
      {listed.some(({ isError }) => isError) && <p className={styles.note}>{t('modelsUnknown')}</p>}
      {rows.length === 0 && listed.every(({ isSuccess }) => isSuccess) && (
        <p className={styles.why}>{t('modelsNone')}</p>
      )}
      {rows.map(({ containerId, container, model }) => (
        <label key={`${containerId} ${model.name}`} className={styles.check}>
          <input
            type="checkbox"
            checked={isChosen(containerId, model.name)}
            onChange={({ currentTarget: { checked } }) =>
              onChange([
                ...chosen.filter((one) => one.containerId !== containerId || one.model !== model.name),
                ...(checked ? [{ containerId, model: model.name }] : []),
              ])
            }
          />
          {t('modelOf', { model: model.name, container, size: format.bytes(model.sizeBytes ?? 0) })}
        </label>
      ))}
    </Section>
  );
}
