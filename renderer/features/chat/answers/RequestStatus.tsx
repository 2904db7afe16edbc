import type { RequestEntry } from '../../../../electron/contract/requests';
import { useText } from '../../../lib/i18n';
import { Status } from '../../../ui/Status';
import { answersTexts } from './locale';

/** The HTTP status with what it means; a good one with a failed answer is not good. */
export function RequestStatus({ entry }: { entry: RequestEntry }) {
  const t = useText(answersTexts);
  const { status, durationMs, failure } = entry;
  if (durationMs === null) return <Status tone="busy" word={t('requestUnderWay')} />;
  if (status === null) return <Status tone="bad" word={t('noStatus')} />;
  const isFine = status < 400 && failure === null;
  return <Status tone={isFine ? 'good' : 'bad'} word={String(status)} />;
}
