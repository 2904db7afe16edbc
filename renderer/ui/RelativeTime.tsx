import { useFormat } from '../lib/format';
import { useNow } from '../lib/useNow';

/** A moment as "3 minutes ago", with the exact one on hover. */
export function RelativeTime({ atMs }: { atMs: number }) {
  const format = useFormat();
  const nowMs = useNow();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={format.dateTime(atMs)}>
      {format.ago(atMs, nowMs)}
    </time>
  );
}
