import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useActions } from '../../live/useActions';
import { useTasks } from '../../live/useLive';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { ActionLog } from './ActionLog';
import styles from './ActivityPage.module.css';
import { activityTexts } from './locale';
import { TaskEntry } from './TaskEntry';

/** Every task of this run of Wharf, newest first: how it stands, what it does, why it failed. */
export function ActivityPage() {
  const t = useText(activityTexts);
  const tasks = useTasks();
  const actions = useActions();
  return (
    <>
      <PageHeader title={t('title')} beside={tasks !== undefined && tasks.length > 0 && <span>{t('since')}</span>} />
      <PageBody>
        {tasks?.length === 0 && actions?.length === 0 && (
          <FullPage
            icon={icons.activity}
            title={t('empty')}
            actions={
              <Button
                renderRoot={(props) => <Link {...props} {...places.buildImage()} />}
                leftSection={<icons.build size={15} aria-hidden />}
              >
                {t('build')}
              </Button>
            }
          >
            {t('emptyNext')}
          </FullPage>
        )}
        <ol className={styles.tasks} aria-label={t('tasks')}>
          {tasks?.map((task) => (
            <TaskEntry key={task.id} task={task} />
          ))}
        </ol>
        {actions !== undefined && actions.length > 0 && <ActionLog actions={actions} />}
      </PageBody>
    </>
  );
}
