import { type RefObject, useLayoutEffect, useRef } from 'react';
import { useImeEnter } from '../../lib/imeEnter';
import { useSubmitKey } from './useSubmitKey';

/**
 * A field for a message: as high as its text, and sent by the Enter that the person chose.
 * @param text what stands in it
 * @param onSend called with the field's own text, which may be newer
 */
export function useMessageField(text: string, onSend: (text: string) => void): RefObject<HTMLTextAreaElement | null> {
  const field = useRef<HTMLTextAreaElement>(null);
  const submitKey = useSubmitKey();
  useImeEnter(field, onSend, { submitKey });

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  return field;
}
