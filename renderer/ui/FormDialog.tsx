import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../lib/i18n';
import styles from './FormDialog.module.css';
import { uiTexts } from './locale';

interface FormDialogProps {
  title: string;
  widthPx?: number;
  /** What the button that submits says. */
  submitWord: string;
  /** What is filled in cannot be submitted yet. */
  off: boolean;
  /** It was submitted, and the answer is awaited. */
  busy?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  /** Fields, and below them what failed and which command does the same. */
  children: ReactNode;
}

/** A dialog to fill in: Enter submits it where it may, once. */
export function FormDialog(props: FormDialogProps) {
  const { title, widthPx = 480, submitWord, off, busy = false, onSubmit, onClose, children } = props;
  const t = useText(uiTexts);
  return (
    <Modal opened onClose={onClose} title={title} size={widthPx} closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        className={styles.body}
        onSubmit={(event) => {
          event.preventDefault();
          if (!off && !busy) onSubmit();
        }}
        noValidate
      >
        {children}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" disabled={off} loading={busy}>
            {submitWord}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
