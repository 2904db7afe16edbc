import { Checkbox, Popover } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ContainerColumn } from '../../../electron/contract/settings';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { useSettings } from '../../live/useLive';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { useTellFailure } from '../../ui/useTellFailure';
import styles from './ContainersPage.module.css';
import { containersTexts } from './locale';
import { tableTexts } from './tableLocale';

const columns: readonly ContainerColumn[] = ['image', 'cpu', 'memory', 'ports', 'since', 'created', 'id'];

/** Which columns the table has; kept with the settings. */
export function ColumnChoice() {
  const t = useText(containersTexts);
  const words = useText(tableTexts);
  const api = useApi();
  const tellFailure = useTellFailure();
  const shown = useSettings()?.containerColumns;
  const change = useMutation({
    mutationFn: (containerColumns: ContainerColumn[]) => api.settings.change({ containerColumns }),
    onError: tellFailure,
  });
  if (shown === undefined) return null;
  const wordOf = (column: ContainerColumn) =>
    column === 'image' || column === 'ports' || column === 'since' ? t(column) : words(column);
  return (
    <Popover position="bottom-end" withinPortal>
      <Popover.Target>
        <IconButton icon={icons.columns} label={words('chooseColumns')} className={styles.columnChoice} />
      </Popover.Target>
      <Popover.Dropdown aria-label={words('columns')}>
        <div className={styles.columns}>
          {columns.map((column) => (
            <Checkbox
              key={column}
              label={wordOf(column)}
              checked={shown.includes(column)}
              onChange={({ currentTarget: { checked } }) =>
                change.mutate(checked ? [...shown, column] : shown.filter((one) => one !== column))
              }
            />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
