import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenForEnter, replayHangulEnter } from '../../renderer/lib/imeEnter';

let field: HTMLTextAreaElement;
let sent: string[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  field = document.createElement('textarea');
  document.body.append(field);
  sent = [];
  stop = listenForEnter(field, (value) => {
    sent.push(value);
    field.value = '';
  });
});

afterEach(() => {
  stop();
  field.remove();
  vi.useRealTimers();
});

/** Presses Enter as a browser reports it; answers whether the line break was prevented. */
function enter(init: KeyboardEventInit = {}): boolean {
  return !field.dispatchEvent(
    new KeyboardEvent('keydown', {
      key: 'Enter',
      code: 'Enter',
      keyCode: 13,
      bubbles: true,
      cancelable: true,
      ...init,
    }),
  );
}
const composingEnter = (init: KeyboardEventInit = {}) => enter({ keyCode: 229, isComposing: true, ...init });
const compose = (text: string) => {
  field.dispatchEvent(new CompositionEvent('compositionstart', { data: '' }));
  field.dispatchEvent(new CompositionEvent('compositionupdate', { data: text }));
};
const commit = (text: string) => {
  field.value += text;
  field.dispatchEvent(new CompositionEvent('compositionend', { data: text }));
};
const lineBreak = (inputType = 'insertLineBreak') =>
  !field.dispatchEvent(new InputEvent('beforeinput', { inputType, cancelable: true }));

describe('Enter outside a composition', () => {
  it('sends the field as it stands and adds no line break', () => {
    field.value = 'Hello';
    expect(enter()).toBe(true);
    expect(sent).toEqual(['Hello']);
  });

  it.each([['shiftKey'], ['ctrlKey'], ['altKey'], ['metaKey']])('leaves Enter with %s to the field', (modifier) => {
    expect(enter({ [modifier]: true })).toBe(false);
    expect(sent).toEqual([]);
  });

  it('does not send again and again while the key is held', () => {
    field.value = 'Hello';
    enter();
    vi.advanceTimersByTime(500);
    expect(enter({ repeat: true })).toBe(true);
    expect(sent).toEqual(['Hello']);
  });

  it('sends a second message typed and entered at human speed', () => {
    field.value = 'one';
    enter();
    vi.advanceTimersByTime(51);
    field.value = 'two';
    enter();
    expect(sent).toEqual(['one', 'two']);
  });

  it('takes the Enter of the number pad', () => {
    field.value = 'Hello';
    enter({ code: 'NumpadEnter' });
    expect(sent).toEqual(['Hello']);
  });

  it('sends nothing once it stopped listening', () => {
    compose('요');
    composingEnter();
    commit('요');
    stop();
    vi.runAllTimers();
    expect(sent).toEqual([]);
  });
});

