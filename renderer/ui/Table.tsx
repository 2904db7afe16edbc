import type { ReactNode, Ref } from 'react';
import { icons } from './icons';
import styles from './Table.module.css';
import { rowHeightPx } from './useRowWindow';

export interface Column {
  key: string;
  word: string;
  /** Numbers stand right-aligned. */
  numeric?: boolean;
  /** CSS width; the rest is shared. */
  width?: string;
  /** `wide` columns go away in narrow windows. */
  wide?: boolean;
  /** Its name is for screen readers only, e.g. a column of buttons. */
  nameless?: boolean;
  /** The table can be put in its order: how it is now, and what a click on its name does. */
  sort?: { order: 'ascending' | 'descending' | null; onSort: () => void };
  /** In place of its name, e.g. a box that selects all rows. */
  head?: ReactNode;
}

interface TableProps {
  label: string;
  columns: readonly Column[];
  /** `<tr>` rows with plain `<td>` cells. Mark cells of `numeric` and `wide` columns with `cell()`. */
  children: ReactNode;
  /** Greyed: what stands here is old. */
  stale?: boolean;
  /** Rows there are, where only those on the screen are drawn. */
  rowCount?: number;
  bodyRef?: Ref<HTMLTableSectionElement>;
}

/** A dense table: 32 px rows, quiet lines, a head that stays. */
export function Table({ label, columns, children, stale, rowCount, bodyRef }: TableProps) {
  return (
    <table
      className={styles.table}
      aria-label={label}
      aria-rowcount={rowCount === undefined ? undefined : rowCount + 1}
      data-stale={stale || undefined}
    >
      <colgroup>
        {columns.map((column) => (
          <col key={column.key} style={{ width: column.width }} className={column.wide ? styles.wide : undefined} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" className={cell(column)} aria-sort={column.sort?.order ?? undefined}>
              <ColumnName column={column} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={bodyRef}>{children}</tbody>
    </table>
  );
}

function ColumnName({ column: { word, nameless, sort, head } }: { column: Column }) {
  if (head !== undefined) return head;
  if (nameless) return <span className="hiddenVisually">{word}</span>;
  if (sort === undefined) return word;
  const Direction = sort.order === 'descending' ? icons.down : icons.up;
  return (
    <button type="button" className={styles.sort} data-sorted={sort.order !== null || undefined} onClick={sort.onSort}>
      {word}
      <Direction size={12} stroke={2} aria-hidden className={styles.direction} />
    </button>
  );
}

/** The class of a cell in a column of that kind. */
export function cell({ numeric, wide }: Pick<Column, 'numeric' | 'wide'>): string | undefined {
  return [numeric && styles.numeric, wide && styles.wide].filter(Boolean).join(' ') || undefined;
}

/** In place of rows of a long table that are not on the screen; see `useRowWindow`. */
export function RowGap({ rows, columns }: { rows: number; columns: readonly Column[] }) {
  if (rows <= 0) return null;
  return (
    <tr aria-hidden className={styles.gap}>
      <td colSpan={columns.length} style={{ height: rows * rowHeightPx }} />
    </tr>
  );
}

const skeletonWidths = [64, 48, 72, 56, 40];

/** Rows in the shape of what is still being asked for. */
export function SkeletonRows({ columns, rows = 5 }: { columns: readonly Column[]; rows?: number }) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={row} aria-hidden>
      {columns.map((column, index) => (
        <td key={column.key} className={cell(column)}>
          <span className={styles.bone} style={{ width: `${skeletonWidths[(row + index) % 5]}%` }} />
        </td>
      ))}
    </tr>
  ));
}
