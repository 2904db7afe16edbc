import { Button, Checkbox, Modal } from '@mantine/core';
import { useState } from 'react';
import type { Container } from '../../../electron/contract/containers';
import { canStop } from '../../lib/containerStatus';
import { useText } from '../../lib/i18n';
import { useEngineGuard } from '../../live/useEngineGuard';
import { useContainer } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { uiTexts } from '../../ui/locale';
import { Notice } from '../../ui/Notice';
import { containersTexts } from './locale';
import styles from './RemoveContainerDialog.module.css';
import { commandOf, type Deed } from './useContainerActions';

interface RemoveContainerDialogProps {
  /** As it was when the dialog opened. */
  container: Container;
  onClose: () => void;
  onRemove: (deed: Extract<Deed, { kind: 'remove' }>) => void;
}

/** Asks before a container goes: names it, tells what goes with it, and acts on no other engine than the one it was shown for. */
export function RemoveContainerDialog({ container: shown, onClose, onRemove }: RemoveContainerDialogProps) {
  const t = useText(containersTexts);
  const ui = useText(uiTexts);
  const guard = useEngineGuard();
  const container = useContainer(shown.id);
  const [force, setForce] = useState(false);
  const [volumes, setVolumes] = useState(false);
  const { name } = shown;
  const runs = container != null && canStop(container);
  const deed = { kind: 'remove' as const, force: runs && force, volumes };
  const blocked = guard !== 'same' || container == null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('removeTitle', { name })}
      size={480}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <div className={styles.body}>
        {guard === 'lost' && <Notice tone="bad" title={t('engineLost')} />}
        {guard === 'switched' && <Notice tone="bad" title={t('engineSwitched')} />}
        {guard === 'same' && container === null && <Notice tone="info" title={t('removeGone', { name })} />}
        <p className={styles.words}>{t('removeGoes')}</p>
        {runs && (
          <Checkbox
            label={t('removeForce')}
            checked={force}
            onChange={(event) => setForce(event.currentTarget.checked)}
          />
        )}
        <Checkbox
          label={t('removeVolumes')}
          checked={volumes}
          onChange={(event) => setVolumes(event.currentTarget.checked)}
        />
        <CommandLine command={commandOf({ container: shown, deed })} />
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {ui('cancel')}
          </Button>
          <Button color="red" disabled={blocked || (runs && !force)} onClick={() => onRemove(deed)}>
            {ui('remove')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
