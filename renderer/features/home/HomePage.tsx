import { useText } from '../../lib/i18n';
import { useContainerTable, useEngine, useImages, useTasks } from '../../live/useLive';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { FirstStepsPanel } from './FirstStepsPanel';
import { firstSteps } from './firstSteps';
import styles from './HomePage.module.css';
import { homeTexts } from './locale';
import { NoEngine } from './NoEngine';
import { RecentWork } from './RecentWork';
import { Tips } from './Tips';

/** Where everybody starts: the way to a first answer, and later what runs, what failed, what was talked about. */
export function HomePage() {
  const t = useText(homeTexts);
  const engine = useEngine();
  const steps = firstSteps({
    engine,
    images: useImages()?.images ?? [],
    containers: useContainerTable()?.containers ?? [],
    tasks: useTasks() ?? [],
  });
  return (
    <>
      <PageHeader title={t('title')} />
      <PageBody padded>
        <div className={styles.page}>
          {engine !== undefined && steps.engine === 'failed' ? (
            <NoEngine engine={engine} />
          ) : (
            <FirstStepsPanel steps={steps} />
          )}
          <RecentWork />
          <Tips />
        </div>
      </PageBody>
    </>
  );
}
