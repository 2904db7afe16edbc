import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { type AnswerSettings, isPlain, plainSettings } from '../../../electron/contract/answers';
import { type Comparison, sideLimits } from '../../../electron/contract/comparisons';
import type { FailureValue } from '../../../electron/contract/failures';
import type { ChatTarget } from '../../../electron/contract/targets';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useContainerTable } from '../../live/useLive';
import { FailureNotice } from '../../ui/FailureNotice';
import { FullPage } from '../../ui/FullPage';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { RelativeTime } from '../../ui/RelativeTime';
import { CompareComposer } from './answers/CompareComposer';
import { CompareSide } from './answers/CompareSide';
import { compareTexts } from './answers/compareLocale';
import { useChatPanel } from './answers/useChatPanel';
import { useComparisons } from './answers/watchedLists';
import styles from './ComparePage.module.css';
import { TargetPicker } from './TargetPicker';
import { chatContainers, targetOf } from './target';
import { useTried } from './useTried';

/** One prompt to two to four targets, side by side: a new comparison, or the one with this id. */
export function ComparePage({ comparisonId }: { comparisonId: string | null }) {
  const t = useText(compareTexts);
  const comparisons = useComparisons();
  const comparison = comparisons?.find(({ id }) => id === comparisonId);
  if (comparisonId === null) return <NewComparison comparisons={comparisons ?? []} />;
  if (comparisons === undefined) return null;
  if (comparison === undefined) {
    return (
      <FullPage
        icon={icons.compare}
        title={t('comparisonGone')}
        actions={
          <Button component={Link} {...places.compare()}>
            {t('newComparison')}
          </Button>
        }
      >
        {t('comparisonGoneWords')}
      </FullPage>
    );
  }
  return <OpenComparison key={comparison.id} comparison={comparison} />;
}

function BackToChat() {
  const t = useText(compareTexts);
  return (
    <Link {...places.chat()} className={styles.back} aria-label={t('backToChat')} title={t('backToChat')}>
      <icons.back size={16} stroke={1.75} aria-hidden />
    </Link>
  );
}

const letters = ['A', 'B', 'C', 'D'];

/** Who is compared is chosen first; the first prompt begins it. */
function NewComparison({ comparisons }: { comparisons: readonly Comparison[] }) {
  const t = useText(compareTexts);
  const api = useApi();
  const navigate = useNavigate();
  const containers = useContainerTable()?.containers ?? [];
  const [chosen, setChosen] = useState<(ChatTarget | null)[] | null>(null);
  const [settings, setSettings] = useState<AnswerSettings>(plainSettings);
  const [text, setText] = useState('');
  const [isBeginning, setBeginning] = useState(false);
  const [failure, setFailure] = useState<FailureValue | null>(null);
  const { buttons, panel } = useChatPanel({
    conversationId: null,
    settings,
    onSettings: setSettings,
    onShowTurn: () => {},
  });
  // Until the person chooses, the first containers that answer stand there.
  const offered = chatContainers(containers).slice(0, 2).map(targetOf);
  const sides = chosen ?? [offered[0] ?? null, offered[1] ?? null];
  const targets = sides.filter((side) => side !== null);
  const canSend = targets.length === sides.length && text.trim() !== '' && !isBeginning;
  const put = (at: number, target: ChatTarget) => setChosen(sides.map((side, index) => (index === at ? target : side)));

  async function begin(prompt: string) {
    if (targets.length !== sides.length || prompt.trim() === '' || isBeginning) return;
    setBeginning(true);
    try {
      const begun = await api.comparisons.begin({
        comparisonId: crypto.randomUUID(),
        targets,
        ...(isPlain(settings) ? {} : { settings }),
      });
      await Promise.all(begun.sides.map(({ conversationId }) => ask(conversationId, prompt)));
      await navigate(places.comparison(begun.id));
    } catch (error) {
      setFailure(toFailure(error));
      setBeginning(false);
    }
  }
  const ask = (conversationId: string, prompt: string) =>
    api.chat.send({ conversationId, messageId: crypto.randomUUID(), text: prompt });

  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <BackToChat />
        <h1 className={styles.title}>{t('compareTitle')}</h1>
        {buttons}
      </header>
      <div className={styles.main}>
        <div className={styles.column}>
          {failure && (
            <div className={styles.notice}>
              <FailureNotice failure={failure} onDismiss={() => setFailure(null)} />
            </div>
          )}
          <div className={styles.turns}>
            <div className={styles.setup}>
              <h2 className={styles.setupTitle}>{t('chooseSides')}</h2>
              <p className={styles.setupWords}>{t('compareWords')}</p>
              <ul className={styles.chosen}>
                {sides.map((side, at) => (
                  // Sides have no identity but their place.
                  <li key={letters[at]}>
                    <span className={styles.letter}>{letters[at]}</span>
                    <div>
                      <TargetPicker
                        target={side}
                        containers={containers}
                        disabled={isBeginning}
                        isCompact
                        onChoose={(target) => put(at, target)}
                      />
                    </div>
                    {sides.length > sideLimits.least && (
                      <IconButton
                        icon={icons.close}
                        label={t('removeSide')}
                        onClick={() => setChosen(sides.filter((_, index) => index !== at))}
                      />
                    )}
                  </li>
                ))}
              </ul>
              {sides.length < sideLimits.most && (
                <Button
                  variant="default"
                  leftSection={<icons.add size={16} stroke={1.75} aria-hidden />}
                  onClick={() => setChosen([...sides, null])}
                >
                  {t('addSide')}
                </Button>
              )}
              {comparisons.length > 0 && (
                <>
                  <h2 className={styles.earlierTitle}>{t('comparisons')}</h2>
                  <ul className={styles.earlier}>
                    {comparisons.map(({ id, title, updatedAtMs, sides: its }) => (
                      <li key={id}>
                        <Link {...places.comparison(id)}>
                          <span className={styles.earlierName}>
                            {title || its.map(({ target }) => target?.name).join(' · ')}
                          </span>
                          <RelativeTime atMs={updatedAtMs} />
                        </Link>
                      </li>
                    ))}
                  </ul>
                </>
              )}
            </div>
          </div>
          <CompareComposer
            text={text}
            canSend={canSend}
            isAnswering={false}
            onChange={setText}
            onSend={(prompt) => void begin(prompt)}
            onStop={() => {}}
          />
        </div>
        {panel}
      </div>
    </div>
  );
}

