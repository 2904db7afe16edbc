import { type RefObject, useEffect, useRef } from 'react';

/** A field that a person types into and that Enter submits. */
export type EnterField = HTMLTextAreaElement | HTMLInputElement;

/** Which Enter submits: the bare one, or the one with Ctrl or Cmd, where the bare one is left to the field. */
export type SubmitKey = 'enter' | 'modEnter';

interface EnterOptions {
  /** `enter` when left out. */
  submitKey?: SubmitKey;
  /** Keeps the key from whoever else listens, e.g. a kit component around the field. */
  keepsKey?: boolean;
}

/** After a send, Enters that come sooner than this belong to the same key press: some input methods report it twice. */
const echoMs = 50;

const hangulOnly = /^\p{Script=Hangul}+$/u;

/** Windows reports a key that the input method took as `Process`; only `code` still says which it was. */
function isEnter(event: KeyboardEvent): boolean {
  return event.key === 'Enter' || event.code === 'Enter' || event.code === 'NumpadEnter';
}

/** True for the Enter that submits; every other one is the field's. */
function isSubmitting(event: KeyboardEvent, submitKey: SubmitKey): boolean {
  if (event.shiftKey || event.altKey) return false;
  return (event.ctrlKey || event.metaKey) === (submitKey === 'modEnter');
}

/**
 * Calls `onEnter` with the field's own value when a person presses the Enter that submits, also in the middle of a
 * Korean syllable: Hangul has no candidates to choose from, so one Enter commits the syllable and submits, whole. For
 * kana and pinyin the Enter chooses the candidate and submits nothing. Any other Enter is left to the field.
 *
 * Event order (UI Events, "Input Method Editors"): Chromium sends keydown (keyCode 229, isComposing), compositionend and,
 * on some systems, a second keydown with keyCode 13; Safari sends compositionend before the keydown with keyCode 229.
 *
 * @param field the textarea or input to listen on
 * @param onEnter called with `field.value`, never while a composition is open
 * @returns stops listening
 */
export function listenForEnter(
  field: EnterField,
  onEnter: (value: string) => void,
  { submitKey = 'enter', keepsKey = false }: EnterOptions = {},
): () => void {
  let composing = false;
  let composed = '';
  let awaitsCommit = false;
  let timer: number | null = null;
  let submittedAtMs = Number.NEGATIVE_INFINITY;

  /** True while a send is certain or has just been: whatever Enter comes now is the same key press. */
  const isSpent = () => awaitsCommit || timer !== null || performance.now() - submittedAtMs < echoMs;

  function submit() {
    timer = null;
    submittedAtMs = performance.now();
    onEnter(field.value);
  }

  /** The committed text reaches `value` only after the event, hence one macrotask later. */
  function submitSoon() {
    awaitsCommit = false;
    timer = window.setTimeout(submit, 0);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!isEnter(event)) {
      awaitsCommit = false;
      return;
    }
    if (!isSubmitting(event, submitKey)) return;
    if (keepsKey) event.stopPropagation();
    if (event.isComposing || event.keyCode === 229) {
      if (!hangulOnly.test(composed)) return;
      event.preventDefault();
      if (isSpent()) return;
      if (composing) awaitsCommit = true;
      else submitSoon();
      return;
    }
    event.preventDefault();
    if (!event.repeat && !isSpent()) submit();
  }

  function onCompositionStart() {
    composing = true;
    composed = '';
    awaitsCommit = false;
  }

  function onCompositionUpdate(event: CompositionEvent) {
    composed = event.data;
  }

  function onCompositionEnd(event: CompositionEvent) {
    composing = false;
    composed = event.data || composed;
    if (awaitsCommit) submitSoon();
  }

  /** The input method may insert the line break by itself after its commit. */
  function onBeforeInput(event: InputEvent) {
    const breaksLine = event.inputType === 'insertLineBreak' || event.inputType === 'insertParagraph';
    if (breaksLine && isSpent()) event.preventDefault();
  }

  const listeners = {
    keydown: onKeyDown,
    compositionstart: onCompositionStart,
    compositionupdate: onCompositionUpdate,
    compositionend: onCompositionEnd,
    beforeinput: onBeforeInput,
  };
  for (const [type, listener] of Object.entries(listeners)) field.addEventListener(type, listener as EventListener);
  return () => {
    if (timer !== null) window.clearTimeout(timer);
    for (const [type, listener] of Object.entries(listeners))
      field.removeEventListener(type, listener as EventListener);
  };
}

/**
 * `listenForEnter` for the lifetime of a component.
 * @param field ref of the textarea or input; listened on while it is mounted
 * @param onEnter the newest one is called
 */
export function useImeEnter(
  field: RefObject<EnterField | null>,
  onEnter: (value: string) => void,
  { submitKey = 'enter', keepsKey = false }: EnterOptions = {},
): void {
  const newest = useRef(onEnter);
  newest.current = onEnter;
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    return listenForEnter(element, (value) => newest.current(value), { submitKey, keepsKey });
  }, [field, submitKey, keepsKey]);
}

/** The form does what it would on a plain Enter in one of its fields (HTML, "Implicit submission"). */
function submitForm(form: HTMLFormElement) {
  const button = form.querySelector<HTMLButtonElement>(
    'button[type="submit"], button:not([type]), input[type="submit"]',
  );
  if (button === null) form.requestSubmit();
  else if (!button.disabled) button.click();
}

/**
 * Makes one Enter enough in every other one-line field too: those of forms, and of kit components that listen for
 * themselves. All of them ignore the Enter of a composition; for Hangul it is struck again for them once the syllable is
 * in the field. Fields of `listenForEnter` are left to it.
 * @returns stops listening
 */
export function replayHangulEnter(page: Document): () => void {
  let composed = '';
  let awaited: EventTarget | null = null;
  let struckAtMs = Number.NEGATIVE_INFINITY;

  function strike(field: HTMLInputElement) {
    const enter = { key: 'Enter', code: 'Enter', keyCode: 13, bubbles: true, cancelable: true };
    const isLeft = field.dispatchEvent(new KeyboardEvent('keydown', enter));
    struckAtMs = performance.now();
    if (isLeft && field.form) submitForm(field.form);
  }

  function onKeyDown(event: KeyboardEvent) {
    awaited = null;
    if (!isEnter(event) || !isSubmitting(event, 'enter') || event.defaultPrevented) return;
    if (!(event.isComposing || event.keyCode === 229) || !hangulOnly.test(composed)) return;
    if (!(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    awaited = event.target;
  }

  /** Some systems report the key once more. */
  function onKeyDownBefore(event: KeyboardEvent) {
    if (!event.isTrusted || !isEnter(event) || performance.now() - struckAtMs >= echoMs) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function onCompositionUpdate(event: CompositionEvent) {
    composed = event.data;
  }

  function onCompositionEnd(event: CompositionEvent) {
    composed = event.data || composed;
    const field = awaited;
    awaited = null;
    if (field !== event.target || !(field instanceof HTMLInputElement)) return;
    // The committed text reaches the field and whoever listens to it only after the event.
    window.setTimeout(() => strike(field), 0);
  }

  page.addEventListener('keydown', onKeyDownBefore, true);
  page.addEventListener('keydown', onKeyDown);
  page.addEventListener('compositionupdate', onCompositionUpdate);
  page.addEventListener('compositionend', onCompositionEnd);
  return () => {
    page.removeEventListener('keydown', onKeyDownBefore, true);
    page.removeEventListener('keydown', onKeyDown);
    page.removeEventListener('compositionupdate', onCompositionUpdate);
    page.removeEventListener('compositionend', onCompositionEnd);
  };
}
