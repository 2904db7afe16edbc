import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ComparePage } from '../../features/chat/ComparePage';
import { useText } from '../../lib/i18n';
import { appTexts } from '../locale';

/** One prompt to several targets: a new comparison, or one that was begun. */
export function CompareRoute() {
  const { comparisonId = null }: { comparisonId?: string | null } = useParams({ strict: false });
  const title = useText(appTexts)('compare');
  useEffect(() => {
    document.title = `${title} · Wharf`;
  }, [title]);
  return <ComparePage comparisonId={comparisonId} />;
}
