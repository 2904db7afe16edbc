import type { Ollama } from '../../../electron/contract/models';
import { useText } from '../../lib/i18n';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { modelsTexts } from './locale';
import styles from './ModelsPage.module.css';
import { OllamaLine } from './OllamaMenu';
import { OllamaSetup } from './OllamaSetup';

/** In place of the models where no Ollama answers: where it was looked for, and how to get one. */
export function NoOllama({ ollamas }: { ollamas: readonly Ollama[] }) {
  const t = useText(modelsTexts);
  const isAsking = ollamas.some(({ state }) => state.kind === 'asking');
  return (
    <>
      <PageHeader title={t('title')} />
      <PageBody>
        {!isAsking && (
          <FullPage icon={icons.models} title={t('noOllama')} actions={<OllamaSetup />}>
            <p>{t('noOllamaNext')}</p>
            <ul className={styles.places} aria-label={t('places')}>
              {ollamas.map((ollama) => (
                <li key={ollama.endpointId}>
                  <OllamaLine ollama={ollama} />
                </li>
              ))}
            </ul>
          </FullPage>
        )}
      </PageBody>
    </>
  );
}
