import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { FailureValue } from '../../../electron/contract/failures';
import { failureWords } from '../../lib/failures';
import { useLanguage, useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { Notice } from '../../ui/Notice';
import styles from './BuildPage.module.css';
import { buildTexts } from './locale';

interface BuildFailureProps {
  taskId: string;
  failure: FailureValue;
  /** The failing step is known: its own lines stand in its output already. */
  hasStep: boolean;
}

/** Why a build came to nothing and what to do; where a base image is missing, the ways to one. */
export function BuildFailure({ taskId, failure, hasStep }: BuildFailureProps) {
  const t = useText(buildTexts);
  const { what, next, raw } = failureWords(failure, useLanguage());
  const showsRaw = raw.length > 0 && !(hasStep && failure.code === 'BUILD_FAILED');
  const isBaseMissing = failure.code === 'BASE_IMAGE_UNREACHABLE' || failure.code === 'IMAGE_MISSING';
  return (
    <div className={styles.notice}>
      <Notice
        tone={failure.code === 'CANCELLED' ? 'info' : 'bad'}
        title={what}
        actions={
          isBaseMissing && (
            <>
              <Button
                variant="default"
                renderRoot={(props) => <Link {...props} {...places.buildImage({ from: taskId })} />}
              >
                {t('chooseBase')}
              </Button>
              <Button variant="default" renderRoot={(props) => <Link {...props} {...places.images()} />}>
                {t('loadArchive')}
              </Button>
              <Button variant="default" renderRoot={(props) => <Link {...props} {...places.settings()} />}>
                {t('openSettings')}
              </Button>
            </>
          )
        }
      >
        {next}
        {showsRaw && <pre className={`mono ${styles.raw}`}>{raw.join('\n')}</pre>}
      </Notice>
    </div>
  );
}
