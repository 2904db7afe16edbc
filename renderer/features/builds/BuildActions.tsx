import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { BuildState } from '../../../electron/contract/builds';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { icons } from '../../ui/icons';
import { isOver } from './buildStates';
import { buildTexts } from './locale';

interface BuildActionsProps {
  build: BuildState;
  isCancelling: boolean;
  onCancel: () => void;
}

/** What can be done with a build: cancel it while it goes on; run it, see its image or build again once it is over. */
export function BuildActions({ build, isCancelling, onCancel }: BuildActionsProps) {
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
  const isDone = build.state === 'done';
  return (
    <>
      <Button
        variant={isDone ? 'default' : 'filled'}
        renderRoot={(props) => <Link {...props} {...places.buildImage({ from: build.taskId })} />}
        leftSection={<icons.build size={15} aria-hidden />}
      >
        {t('again')}
      </Button>
      {isDone && (
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
      )}
    </>
  );
}
