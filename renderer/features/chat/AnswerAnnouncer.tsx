import { useEffect, useRef, useState } from 'react';
import type { Message } from '../../../electron/contract/chat';
import { useText } from '../../lib/i18n';
import { chatTexts } from './locale';
import { isUnderWay } from './reduceConversation';

/** UTF-16 units of an answer that are read out. */
const readOutLimit = 600;

/** Tells people who do not see the page of each answer once, when it is over: tokens on their way are not read out. */
export function AnswerAnnouncer({ last }: { last: Message | undefined }) {
  const t = useText(chatTexts);
  const awaited = useRef<string | null>(null);
  const [words, setWords] = useState('');

  useEffect(() => {
    if (last?.role !== 'assistant') return;
    if (isUnderWay(last)) {
      awaited.current = last.id;
      setWords('');
      return;
    }
    if (awaited.current !== last.id) return;
    awaited.current = null;
    const end = last.state === 'done' ? 'answered' : last.state === 'stopped' ? 'answerStopped' : 'answerFailed';
    setWords(`${t(end)} ${last.text.slice(0, readOutLimit)}`);
  }, [last, t]);

  return (
    <div className="hiddenVisually" role="status">
      {words}
    </div>
  );
}
