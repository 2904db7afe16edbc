import { memo } from 'react';
import type { InstalledModel } from '../../../electron/contract/models';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { modelHref } from '../../lib/places';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { RelativeTime } from '../../ui/RelativeTime';
import { cell } from '../../ui/Table';
import { modelsTexts } from './locale';
import styles from './ModelsPage.module.css';

interface ModelRowProps {
  model: InstalledModel;
  endpointId: string;
  isLoaded: boolean;
  onChat: (name: string) => void;
  onCopy: (model: InstalledModel) => void;
  onRemove: (model: InstalledModel) => void;
}

/** One line of the table. Plain cells and buttons: there may be hundreds. */
export const ModelRow = memo(function ModelRow({
  model,
  endpointId,
  isLoaded,
  onChat,
  onCopy,
  onRemove,
}: ModelRowProps) {
  const t = useText(modelsTexts);
  const format = useFormat();
  const { name } = model;
  return (
    <tr>
      <td>
        <span className={styles.name}>
          <a href={modelHref(name, endpointId)} className={styles.link} title={name}>
            {name}
          </a>
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
          <IconButton icon={icons.chat} label={t('chatWith', { name })} onClick={() => onChat(name)} />
          <IconButton icon={icons.copy} label={t('copyOf', { name })} onClick={() => onCopy(model)} />
          <IconButton icon={icons.remove} danger label={t('removeOf', { name })} onClick={() => onRemove(model)} />
        </span>
      </td>
    </tr>
  );
});
