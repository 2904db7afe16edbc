import { Modal } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useText } from '../lib/i18n';
import { places } from '../lib/places';
import { useSettings } from '../live/useLive';
import { ShortcutList } from '../ui/ShortcutList';
import { appTexts } from './locale';

/** Every shortcut over the page that is open, for `?`. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const t = useText(appTexts);
  const sendsOnEnter = (useSettings()?.sendKey ?? 'enter') === 'enter';
  return (
    <Modal opened onClose={onClose} title={t('shortcuts')} size={480}>
      <ShortcutList sendsOnEnter={sendsOnEnter} />
      <p>
        <Link {...places.help()} onClick={onClose}>
          {t('moreHelp')}
        </Link>
      </p>
    </Modal>
  );
}