describe('Enter inside a Hangul composition', () => {
  it('sends the last syllable too, with one Enter', () => {
    field.value = '안녕하세';
    compose('요');
    expect(composingEnter()).toBe(true);
    expect(sent).toEqual([]);
    commit('요');
    vi.runAllTimers();
    expect(sent).toEqual(['안녕하세요']);
  });

  it('reads the value one macrotask after compositionend: the commit reaches the field late', () => {
    field.value = '안';
    compose('녕');
    composingEnter();
    field.dispatchEvent(new CompositionEvent('compositionend', { data: '녕' }));
    field.value = '안녕';
    vi.runAllTimers();
    expect(sent).toEqual(['안녕']);
  });

  it('sends once where the system reports the same Enter again before the commit settled', () => {
    compose('응');
    composingEnter();
    commit('응');
    expect(enter()).toBe(true);
    vi.runAllTimers();
    expect(sent).toEqual(['응']);
  });

  it('sends once where the system reports the same Enter again within 50 ms', () => {
    compose('응');
    composingEnter();
    commit('응');
    vi.advanceTimersByTime(0);
    vi.advanceTimersByTime(49);
    expect(enter()).toBe(true);
    expect(sent).toEqual(['응']);
    vi.advanceTimersByTime(1);
    field.value = '다음';
    enter();
    expect(sent).toEqual(['응', '다음']);
  });

  it('knows the Enter of Windows, whose key is Process', () => {
    compose('네');
    composingEnter({ key: 'Process' });
    commit('네');
    vi.runAllTimers();
    expect(sent).toEqual(['네']);
  });

  it('sends where compositionend comes before the keydown', () => {
    compose('네');
    commit('네');
    enter({ keyCode: 229 });
    vi.runAllTimers();
    expect(sent).toEqual(['네']);
  });

  it('sends single jamo', () => {
    field.value = 'ㅋ';
    compose('ㅋ');
    composingEnter();
    commit('ㅋ');
    vi.runAllTimers();
    expect(sent).toEqual(['ㅋㅋ']);
  });

  it('prevents the line break that the input method inserts after its commit', () => {
    compose('네');
    composingEnter();
    expect(lineBreak()).toBe(true);
    commit('네');
    expect(lineBreak('insertParagraph')).toBe(true);
    vi.advanceTimersByTime(0);
    expect(lineBreak()).toBe(true);
    vi.advanceTimersByTime(51);
    expect(lineBreak()).toBe(false);
  });

  it('keeps Shift+Enter a line break', () => {
    compose('네');
    expect(composingEnter({ shiftKey: true })).toBe(false);
    commit('네');
    vi.runAllTimers();
    expect(sent).toEqual([]);
  });

  it('forgets the Enter where the person went on composing instead', () => {
    compose('네');
    composingEnter();
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Backspace', code: 'Backspace', keyCode: 229 }));
    commit('');
    vi.runAllTimers();
    expect(sent).toEqual([]);
  });

  it('sends the next message after one was sent out of a composition', () => {
    for (const text of ['하나', '둘']) {
      compose(text);
      composingEnter();
      commit(text);
      vi.advanceTimersByTime(60);
    }
    expect(sent).toEqual(['하나', '둘']);
  });
});

describe('Enter inside a composition with candidates', () => {
  it.each([
    ['kana', 'にほん'],
    ['kanji', '日本'],
    ['pinyin', "ni'hao"],
    ['hanja chosen for Hangul', '韓國'],
  ])('only commits %s', (_name, text) => {
    compose(text);
    expect(composingEnter()).toBe(false);
    commit(text);
    vi.runAllTimers();
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(200);
    enter();
    expect(sent).toEqual([text]);
  });
});

describe('Enter in a form, in the middle of a Hangul syllable', () => {
  let input: HTMLInputElement;
  let form: HTMLFormElement;
  let submitted: string[];
  let stopReplaying: () => void;
  beforeEach(() => {
    form = document.createElement('form');
    form.innerHTML = '<input><button type="submit">Save</button>';
    input = form.querySelector('input') as HTMLInputElement;
    submitted = [];
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      submitted.push(input.value);
    });
    document.body.append(form);
    stopReplaying = replayHangulEnter(document);
  });
  afterEach(() => {
    stopReplaying();
    form.remove();
  });

  const strike = (target: HTMLElement, init: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent('keydown', {
      ...{ key: 'Enter', code: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true },
      ...init,
    });
    return !target.dispatchEvent(event);
  };
  const say = (target: HTMLElement, type: string, data: string) =>
    target.dispatchEvent(new CompositionEvent(type, { data, bubbles: true }));

  function type(text: string, data: string, target: HTMLElement = input) {
    say(target, 'compositionupdate', data);
    strike(target);
    input.value = text;
    say(target, 'compositionend', data);
    vi.runAllTimers();
  }

  it('needs a second Enter, or submits without the last syllable, or twice', () => {
    type('새 이름', '름');
    expect(submitted).toEqual(['새 이름']);
  });

  it('submits what kana or kanji were only chosen for', () => {
    type('日本', '日本');
    expect(submitted).toEqual([]);
  });

  it('presses a button that is off', () => {
    (form.querySelector('button') as HTMLButtonElement).disabled = true;
    type('새 이름', '름');
    expect(submitted).toEqual([]);
  });

  it('submits where a listener of the field has taken the Enter', () => {
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.isComposing) event.preventDefault();
    });
    type('새 이름', '름');
    expect(submitted).toEqual([]);
  });

  it('does it beside the field that listens for itself', () => {
    const own: string[] = [];
    const stopOwn = listenForEnter(input, (value) => own.push(value));
    type('새 이름', '름');
    stopOwn();
    expect(own).toEqual(['새 이름']);
    expect(submitted).toEqual([]);
  });
});
