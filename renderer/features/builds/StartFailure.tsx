import { Button } from '@mantine/core';
import type { FailureValue } from '../../../electron/contract/failures';
import { failureWords } from '../../lib/failures';
import { useLanguage, useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { FieldProblem } from '../../ui/FieldProblem';
import { buildTexts } from './locale';

/** Why a build did not start; where the same one is under way, the way to it. */
export function StartFailure({ failure, onOpen }: { failure: FailureValue; onOpen: (taskId: string) => void }) {
  const t = useText(buildTexts);
  return (
    <FailureNotice
      failure={failure}
      actions={
        failure.code === 'TASK_ALREADY_RUNNING' && (
          <Button variant="default" onClick={() => onOpen(failure.details.id)}>
            {t('openBuild')}
          </Button>
        )
      }
    />
  );
}

/** Why a folder cannot be built from, for the field that names it. */
export function RefusedFolder({ failure }: { failure: FailureValue }) {
  const { what, next } = failureWords(failure, useLanguage());
  return <FieldProblem words={`${what}. ${next}`} />;
}
