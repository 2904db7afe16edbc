import '@mantine/core/styles/Notification.css';
import '@mantine/notifications/styles.css';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { FailureWords } from '../lib/failures';
import styles from './toasts.module.css';

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

interface Done {
  words: string;
  /** What takes it back, if anything does. */
  undo?: { word: string; act: () => void };
  closeLabel: string;
}

/** How long something can be taken back, in ms: long enough to read and reach. */
const undoShownMs = 10_000;

/** Says in the corner that something was done, with a way to take it back. */
export function showDone({ words, undo, closeLabel }: Done): void {
  const id = `done-${crypto.randomUUID()}`;
  const button = undo && (
    <Button
      size="compact-sm"
      variant="default"
      onClick={() => {
        notifications.hide(id);
        undo.act();
      }}
    >
      {undo.word}
    </Button>
  );
  notifications.show({
    id,
    message: (
      <div className={styles.done}>
        <span className={styles.words}>{words}</span>
        {button}
      </div>
    ),
    autoClose: undo ? undoShownMs : 5000,
    role: 'status',
    withBorder: true,
    closeButtonProps: { 'aria-label': closeLabel },
  });
}
