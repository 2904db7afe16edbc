import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { InstalledModel } from '../../../electron/contract/models';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { RelativeTime } from '../../ui/RelativeTime';
import { cell } from '../../ui/Table';
import { modelsTexts } from './locale';
import styles from './ModelsPage.module.css';
import { useChatWith } from './useChatWith';

interface ModelRowProps {
  model: InstalledModel;
  endpointId: string;
  ollamaName: string;
  isLoaded: boolean;
  onCopy: () => void;
  onRemove: () => void;
}

/** One line of the table. Plain cells and buttons: there may be hundreds. */
export const ModelRow = memo(
  function ModelRow({ model, endpointId, ollamaName, isLoaded, onCopy, onRemove }: ModelRowProps) {
    const t = useText(modelsTexts);
    const format = useFormat();
    const chat = useChatWith({ endpointId, ollamaName });
    const { name } = model;
    return (
      <tr>
        <td>
          <span className={styles.name}>
            <Link {...places.model(name, { ollama: endpointId })} className={styles.link} title={name}>
              {name}
            </Link>
            {isLoaded && <span className={styles.badge}>{t('inMemory')}</span>}
          </span>
        </td>
        <td className={cell({ wide: true })}>{model.family ?? '–'}</td>
        <td className={cell({ numeric: true })}>{model.parameterSize ?? '–'}</td>
        <td>{model.quantization ?? '–'}</td>
        <td className={cell({ numeric: true })}>{format.bytes(model.sizeBytes)}</td>
        <td className={cell({ numeric: true, wide: true })}>
          {model.modifiedAtMs === null ? '–' : <RelativeTime atMs={model.modifiedAtMs} />}
        </td>
        <td>
          <span className={styles.actions}>
            <IconButton icon={icons.chat} label={t('chatWith', { name })} onClick={() => chat(name)} />
            <IconButton icon={icons.copy} label={t('copyOf', { name })} onClick={onCopy} />
            <IconButton icon={icons.remove} danger label={t('removeOf', { name })} onClick={onRemove} />
          </span>
        </td>
      </tr>
    );
  },
  (before, now) =>
    before.model === now.model && before.isLoaded === now.isLoaded && before.endpointId === now.endpointId,
);
