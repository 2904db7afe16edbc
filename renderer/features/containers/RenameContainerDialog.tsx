import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Container } from '../../../electron/contract/containers';
import { containerName } from '../../../electron/contract/runRequest';
import { useText } from '../../lib/i18n';
import { useEngineGuard } from '../../live/useEngineGuard';
import { useContainerTable } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { uiTexts } from '../../ui/locale';
import { containersTexts } from './locale';
import styles from './RemoveContainerDialog.module.css';
import { tableTexts } from './tableLocale';
import { lineOf } from './useContainerActions';

interface RenameContainerDialogProps {
  container: Container;
  onClose: () => void;
  onRename: (name: string) => void;
}

/** Asks for another name; one that somebody has shows while typing. */
export function RenameContainerDialog({ container, onClose, onRename }: RenameContainerDialogProps) {
  const t = useText(containersTexts);
  const words = useText(tableTexts);
  const ui = useText(uiTexts);
  const guard = useEngineGuard();
  const [typed, setTyped] = useState(container.name);
  const name = typed.trim();
  const isTaken = useContainerTable()?.containers.some((row) => row.name === name && row.id !== container.id) ?? false;
  const isBad = !containerName.safeParse(name).success;
  const isOff = guard !== 'same' || isTaken || isBad || name === container.name;
  return (
    <Modal
      opened
      onClose={onClose}
      title={words('renameTitle', { name: container.name })}
      size={480}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <form
        className={styles.body}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isOff) onRename(name);
        }}
      >
        <TextInput
          label={words('newName')}
          value={typed}
          data-autofocus
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={isTaken ? t('nameTaken', { name }) : isBad && t('nameBad')}
        />
        <CommandLine command={lineOf({ kind: 'rename', name: name || '…' }, container.name)} />
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {ui('cancel')}
          </Button>
          <Button type="submit" disabled={isOff}>
            {t('action.rename')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
