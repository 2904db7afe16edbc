import '@mantine/notifications/styles.css';
import { notifications } from '@mantine/notifications';
import type { FailureWords } from '../lib/failures';

export { Notifications as Toasts } from '@mantine/notifications';

/** Shows a failure in the corner, for things that have no place on the page for it. */
export function showFailure({ what, next, raw }: FailureWords, closeLabel: string): void {
  notifications.show({
    color: 'red',
    title: what,
    message: [next, ...raw].join('\n'),
    autoClose: 12_000,
    role: 'alert',
    closeButtonProps: { 'aria-label': closeLabel },
  });
}
