import { Button } from '@mantine/core';
import type { AnswerNumbers } from '../../../../electron/contract/answers';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { Notice } from '../../../ui/Notice';
import { contextUse } from './figures';
import { answersTexts } from './locale';

interface ContextNoticeProps {
  numbers: AnswerNumbers | null;
  /** The last answer: what is about to happen is said once. */
  isLast: boolean;
  onOpenSettings?: (() => void) | undefined;
}

/** Says that an answer was made without the oldest part of the conversation, or that the next one will be. */
export function ContextNotice({ numbers, isLast, onOpenSettings }: ContextNoticeProps) {
  const t = useText(answersTexts);
  const format = useFormat();
  const use = contextUse(numbers);
  const actions = onOpenSettings && (
    <Button size="compact-sm" variant="default" onClick={onOpenSettings}>
      {t('raiseContext')}
    </Button>
  );
  if (numbers?.overflowed) {
    return (
      <Notice tone="warn" title={t('overflowTitle')} actions={actions} announced={false}>
        {numbers.contextTokens == null
          ? t('overflowWordsUnknown')
          : t('overflowWords', { limit: format.count(numbers.contextTokens) })}
      </Notice>
    );
  }
  if (isLast && use?.state === 'nearlyFull') {
    return (
      <Notice tone="info" title={t('nearlyFullTitle')} actions={actions} announced={false}>
        {t('nearlyFullWords', { used: format.count(use.used), limit: format.count(use.limit) })}
      </Notice>
    );
  }
  return null;
}
