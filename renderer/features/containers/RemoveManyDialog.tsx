import { Button, Checkbox, Modal } from '@mantine/core';
import { useState } from 'react';
import type { Container } from '../../../electron/contract/containers';
import { canStop } from '../../lib/containerStatus';
import { useText } from '../../lib/i18n';
import { useEngineGuard } from '../../live/useEngineGuard';
import { useContainerTable } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { uiTexts } from '../../ui/locale';
import { Notice } from '../../ui/Notice';
import { containersTexts } from './locale';
import styles from './RemoveContainerDialog.module.css';
import { tableTexts } from './tableLocale';
import { type Deed, lineOf } from './useContainerActions';

interface RemoveManyDialogProps {
  /** As they were when the dialog opened. */
  containers: readonly Container[];
  isCleanUp: boolean;
  onClose: () => void;
  onRemove: (containers: readonly Container[], deed: Extract<Deed, { kind: 'remove' }>) => void;
}

/** Asks before many containers go: names them all, and takes those that Wharf did not make only when it is told to. */
export function RemoveManyDialog({ containers: shown, isCleanUp, onClose, onRemove }: RemoveManyDialogProps) {
  const t = useText(tableTexts);
  const words = useText(containersTexts);
  const ui = useText(uiTexts);
  const guard = useEngineGuard();
  const table = useContainerTable();
  const [force, setForce] = useState(false);
  const [volumes, setVolumes] = useState(false);
  const [others, setOthers] = useState(false);

  const ids = new Set(shown.map(({ id }) => id));
  const there = (table?.containers ?? []).filter(({ id, state }) => ids.has(id) && state !== 'removing');
  const foreign = there.filter(({ madeByWharf }) => !madeByWharf);
  const meant = there.filter(({ madeByWharf }) => madeByWharf || others);
  const running = meant.filter(canStop);
  const going = meant.filter((container) => force || !canStop(container));
  const deed = { kind: 'remove' as const, force: force && running.length > 0, volumes };
  return (
    <Modal
      opened
      onClose={onClose}
      title={isCleanUp ? t('cleanUpTitle') : t('removeTitle', { count: shown.length })}
      size={560}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <div className={styles.body}>
        {guard === 'lost' && <Notice tone="bad" title={words('engineLost')} />}
        {guard === 'switched' && <Notice tone="bad" title={words('engineSwitched')} />}
        {there.length === 0 ? (
          <p className={styles.words}>{t('cleanUpNothing')}</p>
        ) : (
          <>
            <p className={styles.words}>{t('goes')}</p>
            <ul className={styles.names}>
              {there.map((container) => (
                <li key={container.id} data-stays={!going.includes(container) || undefined}>
                  {container.name} <span>{going.includes(container) ? container.image : t('stays')}</span>
                </li>
              ))}
            </ul>
          </>
        )}
        {foreign.length > 0 && (
          <Checkbox
            label={t('include', { count: foreign.length })}
            checked={others}
            onChange={(event) => setOthers(event.currentTarget.checked)}
          />
        )}
        {running.length > 0 && (
          <Checkbox
            label={t('kill', { count: running.length })}
            description={force ? undefined : t('runningStay')}
            checked={force}
            onChange={(event) => setForce(event.currentTarget.checked)}
          />
        )}
        <Checkbox
          label={t('volumes')}
          checked={volumes}
          onChange={(event) => setVolumes(event.currentTarget.checked)}
        />
        {going.length > 0 && <CommandLine command={lineOf(deed, ...going.map(({ name }) => name))} />}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {ui('cancel')}
          </Button>
          <Button color="red" disabled={guard !== 'same' || going.length === 0} onClick={() => onRemove(going, deed)}>
            {t('removeCount', { count: going.length })}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
