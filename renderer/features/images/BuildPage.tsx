import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { BuildState } from '../../../electron/contract/builds';
import { useApi } from '../../lib/client';
import { failureWords, toFailure } from '../../lib/failures';
import { useLanguage, useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useBuild } from '../../live/useBuild';
import { useTask } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { PageHeader } from '../../ui/PageHeader';
import { Status, type Tone } from '../../ui/Status';
import { BuildFacts } from './BuildFacts';
import styles from './BuildPage.module.css';
import { BuildSteps, type Shown } from './BuildSteps';
import { buildTexts } from './locale';

interface BuildPageProps {
  taskId: string;
  /** Draws the output of one step by its id, or all of it; drawn by the feature that owns logs. */
  output: (part: string | undefined) => ReactNode;
}

const tones: Record<BuildState['state'], Tone> = {
  packing: 'busy',
  running: 'busy',
  done: 'good',
  failed: 'bad',
  interrupted: 'bad',
  cancelled: 'idle',
};

const isOver = ({ state }: BuildState) => state !== 'packing' && state !== 'running';

/** One build: how it stands, its steps, what each of them wrote. It goes on whether somebody looks or not. */
export function BuildPage({ taskId, output }: BuildPageProps) {
  const build = useBuild(taskId);
  if (build === undefined) return null;
  if (build === null) return <BuildGone />;
  return <BuildView key={taskId} build={build} output={output} />;
}

function BuildView({ build, output }: { build: BuildState; output: BuildPageProps['output'] }) {
  const t = useText(buildTexts);
  const api = useApi();
  const task = useTask(build.taskId);
  const [chosen, setChosen] = useState<Shown | null>(null);
  const cancel = useMutation({ mutationFn: () => api.tasks.cancel({ id: build.taskId }) });
  const refused = cancel.error === null || isOver(build) ? null : toFailure(cancel.error);
  const failed = build.steps.find(({ state }) => state === 'failed');
  // Until somebody chooses: everything, and where it went wrong once it did.
  const shown = chosen ?? (failed === undefined ? 'whole' : { stepId: failed.id });

  return (
    <>
      <PageHeader
        before={<BackToImages />}
        title={build.tag}
        beside={<Status tone={tones[build.state]} word={t(`state.${build.state}`)} />}
        actions={<BuildActions build={build} isCancelling={cancel.isPending} onCancel={() => cancel.mutate()} />}
      />
      <span className="hiddenVisually" role="status">
        {t('said', { tag: build.tag, state: t(`state.${build.state}`) })}
      </span>
      <BuildFacts build={build} task={task ?? null} />
      {refused !== null && (
        <div className={styles.notice}>
          <FailureNotice failure={refused} onDismiss={() => cancel.reset()} />
        </div>
      )}
      {build.failure !== null && <BuildFailure failure={build.failure} hasStep={failed !== undefined} />}
      <div className={styles.panes}>
        <BuildSteps build={build} shown={shown} onShow={setChosen} />
        <div className={styles.output}>
          <StepOutput build={build} shown={shown} output={output} />
        </div>
      </div>
      {task && (
        <div className={styles.command}>
          <CommandLine command={task.command} />
        </div>
      )}
    </>
  );
}

interface BuildActionsProps {
  build: BuildState;
  isCancelling: boolean;
  onCancel: () => void;
}

function BuildActions({ build, isCancelling, onCancel }: BuildActionsProps) {
  const t = useText(buildTexts);
  if (!isOver(build)) {
    return (
      <Button
        variant="default"
        loading={isCancelling}
        title={t('goesOn')}
        leftSection={<icons.cancel size={15} aria-hidden />}
        onClick={onCancel}
      >
        {t('cancel')}
      </Button>
    );
  }
  if (build.state !== 'done') {
    return (
      <Button
        renderRoot={(props) => <Link {...props} {...places.buildImage()} />}
        leftSection={<icons.build size={15} aria-hidden />}
      >
        {t('again')}
      </Button>
    );
  }
  return (
    <>
      <Button
        variant="default"
        renderRoot={(props) => <Link {...props} {...places.images({ find: build.tag })} />}
        leftSection={<icons.images size={15} aria-hidden />}
      >
        {t('seeImage')}
      </Button>
      <Button
        renderRoot={(props) => <Link {...props} {...places.runContainer({ image: build.tag })} />}
        leftSection={<icons.start size={15} aria-hidden />}
      >
        {t('run')}
      </Button>
    </>
  );
}

/** Why it failed and what to do. The failing step's own lines stand in its output already. */
function BuildFailure({ failure, hasStep }: { failure: NonNullable<BuildState['failure']>; hasStep: boolean }) {
  const { what, next, raw } = failureWords(failure, useLanguage());
  const showsRaw = raw.length > 0 && !(hasStep && failure.code === 'BUILD_FAILED');
  return (
    <div className={styles.notice}>
      <Notice tone={failure.code === 'CANCELLED' ? 'info' : 'bad'} title={what}>
        {next}
        {showsRaw && <pre className={`mono ${styles.raw}`}>{raw.join('\n')}</pre>}
      </Notice>
    </div>
  );
}

interface StepOutputProps extends Pick<BuildPageProps, 'output'> {
  build: BuildState;
  shown: Shown;
}

function StepOutput({ build, shown, output }: StepOutputProps) {
  const t = useText(buildTexts);
  const step = shown === 'whole' ? undefined : build.steps.find(({ id }) => id === shown.stepId);
  if (step === undefined) return output(undefined);
  const { hasOutput, state } = step;
  if (!hasOutput) {
    return (
      <FullPage icon={icons.logs} title={state === 'waiting' ? t('noOutputWaiting') : t('noOutput')}>
        {state === 'cached' ? t('noOutputCached') : t('noOutputNext')}
      </FullPage>
    );
  }
  return output(step.id);
}

function BackToImages() {
  const t = useText(buildTexts);
  return (
    <Link {...places.images()} aria-label={t('backToImages')} title={t('backToImages')}>
      <icons.back size={16} stroke={1.75} aria-hidden />
    </Link>
  );
}

function BuildGone() {
  const t = useText(buildTexts);
  return (
    <FullPage
      icon={icons.build}
      title={t('missing')}
      role="status"
      actions={
        <>
          <Button variant="default" renderRoot={(props) => <Link {...props} {...places.images()} />}>
            {t('backToImages')}
          </Button>
          <Button renderRoot={(props) => <Link {...props} {...places.buildImage()} />}>{t('formTitle')}</Button>
        </>
      }
    >
      {t('missingNext')}
    </FullPage>
  );
}
