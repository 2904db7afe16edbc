import { type ReactNode, useEffect, useRef } from 'react';
import type { Attachment } from '../../../electron/contract/chat';
import { useText } from '../../lib/i18n';
import { onSingleClick } from '../../lib/singleClick';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { AttachmentChips } from './AttachmentChips';
import styles from './Composer.module.css';
import { chatTexts } from './locale';
import { useMessageField } from './useMessageField';
import { useSubmitKey } from './useSubmitKey';

interface ComposerProps {
  /** Changes when another conversation is shown: the field takes the focus. */
  place: string;
  text: string;
  attachments: readonly Attachment[];
  placeholder: string;
  /** False while nothing can be sent. */
  canSend: boolean;
  /** An answer is under way: the button stops it. */
  isAnswering: boolean;
  /** Why nothing can be sent, in words; null where that needs none. */
  reason: ReactNode;
  onChange: (text: string) => void;
  onAttach: (files: readonly File[]) => void;
  onDetach: (index: number) => void;
  /** Called with the field's own text, which may be newer than `text`. */
  onSend: (text: string) => void;
  onStop: () => void;
}

/** Where a person writes. Grows with its text, keeps the focus, takes files, sends on Enter. */
export function Composer(props: ComposerProps) {
  const { place, text, attachments, placeholder, canSend, isAnswering, reason } = props;
  const { onChange, onAttach, onDetach, onSend, onStop } = props;
  const t = useText(chatTexts);
  const picker = useRef<HTMLInputElement>(null);
  const submitKey = useSubmitKey();
  const field = useMessageField(text, onSend);

  useEffect(() => field.current?.focus({ preventScroll: true }), [field, place]);

  return (
    <div className={styles.composer}>
      <div className={styles.box}>
        {attachments.length > 0 && (
          <div className={styles.files}>
            <AttachmentChips attachments={attachments} onRemove={onDetach} />
          </div>
        )}
        <div className={styles.line}>
          <IconButton
            icon={icons.attach}
            label={t('attach')}
            className={styles.attach}
            onClick={() => picker.current?.click()}
          />
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-hidden
            tabIndex={-1}
            onChange={(event) => {
              onAttach([...(event.target.files ?? [])]);
              // The same file can be picked again.
              event.target.value = '';
              field.current?.focus();
            }}
          />
          <textarea
            ref={field}
            className={styles.field}
            rows={1}
            value={text}
            placeholder={placeholder}
            aria-label={t('message')}
            aria-describedby="composer-reason"
            onChange={(event) => onChange(event.target.value)}
            onPaste={(event) => {
              const files = [...event.clipboardData.files];
              if (files.length === 0) return;
              event.preventDefault();
              onAttach(files);
            }}
          />
          {isAnswering ? (
            <IconButton icon={icons.stop} label={t('stop')} className={styles.stop} onClick={onSingleClick(onStop)} />
          ) : (
            <IconButton
              icon={icons.send}
              label={t(submitKey === 'enter' ? 'send' : 'sendWithMod')}
              className={styles.send}
              disabled={!canSend}
              // The focus stays in the field.
              onMouseDown={(event) => event.preventDefault()}
              onClick={onSingleClick(() => onSend(field.current?.value ?? text))}
            />
          )}
        </div>
      </div>
      <div id="composer-reason" className={styles.reason}>
        {reason}
      </div>
    </div>
  );
}