function OpenComparison({ comparison }: { comparison: Comparison }) {
  const t = useText(compareTexts);
  const api = useApi();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [answering, setAnswering] = useState<ReadonlySet<string>>(new Set());
  const { failure, setFailure, tried } = useTried();
  const { sides } = comparison;
  const isAnswering = sides.some(({ conversationId }) => answering.has(conversationId));

  const onAnswering = useCallback((conversationId: string, isNow: boolean) => {
    setAnswering((before) => {
      const next = new Set(before);
      if (isNow) next.add(conversationId);
      else next.delete(conversationId);
      return next;
    });
  }, []);
  function send(prompt: string) {
    if (prompt.trim() === '' || isAnswering) return;
    setText('');
    for (const { conversationId } of sides) {
      tried(api.chat.send({ conversationId, messageId: crypto.randomUUID(), text: prompt }));
    }
  }

  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <BackToChat />
        <h1 className={styles.title} title={comparison.title}>
          {comparison.title || t('untitled')}
        </h1>
        <Button component={Link} variant="default" {...places.compare()}>
          {t('newComparison')}
        </Button>
        <IconButton
          icon={icons.remove}
          danger
          label={t('removeComparison')}
          onClick={() => {
            tried(api.comparisons.remove({ comparisonId: comparison.id }));
            void navigate(places.compare());
          }}
        />
      </header>
      {failure && (
        <div className={styles.notice}>
          <FailureNotice failure={failure} onDismiss={() => setFailure(null)} />
        </div>
      )}
      <div className={styles.sides}>
        {sides.map(({ conversationId, target }) => (
          <CompareSide
            key={conversationId}
            conversationId={conversationId}
            target={target}
            onAnswering={onAnswering}
            onRegenerate={(id, messageId) => tried(api.chat.regenerate({ conversationId: id, messageId }))}
            onStop={(id) => tried(api.chat.stop({ conversationId: id }))}
            onKeep={(id) => tried(api.comparisons.keep({ conversationId: id }))}
          />
        ))}
      </div>
      <CompareComposer
        text={text}
        canSend={!isAnswering && text.trim() !== ''}
        isAnswering={isAnswering}
        onChange={setText}
        onSend={send}
        onStop={() => {
          for (const { conversationId } of sides) tried(api.chat.stop({ conversationId }));
        }}
      />
    </div>
  );
}
