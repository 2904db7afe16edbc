import styles from './FieldNames.module.css';
import rowStyles from './LogLine.module.css';
import type { LineColumns } from './lineColumns';

/** What the columns of JSON fields are called, above the lines. */
export function FieldNames({ columns }: { columns: LineColumns }) {
  return (
    <div className={`mono ${styles.names}`}>
      {columns.containers !== null && <span className={rowStyles.container} />}
      {columns.timestamps !== 'off' && <span className={rowStyles.stamp} />}
      <span className={rowStyles.stream} />
      {columns.levels && <span className={rowStyles.level} />}
      <span className={rowStyles.toggle} />
      {columns.fields.map((field) => (
        <span key={field} className={rowStyles.field} title={field}>
          {field}
        </span>
      ))}
    </div>
  );
}
