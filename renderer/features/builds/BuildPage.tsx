import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, startTransition, useEffect, useState } from 'react';
import type { BuildState } from '../../../electron/contract/builds';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useBuild } from '../../live/useBuild';
import { useTasks } from '../../live/useLive';
import { BackLink } from '../../ui/BackLink';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { PageHeader } from '../../ui/PageHeader';
import { Status } from '../../ui/Status';
import { BuildActions } from './BuildActions';
import { BuildFacts } from './BuildFacts';
import { BuildFailure } from './BuildFailure';
import styles from './BuildPage.module.css';
import { BuildSteps, type Shown } from './BuildSteps';
import { buildTones, isOver } from './buildStates';
import { DockerfileView } from './DockerfileView';
import { buildTexts } from './locale';
import { useBuildDetails } from './useBuildDetails';

interface BuildPageProps {
  taskId: string;
  /** Draws the output of one step by its id, or all of it; drawn by the feature that owns logs. */
  output: (part: string | undefined) => ReactNode;
}

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
  const [chosen, setChosen] = useState<Shown | null>(null);
  const [isPaneDue, setPaneDue] = useState(false);
  const cancel = useMutation({ mutationFn: () => api.tasks.cancel({ id: build.taskId }) });
  const refused = cancel.error === null || isOver(build) ? null : toFailure(cancel.error);
  const failed = build.steps.find(({ state }) => state === 'failed');
  // Until somebody chooses: everything, and where it went wrong once it did.
  const byItself =
    build.failure?.code === 'BUILD_FAILED' && build.failure.details.line !== null ? 'dockerfile' : 'whole';
  const shown = chosen ?? (failed === undefined ? byItself : { stepId: failed.id });

  // The steps come first: the log beside them is most of the page's work.
  useEffect(() => startTransition(() => setPaneDue(true)), []);

  return (
    <>
      <PageHeader
        before={<BackLink place={places.buildHistory()} label={t('backToHistory')} />}
        title={build.tag}
        beside={<Status tone={buildTones[build.state]} word={t(`state.${build.state}`)} />}
        actions={<BuildActions build={build} isCancelling={cancel.isPending} onCancel={() => cancel.mutate()} />}
      />
      <span className="hiddenVisually" role="status">
        {t('said', { tag: build.tag, state: t(`state.${build.state}`) })}
      </span>
      <BuildFacts build={build} />
      {refused !== null && (
        <div className={styles.notice}>
          <FailureNotice failure={refused} onDismiss={() => cancel.reset()} />
        </div>
      )}
      {build.failure !== null && (
        <BuildFailure taskId={build.taskId} failure={build.failure} hasStep={failed !== undefined} />
      )}
      <div className={styles.panes}>
        <BuildSteps build={build} shown={shown} onShow={setChosen} />
        <div className={styles.output}>{isPaneDue && <ShownPane build={build} shown={shown} output={output} />}</div>
      </div>
      <div className={styles.command}>
        <CommandLine command={build.command} />
      </div>
    </>
  );
}

interface ShownPaneProps extends Pick<BuildPageProps, 'output'> {
  build: BuildState;
  shown: Shown;
}

function ShownPane({ build, shown, output }: ShownPaneProps) {
  const t = useText(buildTexts);
  const details = useBuildDetails(build);
  // Output is spooled for as long as Wharf runs; of an earlier run's builds the last lines are left.
  const isOfThisRun = useTasks()?.some(({ id }) => id === build.taskId);
  if (shown === 'dockerfile') {
    if (details === undefined) return null;
    if (details.dockerfile === null) return <FullPage icon={icons.build} title={t('dockerfileGone')} />;
    return <DockerfileView build={build} text={details.dockerfile} />;
  }
  const step = shown === 'whole' ? undefined : build.steps.find(({ id }) => id === shown.stepId);
  if (isOfThisRun === undefined) return null;
  if (step === undefined) {
    if (isOfThisRun) return output(undefined);
    return (
      <FullPage icon={icons.logs} title={t('outputGone')}>
        {t('outputGoneNext')}
      </FullPage>
    );
  }
  const lines = isOfThisRun ? undefined : details?.lastLines[step.id];
  return (
    <>
      {step.state === 'failed' && step.line !== null && details?.dockerfile && (
        <DockerfileView build={build} text={details.dockerfile} excerpt />
      )}
      {!step.hasOutput ? (
        <FullPage icon={icons.logs} title={step.state === 'waiting' ? t('noOutputWaiting') : t('noOutput')}>
          {step.state === 'cached' ? t('noOutputCached') : t('noOutputNext')}
        </FullPage>
      ) : isOfThisRun ? (
        output(step.id)
      ) : (
        lines && <LastLines lines={lines} />
      )}
    </>
  );
}

/** Select Graphic Rendition (ECMA-48, 8.3.117): these few lines are shown without their colours. */
const colors = /\x1b\[[0-9;:]*m/g;

function LastLines({ lines }: { lines: readonly string[] }) {
  const t = useText(buildTexts);
  return (
    <div className={styles.kept}>
      <p className={styles.keptNote}>{t('outputEnds')}</p>
      <pre className={`mono ${styles.lastLines}`}>{lines.join('\n').replace(colors, '')}</pre>
    </div>
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
          <Button variant="default" renderRoot={(props) => <Link {...props} {...places.buildHistory()} />}>
            {t('backToHistory')}
          </Button>
          <Button renderRoot={(props) => <Link {...props} {...places.buildImage()} />}>{t('formTitle')}</Button>
        </>
      }
    >
      {t('missingNext')}
    </FullPage>
  );
}
