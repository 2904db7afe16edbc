import { memo, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { dockerCommand } from '../../../electron/contract/commands';
import type { LineSource } from '../../../electron/contract/lines';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { useSteady } from '../../lib/useSteady';
import { useContainer } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { useLinkConfirmation } from '../../ui/LinkConfirmation';
import { ChosenLines } from './ChosenLines';
import { HiddenBefore } from './HiddenBefore';
import { fieldsAmong } from './jsonLine';
import { LogActions } from './LogActions';
import { LogFailure } from './LogFailure';
import { LogLines, type LogLinesHandle, placeOf } from './LogLines';
import { LogStrip, StripButton } from './LogStrip';
import { LogToolbar } from './LogToolbar';
import styles from './LogView.module.css';
import { LookMenu } from './LookMenu';
import type { LineColumns } from './lineColumns';
import type { LineRange } from './lineRows';
import { logTexts } from './locale';
import { useLogPreferences } from './logPreferences';
import { addressOf, type LogQuestion, questionOf, rowsQuery, unfiltered } from './logQuery';
import { NewLines } from './NewLines';
import { NoLines } from './NoLines';
import { onRowKey } from './onRowKey';
import { RangeMenu } from './RangeMenu';
import { SaveStrip } from './SaveStrip';
import { SearchBar } from './SearchBar';
import { useLineFeed } from './useLineFeed';
import { useLineMarks } from './useLineMarks';
import { useLinkedLine } from './useLinkedLine';
import { type LogAddressing, useLogAddress } from './useLogAddress';
import { useLogDeeds } from './useLogDeeds';
import { useLogKeys } from './useLogKeys';
import { useLogRange } from './useLogRange';
import { useLogSearch } from './useLogSearch';
import { useOpenTurn } from './useOpenTurn';
import { useRowClicks } from './useRowClicks';

interface LogViewProps {
  source: LineSource;
  /** Only this part of the source, e.g. one build step. It has no search: its rows are not all lines. */
  range?: LineRange;
  /** Leaves the docker command out, where the page around shows one already. */
  withoutCommand?: boolean;
  /** What the log is called, for the file that it is saved to. */
  name?: string;
  /** Names and colours by container id, where several are merged. */
  containers?: LineColumns['containers'];
  /** Stands first in the toolbar of a log beside others, which has no search and no menus. */
  heading?: ReactNode;
  /** Leads to this log beside others. */
  onWithOthers?: () => void;
  /** The page's address, where it is this view's to write. */
  addressing?: LogAddressing;
}

/**
 * A live log: follows `source`, shows what fits the screen and reads no more than that. Takes the height it is given by
 * a flex column around it.
 */
export function LogView({
  source,
  range,
  withoutCommand = false,
  name,
  containers = null,
  heading,
  onWithOthers,
  addressing,
}: LogViewProps) {
  const t = useText(logTexts);
  const { address, change } = useLogAddress(addressing);
  const question = useMemo(() => questionOf(address), [address]);
  const lines = useRef<LogLinesHandle>(null);
  const view = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [filterLeft, setFilterLeft] = useState<LogQuestion | null>(null);

  const [limit, setLimit] = useState<LineRange | null>(null);
  const isResting = rowsQuery(question) !== null;
  const { feed: base, rows: baseRows, retry } = useLineFeed(source, range ?? limit, isResting);
  const { head } = baseRows;
  const part = useLogRange(source, address, head);
  // Told by the head that the feed brought, wanted by the feed: one render later.
  useEffect(() => setLimit(part.range), [part.range]);

  const search = useLogSearch(source, question, base, baseRows, lines);
  const { filtered, find, here } = search;
  const feed = filtered?.feed ?? base;
  const rows = filtered?.rows ?? baseRows;
  const { wrap, timestamps, fields } = useLogPreferences();
  const columns = useMemo(
    (): LineColumns => ({
      timestamps: feed.hasTimes ? timestamps : 'off',
      levels: feed.hasLevels,
      containers,
      fields,
    }),
    [timestamps, containers, fields, feed.hasTimes, feed.hasLevels],
  );
  const container = useContainer(source.kind === 'container' ? source.id : '');
  const isSearchable = range === undefined && heading === undefined;
  const deeds = useLogDeeds({
    source,
    searchId: filtered?.progress.searchId ?? null,
    name: name ?? container?.name ?? 'log',
    head,
    hits: filtered?.progress ?? null,
  });
  const link = useLinkConfirmation();
  const openTurn = useOpenTurn();
  const linked = useLinkedLine(source, address, head, search.reveal);
  const clicks = useRowClicks({
    feed,
    isSearch: filtered !== null,
    view,
    deeds,
    onLink: link.ask,
    onRequest: openTurn,
    onContext: seeInContext,
  });
  const { chosen } = clicks;
  const { marks, toggleFold, toggleOpen } = useLineMarks(
    feed,
    question.find,
    here?.index ?? linked.index,
    chosen,
    filtered ? (head?.firstIndex ?? 0) : null,
  );

  function ask(next: LogQuestion) {
    setFilterLeft(null);
    change({ ...addressOf(next), since: address.since, until: address.until });
  }
  function seeInContext(index: number) {
    setFilterLeft(question);
    clicks.choose(null);
    change(addressOf(unfiltered(question)));
    search.reveal(index);
  }
  // The bars around the lines are drawn when they change, not with every screen of lines.
  const focusLines = useSteady(() => lines.current?.focus());
  const askSteadily = useSteady(ask);
  const step = useSteady(search.step);
  const listFields = useSteady(() => {
    const { from, to } = lines.current?.onScreen() ?? { from: 0, to: 0 };
    return fieldsAmong(Array.from({ length: to - from }, (_, at) => feed.line(from + at)?.line.text ?? ''));
  });
  const copyAll = useSteady(deeds.copyAll);
  const copyShown = useSteady(deeds.copyShown);
  const save = useSteady(deeds.save);
  const clear = useSteady(deeds.clear);
  const copyLink = useSteady(() => deeds.copyLink(linkTo({})));
  const timeOnScreen = useSteady(() => feed.line(lines.current?.onScreen().from ?? 0)?.line.atMs ?? null);
  const jumpTo = useSteady((atMs: number) => {
    void deeds.findTime(atMs).then((index) => index !== null && search.reveal(index));
  });
  useLogKeys(isSearchable ? view : null, field, step);

  const failure = head?.failure ?? (rows.failure === null ? null : toFailure(rows.failure));
  const isEmpty = rows.endIndex <= rows.firstIndex;
  const isOver = head?.state === 'ended';
  const hiddenBefore = filtered === null && head !== null && limit !== null ? limit.from - head.firstIndex : 0;
  const chosenLine = chosen && feed.line(chosen.from);
  const linkTo = (part: { line?: number; at?: number }) =>
    addressing?.linkTo({ ...address, line: undefined, at: undefined, ...part }) ?? '';
  const linkToChosen = () =>
    chosenLine ? linkTo({ line: placeOf(chosenLine, filtered !== null), at: chosenLine.line.atMs ?? undefined }) : '';

  return (
    <div className={styles.view}>
      <LogToolbar
        head={head}
        hasFailed={rows.failure !== null}
        rows={rows}
        exists={feed.all()}
        isFiltered={filtered !== null}
        heading={heading}
        sourceKind={source.kind}
        onStart={() => lines.current?.toStart()}
        onEnd={() => lines.current?.toEnd()}
      >
        {isSearchable && feed.hasTimes && (
          <RangeMenu address={address} onChange={change} onJump={jumpTo} timeOnScreen={timeOnScreen} />
        )}
        {heading === undefined && (
          <>
            {onWithOthers && <IconButton icon={icons.grid} label={t('withOthers')} onClick={onWithOthers} />}
            <LookMenu hasTimes={feed.hasTimes} fieldsOnScreen={listFields} />
            <LogActions
              isFiltered={filtered !== null}
              canClear={source.kind === 'container' || source.kind === 'merged'}
              onCopyAll={copyAll}
              onCopyShown={copyShown}
              onSave={save}
              onCopyLink={addressing ? copyLink : null}
              onClear={clear}
            />
          </>
        )}
      </LogToolbar>
      {isSearchable && (
        <SearchBar
          question={question}
          onChange={askSteadily}
          progress={find.progress}
          failure={find.failure ?? filtered?.progress.failure ?? null}
          hit={here?.hit ?? null}
          onStep={step}
          onLeave={focusLines}
          field={field}
        />
      )}
      {failure && <LogFailure failure={failure} onRetry={retry} />}
      {deeds.said !== null && (
        <LogStrip
          onDismiss={deeds.said.isKept ? deeds.dismiss : undefined}
          actions={deeds.said.canUndo && <StripButton onClick={deeds.unclear}>{t('undo')}</StripButton>}
        >
          {deeds.said.words}
        </LogStrip>
      )}
      {linked.isGone && <LogStrip onDismiss={linked.dismiss}>{t('lineGone')}</LogStrip>}
      {deeds.saveTaskId !== null && <SaveStrip taskId={deeds.saveTaskId} onDismiss={deeds.dismissSave} />}
      {filterLeft !== null && (
        <LogStrip
          actions={<StripButton onClick={() => ask(filterLeft)}>{t('backToFilter')}</StripButton>}
          onDismiss={() => setFilterLeft(null)}
        >
          {t('inContext')}
        </LogStrip>
      )}
      {hiddenBefore > 0 && (
        <HiddenBefore
          count={hiddenBefore}
          onMore={address.tail === undefined ? null : part.showOlder}
          onAll={() => change({ tail: undefined, since: undefined, until: undefined })}
        />
      )}
      <div
        ref={view}
        className={styles.body}
        onCopy={clicks.onCopy}
        onClick={(event) => clicks.onClick(event, { toggleFold, toggleOpen })}
        onKeyDown={(event) => onRowKey(event, { clicks, feed, rows, list: lines.current, toggleFold, toggleOpen })}
      >
        {isEmpty && head !== null && head.state !== 'opening' && failure === null && (
          <NoLines
            filter={filtered?.progress.state ?? (isResting ? 'searching' : null)}
            isOver={isOver}
            sourceKind={source.kind}
            onReset={() => ask(unfiltered(question))}
          />
        )}
        {!isEmpty && (
          <LogLines
            key={filtered?.progress.searchId ?? 'all'}
            feed={feed}
            rows={rows}
            wrap={wrap}
            columns={columns}
            marks={marks}
            handle={lines}
          />
        )}
        {rows.arrived > 0 && !rows.following && (
          <NewLines count={rows.arrived} onClick={() => lines.current?.toEnd()} />
        )}
        {chosen !== null && chosenLine && (
          <ChosenLines
            count={chosen.to - chosen.from}
            place={placeOf(chosenLine, filtered !== null) + 1 - (head?.firstIndex ?? 0)}
            onCopy={() => deeds.copyRows(chosen.from, chosen.to)}
            onLink={addressing ? () => deeds.copyLink(linkToChosen()) : null}
            onContext={filtered === null ? null : () => seeInContext(placeOf(chosenLine, true))}
          />
        )}
      </div>
      {!withoutCommand && container && (
        <div className={styles.command}>
          <SteadyCommandLine command={dockerCommand.logs(container.name)} />
        </div>
      )}
      {link.question}
    </div>
  );
}

const SteadyCommandLine = memo(CommandLine);
