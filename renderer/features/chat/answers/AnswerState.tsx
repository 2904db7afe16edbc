import type { ReactNode } from 'react';
import type { Message } from '../../../../electron/contract/chat';
import { assertNever } from '../../../../electron/contract/failures';
import { useText } from '../../../lib/i18n';
import { FailureNotice } from '../../../ui/FailureNotice';
import { Notice } from '../../../ui/Notice';
import { chatTexts } from '../locale';
import { AnswerProgress } from './AnswerProgress';
import styles from './AnswerState.module.css';
import { answersTexts } from './locale';

interface AnswerStateProps {
  message: Message;
  /** Who answers, while nothing is known of the answer yet. */
  targetName: string;
  /** What can be done about it. */
  buttons: ReactNode;
}

/** How an answer stands, in words: nothing for one that is done, unless it ended at its longest. */
export function AnswerState({ message, targetName, buttons }: AnswerStateProps): ReactNode {
  const t = useText(chatTexts);
  const tAnswers = useText(answersTexts);
  const { state, failure, numbers } = message;
  switch (state) {
    case 'done':
      return numbers?.finishReason === 'length' && buttons ? (
        <div className={styles.state}>
          <Notice tone="info" title={tAnswers('endedAtLength')} actions={buttons} announced={false} />
        </div>
      ) : null;
    case 'queued':
    case 'connecting':
    case 'loading':
    case 'generating':
      return <AnswerProgress message={message} targetName={targetName} />;
    case 'stopped':
      return (
        <div className={styles.state}>
          <Notice tone="info" title={t('stopped')} actions={buttons} announced={false} />
        </div>
      );
    case 'cutOff':
      return (
        <div className={styles.state}>
          {failure === null || failure.code === 'CHAT_CUT_OFF' ? (
            <Notice tone="warn" title={t('cutOff')} actions={buttons} announced={false} />
          ) : (
            <FailureNotice failure={failure} actions={buttons} announced={false} />
          )}
        </div>
      );
    case 'failed':
      return (
        <div className={styles.state}>
          <FailureNotice
            failure={failure ?? { code: 'INTERNAL', details: { logId: '' } }}
            actions={buttons}
            announced={false}
          />
        </div>
      );
    default:
      return assertNever(state);
  }
}
