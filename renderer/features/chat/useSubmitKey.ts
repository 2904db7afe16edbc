import type { SubmitKey } from '../../lib/imeEnter';
import { useSettings } from '../../live/useLive';

/** What sends a message, as the person set it. */
export function useSubmitKey(): SubmitKey {
  return useSettings()?.sendKey ?? 'enter';
}
