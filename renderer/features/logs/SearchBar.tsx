import { type KeyboardEvent, memo, type RefObject, useState } from 'react';
import type { FailureValue } from '../../../electron/contract/failures';
import type { SearchProgress } from '../../../electron/contract/lines';
import { failureWords } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useLanguage, useText } from '../../lib/i18n';
import { useImeEnter } from '../../lib/imeEnter';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { LevelFilter } from './LevelFilter';
import { logTexts } from './locale';
import type { Find, LogQuestion } from './logQuery';
import styles from './SearchBar.module.css';

interface SearchBarProps {
  question: LogQuestion;
  onChange: (question: LogQuestion) => void;
  /** The search for what is typed; null while nothing is. */
  progress: SearchProgress | null;
  failure: FailureValue | null;
  /** Which hit the search stands at; null before the first step. */
  hit: number | null;
  onStep: (direction: 'next' | 'previous') => void;
  /** Gives the focus back to the lines. */
  onLeave: () => void;
  field: RefObject<HTMLInputElement | null>;
}

/** What is looked for in a log, how many there are, and what is left out of it. */
export const SearchBar = memo(function SearchBar({
  question,
  onChange,
  progress,
  failure,
  hit,
  onStep,
  onLeave,
  field,
}: SearchBarProps) {
  const t = useText(logTexts);
  const words = useLanguage();
  const { find, onlyHits, hide, stream } = question;
  const [hiding, setHiding] = useState(hide !== '');
  const isEmpty = find.text === '';
  const problem = failure === null ? null : failureWords(failure, words);
  useImeEnter(field, () => onStep('next'));

  const setFind = (part: Partial<Find>) => onChange({ ...question, find: { ...find, ...part } });
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter' && event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      onStep('previous');
    } else if (event.key === 'Escape' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      if (find.text !== '') setFind({ text: '' });
      onLeave();
    }
  }

  return (
    <div className={styles.bar} role="search" aria-label={t('search')}>
      <div className={styles.line}>
        <div className={styles.field} data-wrong={problem !== null || undefined}>
          <icons.search size={15} stroke={1.75} aria-hidden className={styles.icon} />
          <input
            ref={field}
            type="text"
            className={styles.input}
            value={find.text}
            maxLength={1000}
            spellCheck={false}
            aria-label={t('search')}
            aria-invalid={problem !== null}
            aria-keyshortcuts="Control+F /"
            placeholder={t('searchPlaceholder')}
            onChange={(event) => setFind({ text: event.target.value })}
            onKeyDown={onKeyDown}
          />
          <Count progress={isEmpty ? null : progress} hit={hit} isEmpty={isEmpty || problem !== null} />
          <Toggle
            glyph="Aa"
            label={t('matchCase')}
            on={find.matchCase}
            onChange={(matchCase) => setFind({ matchCase })}
          />
          <Toggle
            glyph="ab"
            label={t('wholeWord')}
            on={find.wholeWord}
            onChange={(wholeWord) => setFind({ wholeWord })}
          />
          <Toggle glyph=".*" label={t('regex')} on={find.isRegex} onChange={(isRegex) => setFind({ isRegex })} />
        </div>
        <IconButton
          icon={icons.up}
          label={t('previousHit')}
          hint="Shift+Enter"
          disabled={isEmpty}
          onClick={() => onStep('previous')}
        />
        <IconButton
          icon={icons.down}
          label={t('nextHit')}
          hint="Enter"
          disabled={isEmpty}
          onClick={() => onStep('next')}
        />
        <button
          type="button"
          className={styles.choice}
          aria-pressed={onlyHits}
          title={t('onlyHitsHint')}
          onClick={() => onChange({ ...question, onlyHits: !onlyHits })}
        >
          {t('onlyHits')}
        </button>
        <div className={styles.filters}>
          <button
            type="button"
            className={styles.choice}
            aria-pressed={hiding}
            aria-expanded={hiding}
            title={t('hideHint')}
            onClick={() => {
              if (hiding) onChange({ ...question, hide: '' });
              setHiding(!hiding);
            }}
          >
            {t('hide')}
          </button>
          <LevelFilter levels={question.levels} onChange={(levels) => onChange({ ...question, levels })} />
          <fieldset className={styles.streams}>
            <legend className="hiddenVisually">{t('streams')}</legend>
            {(['stdout', 'stderr'] as const).map((one) => (
              <button
                key={one}
                type="button"
                className={styles.choice}
                aria-pressed={stream === one}
                title={t('onlyStream', { stream: one })}
                onClick={() => onChange({ ...question, stream: stream === one ? null : one })}
              >
                {one}
              </button>
            ))}
          </fieldset>
        </div>
      </div>
      {hiding && (
        <div className={styles.line}>
          <div className={styles.field}>
            <icons.hide size={15} stroke={1.75} aria-hidden className={styles.icon} />
            <input
              type="text"
              className={styles.input}
              value={hide}
              maxLength={1000}
              spellCheck={false}
              aria-label={t('hideLines')}
              placeholder={t('hideLines')}
              // It opens because somebody wants to type into it.
              autoFocus={hide === ''}
              onChange={(event) => onChange({ ...question, hide: event.target.value })}
              onKeyDown={(event) => {
                if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
                onChange({ ...question, hide: '' });
                setHiding(false);
                onLeave();
              }}
            />
          </div>
        </div>
      )}
      {problem && (
        <p className={styles.problem} role="alert">
          <icons.warning size={14} stroke={1.75} aria-hidden />
          <span>
            {problem.what}. {problem.next} <span className="mono">{problem.raw.join(' ')}</span>
          </span>
        </p>
      )}
    </div>
  );
});

function Count({ progress, hit, isEmpty }: { progress: SearchProgress | null; hit: number | null; isEmpty: boolean }) {
  const t = useText(logTexts);
  const format = useFormat();
  let words = '';
  if (!isEmpty && progress) {
    const { firstHit, endHit, state } = progress;
    const count = format.count(endHit - firstHit);
    if (hit !== null && hit >= firstHit && hit < endHit)
      words = t('hitOf', { at: format.count(hit - firstHit + 1), all: count });
    else if (endHit === firstHit) words = state === 'searching' ? t('searching') : t('noHits');
    else words = endHit - firstHit === 1 ? t('hitsOne') : t('hits', { shown: count });
    if (state === 'searching' && endHit > firstHit) words += '…';
  }
  return (
    <span className={styles.count} role="status">
      {words}
    </span>
  );
}

interface ToggleProps {
  /** Drawn by the style sheet: it is a picture, not the button's name. */
  glyph: string;
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

function Toggle({ glyph, label, on, onChange }: ToggleProps) {
  return (
    <button
      type="button"
      className={styles.toggle}
      data-glyph={glyph}
      aria-pressed={on}
      aria-label={label}
      title={label}
      onClick={() => onChange(!on)}
    ></button>
  );
}
