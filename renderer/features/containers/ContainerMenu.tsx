import { Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Container } from '../../../electron/contract/containers';
import { canStop } from '../../lib/containerStatus';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { type Icon, icons } from '../../ui/icons';
import type { ContainerDialogKind } from './ContainerDialog';
import { containersTexts } from './locale';
import { tableTexts } from './tableLocale';
import { commandOf, type PlainDeed } from './useContainerActions';

interface ContainerMenuItemsProps {
  container: Container;
  off: boolean;
  onDeed: (container: Container, kind: PlainDeed) => void;
  onDialog: (container: Container, kind: ContainerDialogKind) => void;
}

/** The menu of a table's row, beside the button that opened it; there is one for all rows. */
export function ContainerMenu({
  at,
  onClose,
  ...items
}: ContainerMenuItemsProps & { at: DOMRect; onClose: () => void }) {
  return (
    <Menu opened onClose={onClose} position="bottom-end" withinPortal returnFocus hideDetached={false}>
      <Menu.Target>
        <span
          aria-hidden
          style={{
            position: 'fixed',
            left: at.left,
            top: at.top,
            width: at.width,
            height: at.height,
            pointerEvents: 'none',
          }}
        />
      </Menu.Target>
      <Menu.Dropdown>
        <ContainerMenuItems {...items} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** What is done to a container less often than starting and stopping it. */
export function ContainerMenuItems({ container, off, onDeed, onDialog }: ContainerMenuItemsProps) {
  const t = useText(containersTexts);
  const words = useText(tableTexts);
  const deed = (kind: PlainDeed, icon: Icon, allowed: boolean) => (
    <Menu.Item
      leftSection={<IconOf icon={icon} />}
      disabled={off || !allowed}
      title={commandOf({ container, deed: { kind } })}
      onClick={() => onDeed(container, kind)}
    >
      {t(`action.${kind}`)}
    </Menu.Item>
  );
  return (
    <>
      {container.state === 'paused'
        ? deed('unpause', icons.start, true)
        : deed('pause', icons.pause, container.state === 'running')}
      {container.state === 'paused' && deed('stop', icons.stop, true)}
      {deed('kill', icons.kill, canStop(container))}
      <Menu.Divider />
      <Menu.Item
        leftSection={<IconOf icon={icons.replace} />}
        renderRoot={(props) => <Link {...props} {...places.runContainer({ replace: container.id })} />}
      >
        {words('edit')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconOf icon={icons.duplicate} />}
        renderRoot={(props) => <Link {...props} {...places.runContainer({ like: container.id })} />}
      >
        {words('duplicate')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconOf icon={icons.edit} />}
        disabled={off}
        onClick={() => onDialog(container, 'rename')}
      >
        {words('rename')}
      </Menu.Item>
      <Menu.Item leftSection={<IconOf icon={icons.export} />} onClick={() => onDialog(container, 'export')}>
        {words('exportAs')}
      </Menu.Item>
    </>
  );
}

function IconOf({ icon: Symbol }: { icon: Icon }) {
  return <Symbol size={15} stroke={1.75} aria-hidden />;
}
