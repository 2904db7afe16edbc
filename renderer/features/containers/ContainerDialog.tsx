import type { Container } from '../../../electron/contract/containers';
import { ExportDialog } from './ExportDialog';
import { RemoveContainerDialog } from './RemoveContainerDialog';
import { RenameContainerDialog } from './RenameContainerDialog';
import { useContainerActions } from './useContainerActions';

/** Dialogs about one container. */
export type ContainerDialogKind = 'remove' | 'rename' | 'export';

interface ContainerDialogProps {
  kind: ContainerDialogKind;
  /** As it was when the dialog opened. */
  container: Container;
  onClose: () => void;
}

/** A dialog about one container, which does what it was opened for. */
export function ContainerDialog({ kind, container, onClose }: ContainerDialogProps) {
  const act = useContainerActions();
  switch (kind) {
    case 'remove':
      return (
        <RemoveContainerDialog
          container={container}
          onClose={onClose}
          onRemove={(deed) => {
            onClose();
            void act({ container, deed });
          }}
        />
      );
    case 'rename':
      return (
        <RenameContainerDialog
          container={container}
          onClose={onClose}
          onRename={(name) => {
            onClose();
            void act({ container, deed: { kind: 'rename', name } });
          }}
        />
      );
    case 'export':
      return <ExportDialog container={container} onClose={onClose} />;
  }
}
