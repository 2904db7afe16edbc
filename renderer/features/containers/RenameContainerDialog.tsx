import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Container } from '../../../electron/contract/containers';
import { containerName } from '../../../electron/contract/runRequest';
import { useText } from '../../lib/i18n';
import { useEngineGuard } from '../../live/useEngineGuard';
import { useContainerTable } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { FormDialog } from '../../ui/FormDialog';
import { containersTexts } from './locale';
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
  const guard = useEngineGuard();
  const [typed, setTyped] = useState(container.name);
  const name = typed.trim();
  const isTaken = useContainerTable()?.containers.some((row) => row.name === name && row.id !== container.id) ?? false;
  const isBad = !containerName.safeParse(name).success;
  const isOff = guard !== 'same' || isTaken || isBad || name === container.name;
  return (
    <FormDialog
      title={words('renameTitle', { name: container.name })}
      submitWord={t('action.rename')}
      off={isOff}
      onSubmit={() => onRename(name)}
      onClose={onClose}
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
    </FormDialog>
  );
}
