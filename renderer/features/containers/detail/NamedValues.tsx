import type { NamedValue } from '../../../../electron/contract/inspect';
import { useText } from '../../../lib/i18n';
import { HiddenValue } from './HiddenValue';
import { detailTexts } from './locale';
import styles from './Sheet.module.css';

interface NamedValuesProps {
  label: string;
  containerId: string;
  values: readonly NamedValue[];
}

/** Names with their values, each to copy; secrets hidden. All of it is text of the image or the container. */
export function NamedValues({ label, containerId, values }: NamedValuesProps) {
  const t = useText(detailTexts);
  return (
    <table className={styles.table} aria-label={label}>
      <colgroup>
        <col style={{ width: '38%' }} />
        <col />
      </colgroup>
      <thead className="hiddenVisually">
        <tr>
          <th scope="col">{t('name')}</th>
          <th scope="col">{t('value')}</th>
        </tr>
      </thead>
      <tbody>
        {values.map(({ name, value, path }) => (
          <tr key={`${containerId} ${path.join('/')}`}>
            <td>
              <span className={`mono ${styles.cellText}`}>{name}</span>
            </td>
            <td>
              <HiddenValue containerId={containerId} name={name} value={value} path={path} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
