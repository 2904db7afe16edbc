import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Attachment, type Message, messageLengthLimit } from '../../../electron/contract/chat';
import { useText } from '../../lib/i18n';
import { AttachmentChips } from './AttachmentChips';
import styles from './EditMessage.module.css';
import { chatTexts } from './locale';
import { useMessageField } from './useMessageField';

/** An edited message: its text, and which of the files that it had go along again. */
export interface Edited {
  text: string;
  attachments: readonly Attachment[];
  /** Where those stand in `Message.attachments`. */
  kept: readonly number[];
}

interface EditMessageProps {
  message: Message;
  /** False while nothing can be sent. */
  canSend: boolean;
  onSend: (edited: Edited) => void;
  onCancel: () => void;
}

/** A message of a person while it is edited. Sending it begins a branch; the old one stays beside it. */
export function EditMessage({ message, canSend, onSend, onCancel }: EditMessageProps) {
  const t = useText(chatTexts);
  const [text, setText] = useState(message.text);
  const [kept, setKept] = useState(() => message.attachments.map((_, index) => index));
  const attachments = kept.flatMap((index) => message.attachments[index] ?? []);
  const isEmpty = text.trim() === '' && kept.length === 0;

  const send = (value: string) => {
    const nothing = value.trim() === '' && kept.length === 0;
    if (canSend && !nothing && value.length <= messageLengthLimit) onSend({ text: value, attachments, kept });
  };
  const field = useMessageField(text, send);

  useEffect(() => {
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, [field]);

  return (
    <div className={styles.edit}>
      <AttachmentChips
        attachments={attachments}
        onRemove={(at) => setKept((now) => now.filter((_, index) => index !== at))}
      />
      <textarea
        ref={field}
        className={styles.field}
        value={text}
        maxLength={messageLengthLimit}
        aria-label={t('editField')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.nativeEvent.isComposing) onCancel();
        }}
      />
      <div className={styles.actions}>
        <span className={styles.why}>{t('editWhy')}</span>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button size="compact-sm" disabled={!canSend || isEmpty} onClick={() => send(field.current?.value ?? text)}>
          {t('sendEdited')}
        </Button>
      </div>
    </div>
  );
}
