import { Button } from '@mantine/core';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { type Translate, useText } from '../lib/i18n';
import { CopyButton } from './CopyButton';
import { icons } from './icons';
import styles from './JsonTree.module.css';
import { type JsonRow, jsonRows, openTo, shownRows, stepsOf, valueAt } from './jsonRows';
import { jsonTreeTexts } from './jsonTreeLocale';
import { SearchField } from './SearchField';

/** Levels that stand open at first. */
const openLevels = 2;

interface JsonTreeProps {
  /** What the tree is of, for screen readers: "Inspect of llm-api". */
  label: string;
  /** Any JSON value. Untrusted: everything in it is shown as text. */
  value: unknown;
  /** Leaves out the search and the buttons: for small values inside of something else. */
  bare?: boolean;
  /** More buttons of a line, by JSON pointer. */
  rowActions?: (path: string) => ReactNode;
}

/**
 * A JSON value as a tree: folds, is searched by name and value, and gives any part of itself to the clipboard. Arrow keys
 * walk it. Fills the width it gets and is as high as its lines.
 */
export function JsonTree({ label, value, bare = false, rowActions }: JsonTreeProps) {
  const t = useText(jsonTreeTexts);
  const [find, setFind] = useState('');
  const [open, setOpen] = useState<ReadonlySet<string>>(() => openTo(value, openLevels));
  const [focused, setFocused] = useState('');
  const [hovered, setHovered] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const { rows, matchCount, isCut } = useMemo(() => jsonRows(value, open, find), [value, open, find]);
  const here = rows.some(({ path }) => path === focused) ? focused : '';

  const setFolded = (path: string, folded: boolean) => {
    const next = new Set(open);
    if (folded) next.delete(path);
    else next.add(path);
    setOpen(next);
  };
  const focus = (row: JsonRow | undefined) => {
    if (row === undefined) return;
    setFocused(row.path);
    const lines = [...(list.current?.children ?? [])] as HTMLElement[];
    lines.find((line) => line.dataset.path === row.path)?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget && (event.target as HTMLElement).getAttribute('role') !== 'treeitem')
      return;
    const at = rows.findIndex(({ path }) => path === here);
    const row = rows[at];
    if (row === undefined) return;
    const above = rows
      .slice(0, at)
      .reverse()
      .find(({ depth }) => depth < row.depth);
    const act: Record<string, () => void> = {
      ArrowDown: () => focus(rows[at + 1]),
      ArrowUp: () => focus(rows[at - 1]),
      Home: () => focus(rows[0]),
      End: () => focus(rows.at(-1)),
      ArrowRight: () => (row.childCount > 0 && !row.isOpen ? setFolded(row.path, false) : focus(rows[at + 1])),
      ArrowLeft: () => (row.isOpen && open.has(row.path) ? setFolded(row.path, true) : focus(above)),
      Enter: () => row.childCount > 0 && setFolded(row.path, row.isOpen),
      ' ': () => row.childCount > 0 && setFolded(row.path, row.isOpen),
    };
    const action = act[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };

  return (
    <div className={styles.tree}>
      {!bare && (
        <div className={styles.bar}>
          <SearchField label={t('find')} value={find} onChange={setFind} />
          <span role="status" className={styles.count}>
            {find.trim() === '' ? '' : matchCount === 0 ? t('none') : t('matches', { count: matchCount })}
          </span>
          <span className={styles.buttons}>
            <Button variant="default" onClick={() => setOpen(openTo(value, Number.POSITIVE_INFINITY))}>
              {t('openAll')}
            </Button>
            <Button variant="default" onClick={() => setOpen(openTo(value, 1))}>
              {t('closeAll')}
            </Button>
            <CopyButton text={JSON.stringify(value, null, 2)} label={t('copyAll')} />
          </span>
        </div>
      )}
      <div
        ref={list}
        role="tree"
        aria-label={label}
        className={`mono ${styles.rows}`}
        onKeyDown={onKeyDown}
        tabIndex={-1}
      >
        {rows.map((row) => (
          <Row
            key={row.path}
            row={row}
            t={t}
            tabbable={row.path === here}
            // Only where it can be seen: a button a line would cost more than the tree.
            copied={row.path === here || row.path === hovered ? textOf(valueAt(value, row.path)) : null}
            more={row.path === here || row.path === hovered ? rowActions?.(row.path) : undefined}
            onFocus={() => setFocused(row.path)}
            onHover={() => setHovered(row.path)}
            onFold={() => setFolded(row.path, row.isOpen)}
          />
        ))}
      </div>
      {isCut && <p className={styles.cut}>{t('cut', { count: shownRows })}</p>}
    </div>
  );
}

interface RowProps {
  row: JsonRow;
  t: Translate<(typeof jsonTreeTexts)['en']>;
  tabbable: boolean;
  /** What its copy button puts on the clipboard; null for no button. */
  copied: string | null;
  more: ReactNode;
  onFocus: () => void;
  onHover: () => void;
  onFold: () => void;
}

function Row({ row, t, tabbable, copied, more, onFocus, onHover, onFold }: RowProps) {
  const path = row.path === '' ? '/' : row.path;
  const isBranch = row.kind === 'object' || row.kind === 'array';
  const Symbol = row.isOpen ? icons.down : icons.next;
  return (
    <div
      role="treeitem"
      aria-level={row.depth + 1}
      aria-expanded={row.childCount > 0 ? row.isOpen : undefined}
      aria-selected={tabbable}
      tabIndex={tabbable ? 0 : -1}
      data-path={row.path}
      data-matches={row.matches || undefined}
      className={styles.row}
      style={{ paddingLeft: `${row.depth * 16 + 4}px` }}
      onFocus={onFocus}
      onMouseEnter={onHover}
    >
      {row.childCount > 0 ? (
        <button
          type="button"
          tabIndex={-1}
          className={styles.fold}
          aria-label={t(row.isOpen ? 'fold' : 'unfold', { path })}
          onClick={onFold}
        >
          <Symbol size={14} stroke={1.75} aria-hidden />
        </button>
      ) : (
        <span className={styles.fold} />
      )}
      <span className={styles.words}>
        {row.name !== null && <span className={styles.name}>{row.name}: </span>}
        {isBranch ? (
          <span className={styles.summary}>
            {row.kind === 'array' ? '[ ]' : '{ }'} {row.childCount > 0 && t('items', { count: row.childCount })}
          </span>
        ) : (
          <span className={styles.value} data-kind={row.kind}>
            {row.text}
          </span>
        )}
      </span>
      {copied !== null && (
        <span className={styles.copy}>
          {more}
          <CopyButton text={copied} label={t('copyOf', { path })} />
          {row.path !== '' && (
            <CopyButton icon={icons.copyPath} text={jqPath(row.path)} label={t('copyPath', { path })} />
          )}
        </span>
      )}
    </div>
  );
}

/**
 * A JSON pointer as `jq` takes it.
 * @example jqPath('/Config/Labels/app.name') // '.Config.Labels["app.name"]'
 */
export function jqPath(pointer: string): string {
  const path = stepsOf(pointer).map((step) => {
    if (/^\d+$/.test(step)) return `[${step}]`;
    return /^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return path[0]?.startsWith('.') ? path.join('') : `.${path.join('')}`;
}

/** A string goes to the clipboard without its quotes, everything else as JSON. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
