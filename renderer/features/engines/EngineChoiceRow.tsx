import { Button } from '@mantine/core';
import type { EngineChoice } from '../../../electron/contract/engine';
import type { FailureValue } from '../../../electron/contract/failures';
import { engineName } from '../../lib/engineName';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { icons } from '../../ui/icons';
import { Status, type Tone } from '../../ui/Status';
import styles from './EnginesDialog.module.css';
import { engineTexts } from './locale';
import type { Choosing, Consent } from './useChooseEngine';

interface EngineChoiceRowProps {
  /** null: the first that answers. */
  id: string | null;
  name: string;
  address: string;
  choice?: EngineChoice;
  isChosen: boolean;
  /** Nothing can be chosen now. */
  isOff: boolean;
  choosing: Choosing;
}

const tones: Record<EngineChoice['state'], Tone> = { driven: 'good', answers: 'good', silent: 'bad', unasked: 'idle' };

/** One engine in the list: what it is, how it is, and the way to use it. */
export function EngineChoiceRow({ id, name, address, choice, isChosen, isOff, choosing }: EngineChoiceRowProps) {
  const t = useText(engineTexts);
  const isThis = choosing.id === id;
  const failure = isThis && choosing.failure !== null ? choosing.failure : (choice?.failure ?? null);
  const consent = isThis && failure !== null ? consentFor(failure) : null;
  const kind = choice === undefined ? null : choice.facts ? engineName(choice.facts) : t(choice.kind);
  return (
    <li>
      <div className={styles.line}>
        <div className={styles.place}>
          <div className={styles.name}>
            <span>{name}</span>
            {kind !== null && kind !== name && <span className={styles.kind}>{kind}</span>}
          </div>
          <div className={choice === undefined ? styles.why : `mono ${styles.address}`} title={address}>
            {address}
          </div>
        </div>
        <div className={styles.state}>
          {choice !== undefined && (
            <Status
              tone={tones[choice.state]}
              word={t(choice.state)}
              icon={choice.state === 'driven' ? icons.engine : undefined}
              title={choice.state === 'unasked' ? t('unaskedWhy') : undefined}
            />
          )}
        </div>
        <div className={styles.action}>
          {isChosen ? (
            <icons.check size={16} stroke={2} aria-label={t('driven')} />
          ) : (
            <Button
              variant="default"
              size="xs"
              disabled={isOff || (choosing.isPending && !isThis)}
              loading={choosing.isPending && isThis}
              onClick={() => choosing.choose(id)}
              aria-label={t('useThis', { name })}
            >
              {t('use')}
            </Button>
          )}
        </div>
      </div>
      {failure !== null && (
        <div className={styles.problem}>
          <FailureNotice
            failure={failure}
            {...(isThis && choosing.failure !== null ? { during: t('notSwitched') } : { announced: false })}
            actions={
              consent !== null && (
                <Button
                  variant="default"
                  size="xs"
                  loading={choosing.isPending}
                  onClick={() => choosing.choose(id, consent)}
                >
                  {t(consent.kind === 'plain' ? 'allowPlain' : 'trust')}
                </Button>
              )
            }
          />
        </div>
      )}
    </li>
  );
}

/** What a person may agree to so that the place can be tried again; null where there is nothing to agree to. */
function consentFor(failure: FailureValue): Consent | null {
  if (failure.code === 'ENGINE_TLS' && failure.details.reason === 'plain') return { kind: 'plain' };
  if (failure.code === 'ENGINE_SSH' && failure.details.reason === 'hostUnknown') {
    return { kind: 'hostKey', fingerprint: failure.details.fingerprint };
  }
  return null;
}
