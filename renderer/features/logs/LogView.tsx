import { type ClipboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import { dockerCommand } from '../../../electron/contract/commands';
import type { LineSource } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { useContainer } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { useLinkConfirmation } from '../../ui/LinkConfirmation';
import { withoutColors } from './ansiLine';
import { LogLines, type LogLinesHandle } from './LogLines';
import { LogToolbar } from './LogToolbar';
import styles from './LogView.module.css';
import type { LineRange } from './lineFeed';
import { logTexts } from './locale';
import { useLogPreferences } from './logPreferences';
import { NewLines } from './NewLines';
import { selectedLogText, useHasSelection } from './selection';
import { useLineFeed } from './useLineFeed';

interface LogViewProps {
  source: LineSource;
  /** Only this part of the source, e.g. one build step. */
  range?: LineRange;
  /** Leaves the docker command out, where the page around shows one already. */
  withoutCommand?: boolean;
}

/**
 * A live log: follows `source`, shows what fits the screen and reads no more than that. Takes the height it is given by
 * a flex column around it.
 */
export function LogView({ source, range, withoutCommand = false }: LogViewProps) {
  const t = useText(logTexts);
  const api = useApi();
  const { feed, rows, retry } = useLineFeed(source, range ?? null);
  const { wrap, timestamps } = useLogPreferences();
  const container = useContainer(source.kind === 'container' ? source.id : '');
  const lines = useRef<LogLinesHandle>(null);
  const view = useRef<HTMLDivElement>(null);
  const hasSelection = useHasSelection(view);
  const link = useLinkConfirmation();
  const [copied, setCopied] = useState(false);

  // Text that runs away cannot be selected.
  useEffect(() => {
    if (hasSelection) feed.follow(false);
  }, [hasSelection, feed]);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = (text: string) => {
    if (text === '') return;
    api.host.copyText({ text }).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };

  function copyShown() {
    const selected = selectedLogText(view.current);
    if (selected !== '') return copy(selected);
    const { from, to } = lines.current?.onScreen() ?? { from: 0, to: 0 };
    const texts: string[] = [];
    for (let index = from; index < to; index++) {
      const shown = feed.line(index);
      if (shown && shown.line.stream !== 'mark') texts.push(withoutColors(shown.line.text));
    }
    copy(texts.join('\n'));
  }

  function onCopy(event: ClipboardEvent) {
    const selected = selectedLogText(view.current);
    if (selected === '') return;
    event.preventDefault();
    copy(selected);
  }

  function onClick(event: MouseEvent) {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null;
    if (target?.dataset.link !== undefined) link.ask(target.dataset.link);
    else if (target?.dataset.copyLine !== undefined)
      copy(withoutColors(feed.line(Number(target.dataset.copyLine))?.line.text ?? ''));
  }

  const { head } = rows;
  const failure = head?.failure ?? (rows.failure === null ? null : toFailure(rows.failure));
  const isEmpty = rows.endIndex <= rows.firstIndex;
  const isOver = head?.state === 'ended';

  return (
    <div className={styles.view}>
      <LogToolbar
        rows={rows}
        sourceKind={source.kind}
        copied={copied}
        hasSelection={hasSelection}
        onCopy={copyShown}
        onStart={() => lines.current?.toStart()}
        onEnd={() => lines.current?.toEnd()}
      />
      {failure && (
        <div className={styles.notice}>
          <FailureNotice
            failure={failure}
            actions={
              <button type="button" className={styles.retry} onClick={retry}>
                {t('retry')}
              </button>
            }
          />
        </div>
      )}
      <div ref={view} className={styles.body} onCopy={onCopy} onClick={onClick}>
        {isEmpty && head !== null && head.state !== 'opening' && failure === null && (
          <FullPage icon={icons.logs} title={isOver ? t('emptyEnded') : t('emptyLive')}>
            {isOver ? t('emptyEndedHint') : source.kind === 'task' ? t('emptyTaskHint') : t('emptyLiveHint')}
          </FullPage>
        )}
        {!isEmpty && <LogLines feed={feed} rows={rows} wrap={wrap} timestamps={timestamps} handle={lines} />}
        {rows.arrived > 0 && !rows.following && (
          <NewLines count={rows.arrived} onClick={() => lines.current?.toEnd()} />
        )}
      </div>
      {!withoutCommand && container && (
        <div className={styles.command}>
          <CommandLine command={dockerCommand.logs(container.name)} />
        </div>
      )}
      {link.question}
    </div>
  );
}
