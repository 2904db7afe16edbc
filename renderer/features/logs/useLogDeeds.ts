import { useEffect, useState } from 'react';
import type { LineSource, LinesHead, SearchProgress } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useTellFailure } from '../../ui/useTellFailure';
import { logTexts } from './locale';

interface LogDeedsOptions {
  source: LineSource;
  /** The search whose hits are the rows; null where all lines are. */
  searchId: string | null;
  name: string;
  head: LinesHead | null;
  hits: SearchProgress | null;
}

/** A sentence about what was just done. */
interface Said {
  words: string;
  canUndo: boolean;
  /** Stays until it is closed. */
  isKept: boolean;
}

export type LogDeeds = ReturnType<typeof useLogDeeds>;

/** How long a short word ("copied") stays. */
const shortMs = 2500;

/** What can be done with a log: copy, save, clear and undo that, find a time. Says what came of it. */
export function useLogDeeds({ source, searchId, name, head, hits }: LogDeedsOptions) {
  const t = useText(logTexts);
  const format = useFormat();
  const api = useApi();
  const tellFailure = useTellFailure();
  const [said, setSaid] = useState<(Said & { forMs: number }) | null>(null);
  const [saveTaskId, setSaveTaskId] = useState<string | null>(null);
  const rowsSource: LineSource = searchId === null ? source : { kind: 'search', searchId };
  const ids = source.kind === 'container' ? [source.id] : source.kind === 'merged' ? source.ids : [];

  useEffect(() => {
    if (said === null || !Number.isFinite(said.forMs)) return;
    const timer = setTimeout(() => setSaid(null), said.forMs);
    return () => clearTimeout(timer);
  }, [said]);

  const say = (words: string, forMs = shortMs, canUndo = false) =>
    setSaid({ words, canUndo, isKept: canUndo || !Number.isFinite(forMs), forMs });

  const sayCopied = (count: number) =>
    say(count === 1 ? t('copiedOne') : t('copiedLines', { shown: format.count(count) }));

  const copyFrom = (from: LineSource, fromIndex: number, toIndex: number) =>
    api.lines.copy({ source: from, fromIndex, toIndex }).then(({ copiedCount, isWhole }) => {
      if (isWhole) sayCopied(copiedCount);
      else say(t('copiedPart', { shown: format.count(copiedCount) }), Number.POSITIVE_INFINITY);
    }, tellFailure);

  return {
    said,
    dismiss: () => setSaid(null),
    saveTaskId,
    dismissSave: () => setSaveTaskId(null),
    copyAll: () => void copyFrom(source, head?.firstIndex ?? 0, head?.endIndex ?? 0),
    copyShown: () => void copyFrom(rowsSource, hits?.firstHit ?? 0, hits?.endHit ?? 0),
    /** Copies rows [from, to) of what is shown. */
    copyRows: (from: number, to: number) => void copyFrom(rowsSource, from, to),
    copyText: (text: string) => {
      if (text === '') return;
      api.host.copyText({ text }).then(() => sayCopied(text.split('\n').length), tellFailure);
    },
    copyLink: (address: string) =>
      void api.host.copyText({ text: address }).then(() => say(t('linkCopied')), tellFailure),
    save: async (what: 'all' | 'shown', timestamps: boolean) => {
      try {
        const { picked } = await api.host.pickSaveFile({ suggestedName: `${name}.log`, extensions: ['log', 'txt'] });
        if (picked === null) return;
        const from = what === 'all' ? source : rowsSource;
        const { taskId } = await api.lines.save({ source: from, grant: picked.grant, timestamps });
        setSaveTaskId(taskId);
      } catch (error) {
        tellFailure(error);
      }
    },
    clear: () =>
      void Promise.all(ids.map((id) => api.lines.clear({ id }))).then(
        (answers) => say(t('cleared'), Math.min(...answers.map(({ undoMs }) => undoMs)), true),
        tellFailure,
      ),
    unclear: () =>
      void Promise.all(ids.map((id) => api.lines.unclear({ id }))).then((answers) => {
        setSaid(null);
        if (answers.some(({ restored }) => !restored)) say(t('tooLate'), Number.POSITIVE_INFINITY);
      }, tellFailure),
    /** Index of the first line at or after `atMs`; says so where there is none, or it cannot be looked up. */
    findTime: async (atMs: number): Promise<number | null> => {
      try {
        const { index } = await api.lines.atTime({ source, atMs });
        if (index === null) say(t('outside'));
        return index;
      } catch (error) {
        tellFailure(error);
        return null;
      }
    },
  };
}
