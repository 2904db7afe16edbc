import type { ReactNode } from 'react';
import { useFormat } from '../lib/format';
import type { icons } from './icons';
import styles from './ListPage.module.css';
import { NothingListed, type NothingListedTexts } from './NothingListed';
import { PageBody } from './PageBody';
import { PageHeader } from './PageHeader';
import { SearchField } from './SearchField';

interface ListPageProps {
  title: string;
  /** Stands before the title: a way back. */
  before?: ReactNode;
  /** The main actions, top right. */
  actions: ReactNode;
  /** Rows that there are, and how many of them filters and search leave; undefined until known. */
  count: { all: number; shown: number } | undefined;
  search: { label: string; value: string; onChange: (value: string) => void };
  /** Stands before the search field: filters. */
  filters?: ReactNode;
  /** Stands behind it. */
  tools?: ReactNode;
  /** In place of filters and search: what can be done with the rows that are chosen. */
  selection?: ReactNode;
  /** What just happened to the list, for screen readers; empty for nothing. */
  said?: string;
  /** Between head and rows, and stays there: what failed. */
  notice?: ReactNode;
  /** Above the rows, and scrolls with them. */
  above?: ReactNode;
  /** In place of the rows: why there are none to be known. */
  instead?: ReactNode;
  /** In place of the rows where there are none, or none is left. */
  nothing: { icon: typeof icons.search; texts: NothingListedTexts; action: ReactNode; onShowAll: () => void };
  /** The rows, or their shape before they are known. */
  children: ReactNode;
}

/** A page that lists: how many there are, what narrows them, and the rows, or why there are none. */
export function ListPage(props: ListPageProps) {
  const { title, before, actions, count, search, filters, tools, selection } = props;
  const { said, notice, above, instead, nothing, children } = props;
  const format = useFormat();
  const isEmpty = count !== undefined && count.shown === 0;
  return (
    <>
      <PageHeader
        title={title}
        before={before}
        beside={count && <span>{format.count(count.all)}</span>}
        actions={actions}
      >
        {selection ?? (
          <>
            {filters}
            <SearchField {...search} />
            {tools}
          </>
        )}
      </PageHeader>
      {notice && <div className={styles.notice}>{notice}</div>}
      {said !== undefined && (
        <span className="hiddenVisually" role="status">
          {said}
        </span>
      )}
      <PageBody>
        {above}
        {instead ?? (isEmpty ? <NothingListed filtered={count.all > 0} {...nothing} /> : children)}
      </PageBody>
    </>
  );
}
