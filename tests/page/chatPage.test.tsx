import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../electron/contract/chat';
import { useOutbox } from '../../renderer/features/chat/outbox';
import { sampleContainer, sampleConversations, sampleId } from '../fakes/samples';
import { openPage } from './openPage';

const base = {
  conversationId: 'c1',
  parentId: null,
  isChosen: true,
  attachments: [],
  failure: null,
  provenance: null,
  numbers: null,
  createdAtMs: Date.now(),
};
const question: Message = { ...base, id: 'q', role: 'user', text: 'Hello', state: 'done' };
const answer = (part: Partial<Message> = {}): Message => ({
  ...base,
  id: 'a',
  parentId: 'q',
  role: 'assistant',
  text: 'Echo: **Hello**',
  state: 'done',
  ...part,
});
const withMessages = (...messages: Message[]) => ({
  containers: [sampleContainer()],
  conversations: sampleConversations(),
  messages,
});

/** The field, once the conversation around it is there: earlier nobody could be talked to. */
async function field(): Promise<HTMLTextAreaElement> {
  const area = await screen.findByLabelText<HTMLTextAreaElement>(/^(Message|메시지)$/);
  await waitFor(() => expect(area.placeholder).toContain('llm-api'));
  return area;
}
const type = (area: HTMLElement, value: string) => fireEvent.change(area, { target: { value } });
const enter = (area: HTMLElement) => fireEvent.keyDown(area, { key: 'Enter', code: 'Enter', keyCode: 13 });
async function send(text: string): Promise<HTMLTextAreaElement> {
  const area = await field();
  type(area, text);
  enter(area);
  return area;
}
const sendButton = () => screen.getByLabelText<HTMLButtonElement>(/^Send/);

beforeEach(() => useOutbox.setState({ drafts: {}, attachments: {}, outgoing: {}, madeId: null, find: '' }));

describe('sending', () => {
  it('makes a conversation with the first message and opens it', async () => {
    const { called } = openPage('/chat', { containers: [sampleContainer()] });
    await send('Hello');
    expect(await screen.findByText('Echo: Hello')).toBeTruthy();
    expect(called('chat.create')).toEqual([{ target: { kind: 'container', id: sampleId(1), name: 'llm-api' } }]);
    expect(called('chat.send')).toMatchObject([{ conversationId: 'c1', text: 'Hello' }]);
    expect(window.location.hash).toBe('#/chat/c1');
    expect((await field()).value).toBe('');
  });

  it('makes the field anew with the first message, so that a key held or echoed is sent twice', async () => {
    openPage('/chat', { containers: [sampleContainer()] });
    const area = await send('Hello');
    type(area, 'typed meanwhile');
    expect(await screen.findByText('Echo: Hello')).toBeTruthy();
    expect(await field()).toBe(area);
    expect(area.value).toBe('typed meanwhile');
  });

  it('keeps the focus in the field, so that the next message needs no click', async () => {
    openPage('/chat/c1', withMessages(question, answer()));
    await send('Next');
    await screen.findByText('Echo: Next');
    expect(document.activeElement).toBe(await field());
  });

  it('sends one message for one Korean composition, whole', async () => {
    const { called } = openPage('/chat/c1', {
      ...withMessages(question, answer()),
      settings: { language: 'ko' },
    });
    const area = await field();
    fireEvent.change(area, { target: { value: '안녕하세' } });
    fireEvent.compositionStart(area);
    fireEvent.compositionUpdate(area, { data: '요' });
    fireEvent.keyDown(area, { key: 'Enter', code: 'Enter', keyCode: 229, isComposing: true });
    fireEvent.change(area, { target: { value: '안녕하세요' } });
    fireEvent.compositionEnd(area, { data: '요' });
    fireEvent.keyDown(area, { key: 'Enter', code: 'Enter', keyCode: 13 });
    expect(await screen.findByText('Echo: 안녕하세요')).toBeTruthy();
    expect(called('chat.send')).toHaveLength(1);
  });

  it('does not send a second message while the first is being stored, and keeps its text', async () => {
    const { host, called } = openPage('/chat/c1', withMessages(question, answer()));
    const release = host.hold('chat.send');
    const area = await send('Once');
    type(area, 'Twice');
    fireEvent.click(sendButton());
    release();
    await screen.findByText('Echo: Once');
    expect(called('chat.send')).toHaveLength(1);
    expect(area.value).toBe('Twice');
  });

  it('keeps a message that was not stored, says why, and sends it again as the same one', async () => {
    const { host, called } = openPage('/chat/c1', withMessages(question, answer()));
    host.refuse('chat.send', { code: 'STORAGE_FAILED', details: { message: 'ENOSPC' } });
    await send('Keep me');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('ENOSPC');
    expect(screen.getByText('Keep me')).toBeTruthy();
    host.refuse('chat.send', null);
    fireEvent.click(within(alert).getByText('Send again'));
    await screen.findByText('Echo: Keep me');
    const [first, second] = called('chat.send') as { messageId: string }[];
    expect(second?.messageId).toBe(first?.messageId);
  });

  it('puts a message that was not stored back into the field, with what was typed since', async () => {
    const { host } = openPage('/chat/c1', withMessages(question, answer()));
    host.refuse('chat.send', { code: 'STORAGE_FAILED', details: { message: 'ENOSPC' } });
    await send('First');
    await screen.findByRole('alert');
    type(await field(), 'second');
    fireEvent.click(screen.getByText('Edit'));
    expect((await field()).value).toBe('First\nsecond');
  });

  it('keeps the draft of each conversation over navigation', async () => {
    openPage('/chat/c1', withMessages(question, answer()));
    type(await field(), 'half a thought');
    window.location.hash = '/chat/c2';
    await waitFor(async () => expect((await field()).value).toBe(''));
    window.location.hash = '/chat/c1';
    await waitFor(async () => expect((await field()).value).toBe('half a thought'));
  });
});

describe('why nothing can be sent', () => {
  const disabled = async (part: Parameters<typeof sampleContainer>[0], words: RegExp) => {
    const view = openPage('/chat/c1', { ...withMessages(question, answer()), containers: [sampleContainer(part)] });
    await send('Hello');
    expect(await screen.findByText(words)).toBeTruthy();
    expect(sendButton().disabled).toBe(true);
    expect(view.called('chat.send')).toEqual([]);
    expect((await field()).value).toBe('Hello');
    return view;
  };

  it('says that the container is stopped, and starts it with one click', async () => {
    const { called } = await disabled({ state: 'exited', health: 'none' }, /llm-api is not running/);
    fireEvent.click(screen.getByText('Start'));
    await waitFor(() => expect(called('containers.start')).toEqual([{ id: sampleId(1) }]));
    await waitFor(() => expect(sendButton().disabled).toBe(false));
  });

  it('says how long the container has been starting', async () => {
    await disabled({ health: 'starting', startedAtMs: Date.now() - 42_000 }, /llm-api is starting, 00:4\d/);
  });

  it('says that the container is gone', async () => {
    await disabled({ id: sampleId(99), name: 'other' }, /llm-api is gone/);
  });

  it('follows a container that was created again under the same name', async () => {
    openPage('/chat/c1', { ...withMessages(question, answer()), containers: [sampleContainer({ id: sampleId(77) })] });
    await send('Hello again');
    expect(await screen.findByText('Echo: Hello again')).toBeTruthy();
  });

  it('leads to Home where no container serves the API', async () => {
    openPage('/chat', { containers: [sampleContainer({ servesApi: false })] });
    fireEvent.click(await screen.findByText('Go to Build and run'));
    expect(await screen.findByText('Home')).toBeTruthy();
  });
});

describe('an answer', () => {
  it('is drawn as Markdown, and a question as the text it is', async () => {
    openPage('/chat/c1', withMessages({ ...question, text: '**not bold** <b>x</b>' }, answer()));
    expect((await screen.findByText('Hello')).tagName).toBe('STRONG');
    expect(screen.getByText('**not bold** <b>x</b>')).toBeTruthy();
  });

  it('under way can be stopped, and nothing else be sent meanwhile', async () => {
    const { called } = openPage('/chat/c1', withMessages(question, answer({ text: 'Ech', state: 'generating' })));
    expect(await screen.findByText('Writing')).toBeTruthy();
    await send('More');
    expect(called('chat.send')).toEqual([]);
    fireEvent.click(screen.getByLabelText('Stop'));
    await waitFor(() => expect(called('chat.stop')).toEqual([{ conversationId: 'c1' }]));
  });

  it.each([
    ['stopped', /Stopped/],
    ['cutOff', /Cut off/],
    ['failed', /answered with error 503/],
  ] as const)('that is %s says so, keeps what came and can be tried again', async (state, words) => {
    const failure = { code: 'CHAT_UPSTREAM' as const, details: { status: 503, message: 'no model' } };
    const { called } = openPage(
      '/chat/c1',
      withMessages(question, answer({ text: 'Partial', state, failure: state === 'failed' ? failure : null })),
    );
    expect(await screen.findByText(words)).toBeTruthy();
    expect(screen.getByText('Partial')).toBeTruthy();
    fireEvent.click(screen.getByText('Try again'));
    await waitFor(() => expect(called('chat.regenerate')).toEqual([{ conversationId: 'c1', messageId: 'a' }]));
  });

  it('says what produced it and how fast', async () => {
    const provenance = {
      containerId: sampleId(1),
      containerName: 'llm-api',
      image: 'llm-api:latest',
      imageId: 'sha256:1',
      backend: 'ollama',
      model: 'llama3.2',
      requestId: 'r1',
    };
    const numbers = { firstTokenMs: 320, totalMs: 4210, promptTokens: 3, completionTokens: 212 };
    openPage('/chat/c1', withMessages(question, answer({ provenance, numbers })));
    const line = (await screen.findByText('first token 320 ms')).parentElement;
    expect(line?.textContent).toBe(
      'llm-apillm-api:latestollama · llama3.2first token 320 mstotal 4.2 s212 tokens54 tokens/s',
    );
  });

  it('is announced once, when it is over, not with each token', async () => {
    const { host } = openPage('/chat/c1', withMessages(question, answer({ text: '', state: 'connecting' })));
    await screen.findByText(/Connecting to llm-api/);
    const chat = within(screen.getByRole('region', { name: '도커 이미지와 컨테이너의 차이' }));
    const announced = () =>
      chat
        .queryAllByRole('status')
        .map((one) => one.textContent)
        .join('');
    for (const text of ['Echo', 'Echo: He']) {
      host.messages.set([question, answer({ text, state: 'generating' })]);
      await screen.findByText(text);
      expect(announced()).toBe('');
    }
    host.messages.set([question, answer({ text: 'Echo: Hello' })]);
    await waitFor(() => expect(announced()).toBe('Answer finished. Echo: Hello'));
  });

  it('of an earlier visit is not announced again', async () => {
    openPage('/chat/c1', withMessages(question, answer()));
    await screen.findByText('Hello', { selector: 'strong' });
    expect(screen.queryByText(/Answer finished/)).toBeNull();
  });

  it('puts its source on the clipboard', async () => {
    const { called } = openPage('/chat/c1', withMessages(question, answer()));
    await screen.findByText('Hello', { selector: 'strong' });
    const copies = screen.getAllByLabelText('Copy the message');
    fireEvent.click(copies[1] as HTMLElement);
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: 'Echo: **Hello**' }]));
  });
});

describe('versions of a message', () => {
  const second = answer({ id: 'a2', text: 'Second', isChosen: true });
  const both = [question, answer({ isChosen: false }), second];

  it('are counted, and the arrows show the one before', async () => {
    const { called } = openPage('/chat/c1', withMessages(...both));
    expect(await screen.findByText('2/2')).toBeTruthy();
    expect(screen.queryByText('Hello', { selector: 'strong' })).toBeNull();
    fireEvent.click(screen.getByLabelText('Previous version'));
    expect(await screen.findByText('Hello', { selector: 'strong' })).toBeTruthy();
    expect(called('chat.choose')).toEqual([{ conversationId: 'c1', messageId: 'a' }]);
    expect(screen.queryByText('Second')).toBeNull();
  });

  it('are added by answering again', async () => {
    const { called } = openPage('/chat/c1', withMessages(question, answer()));
    fireEvent.click(await screen.findByLabelText('Answer again'));
    expect(await screen.findByText('2/2')).toBeTruthy();
    expect(called('chat.regenerate')).toEqual([{ conversationId: 'c1', messageId: 'a' }]);
  });

  it('are added by editing a message, which is sent as a branch', async () => {
    const { called } = openPage('/chat/c1', withMessages(question, answer()));
    fireEvent.click(await screen.findByLabelText('Edit and send again'));
    const edit = screen.getByLabelText<HTMLTextAreaElement>('Edited message');
    expect(edit.value).toBe('Hello');
    type(edit, 'Goodbye');
    enter(edit);
    expect(await screen.findByText('Echo: Goodbye')).toBeTruthy();
    expect(called('chat.send')).toMatchObject([{ text: 'Goodbye', parentId: null }]);
    expect(screen.getByText('2/2')).toBeTruthy();
    expect(screen.queryByText('Hello', { selector: 'strong' })).toBeNull();
  });

  it('are found by a search that leads into a branch that is not shown', async () => {
    openPage('/chat/c1?message=a', withMessages(...both));
    expect(await screen.findByText('Hello', { selector: 'strong' })).toBeTruthy();
    await waitFor(() => expect(window.location.hash).toBe('#/chat/c1'));
  });
});

describe('an answer that ended early', () => {
  it('goes on', async () => {
    const { called } = openPage('/chat/c1', withMessages(question, answer({ text: 'Half', state: 'stopped' })));
    fireEvent.click(await screen.findByText('Continue'));
    expect(await screen.findByText('Half and on')).toBeTruthy();
    expect(called('chat.continueAnswer')).toEqual([{ conversationId: 'c1', messageId: 'a' }]);
  });
});

describe('deleting a message', () => {
  it('takes what follows along, says how much, and can be undone', async () => {
    const { called } = openPage('/chat/c1', withMessages(question, answer()));
    await screen.findByText('Hello', { selector: 'strong' });
    fireEvent.click(screen.getAllByLabelText('Delete this and what follows')[0] as HTMLElement);
    const toast = await screen.findByText('Deleted 2 messages.');
    await waitFor(() => expect(screen.queryByText('Hello', { selector: 'strong' })).toBeNull());
    fireEvent.click(within(toast.parentElement as HTMLElement).getByText('Undo'));
    expect(await screen.findByText('Hello', { selector: 'strong' })).toBeTruthy();
    expect(called('chat.restoreMessage')).toEqual([{ conversationId: 'c1', messageId: 'q' }]);
  });
});

describe('attached files', () => {
  const file = (name: string, content: BlobPart) => new File([content], name);
  const pick = (...files: File[]) => {
    const picker = document.querySelector<HTMLInputElement>('input[type=file]');
    fireEvent.change(picker as HTMLInputElement, { target: { files } });
  };

  it('go along with their name, size and estimated tokens, and with a message of their own', async () => {
    const { called } = openPage('/chat/c1', withMessages(question, answer()));
    await field();
    pick(file('notes.md', '# Notes'));
    expect(await screen.findByText('notes.md')).toBeTruthy();
    expect(screen.getByText('7 B · about 2 tokens')).toBeTruthy();
    enter(await field());
    await waitFor(() =>
      expect(called('chat.send')).toMatchObject([{ text: '', attachments: [{ name: 'notes.md', text: '# Notes' }] }]),
    );
    fireEvent.click(await screen.findByRole('button', { name: /^notes\.md/ }));
    expect(await screen.findByText('the text of the file')).toBeTruthy();
  });

  it('that are no text, empty, too long or too many are refused in words, the others kept', async () => {
    openPage('/chat/c1', withMessages(question, answer()));
    const area = await field();
    pick(file('picture.png', new Uint8Array([0x89, 0x50, 0, 1])), file('empty.txt', ' '), file('ok.txt', 'fine'));
    expect(await screen.findByText(/picture.png is not a text file/)).toBeTruthy();
    expect(screen.getByText('empty.txt is empty.')).toBeTruthy();
    expect(screen.getByText('ok.txt')).toBeTruthy();
    fireEvent.paste(area, { clipboardData: { files: [file('long.txt', 'x'.repeat(500_001))] } });
    expect(await screen.findByText(/long.txt is too long: at most 500,000/)).toBeTruthy();
    fireEvent.drop(area, { dataTransfer: { files: Array.from({ length: 12 }, (_, at) => file(`${at}.txt`, 'x')) } });
    expect(await screen.findByText('At most 10 files go along with one message.')).toBeTruthy();
    expect(screen.getAllByLabelText(/^Remove .*txt$/)).toHaveLength(10);
  });
});

describe('how conversations are kept', () => {
  it('says where an unreadable database was put, until it is dismissed', async () => {
    const { host, called } = openPage('/chat/c1', withMessages(question, answer()));
    host.storage.set({ brokenFile: '/data/conversations.sqlite.broken-2026', failure: null });
    expect(await screen.findByText('/data/conversations.sqlite.broken-2026')).toBeTruthy();
    fireEvent.click(screen.getByLabelText('Dismiss'));
    await waitFor(() => expect(screen.queryByText('/data/conversations.sqlite.broken-2026')).toBeNull());
    expect(called('chat.dismissBrokenFile')).toHaveLength(1);
  });

  it('says that the disk refuses, until it does not', async () => {
    const { host } = openPage('/chat/c1', withMessages(question, answer()));
    host.storage.set({ brokenFile: null, failure: { code: 'STORAGE_FAILED', details: { message: 'disk is full' } } });
    expect(await screen.findByText('disk is full')).toBeTruthy();
    host.storage.set({ brokenFile: null, failure: null });
    await waitFor(() => expect(screen.queryByText('disk is full')).toBeNull());
  });
});

describe('exporting a conversation', () => {
  it('shows first what will be in the file, drawn like an answer', async () => {
    const text = '# Hi\n\n<img src=x onerror=alert(1)>\n\n| a |\n|---|\n| b |';
    const { called } = openPage('/chat/c1', withMessages(question, answer({ text })));
    fireEvent.click(await screen.findByLabelText('Actions for this conversation'));
    fireEvent.click(await screen.findByText('Export…'));
    const preview = await screen.findByLabelText('Preview');
    expect(await within(preview).findByText('b', { selector: 'td' })).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
    fireEvent.click(screen.getByText('Save as…'));
    expect(await screen.findByText(/^Exported 1 conversation/)).toBeTruthy();
    expect(called('archive.export')).toMatchObject([{ conversationIds: ['c1'], format: 'markdown', language: 'en' }]);
  });
});

describe('links and code of a model', () => {
  it('opens a link only after a question that names its host', async () => {
    const { called } = openPage(
      '/chat/c1',
      withMessages(question, answer({ text: 'See [docs](https://evil.test/a).' })),
    );
    fireEvent.click(await screen.findByText('docs'));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('Open evil.test?')).toBeTruthy();
    expect(called('host.openLink')).toEqual([]);
    fireEvent.click(within(dialog).getByText('Open in browser'));
    await waitFor(() => expect(called('host.openLink')).toEqual([{ url: 'https://evil.test/a' }]));
  });

  it('shows the real host of a look-alike', async () => {
    openPage('/chat/c1', withMessages(question, answer({ text: '[bank](https://аpple.com/)' })));
    fireEvent.click(await screen.findByText('bank'));
    expect(await screen.findByText('Open xn--pple-43d.com?')).toBeTruthy();
  });

  it('copies code as it was written', async () => {
    const { called } = openPage('/chat/c1', withMessages(question, answer({ text: '```\n<b>&amp;</b>\n```' })));
    fireEvent.click(await screen.findByText('Copy code'));
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: '<b>&amp;</b>' }]));
  });
});

describe('the list of conversations', () => {
  const parents = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'offsetParent') as PropertyDescriptor;
  const observer = window.ResizeObserver;

  /** A list of 600 px and rows of 40, which is all that it asks of layout. */
  beforeEach(() => {
    Object.defineProperty(HTMLElement.prototype, 'offsetParent', {
      configurable: true,
      get() {
        return this.parentElement;
      },
    });
    window.ResizeObserver = class {
      constructor(private readonly tell: ResizeObserverCallback) {}
      observe(target: Element) {
        const height = target.hasAttribute('aria-label') ? 600 : 40;
        queueMicrotask(() =>
          act(() => this.tell([{ target, contentRect: { width: 240, height } } as never], this as never)),
        );
      }
      unobserve() {}
      disconnect() {}
    };
  });
  afterEach(() => {
    Object.defineProperty(HTMLElement.prototype, 'offsetParent', parents);
    window.ResizeObserver = observer;
  });

  it('finds one by its title, and a message by its words, and leads there', async () => {
    const other: Message = { ...question, id: 'q2', conversationId: 'c2', text: 'salt, HAIKU and wind' };
    const { called } = openPage('/chat', withMessages(question, answer(), other));
    type(await screen.findByLabelText('Search conversations'), 'HAIKU');
    const results = await screen.findByLabelText('Search results');
    await waitFor(() => expect(within(results).queryByText('도커 이미지와 컨테이너의 차이')).toBeNull());
    expect(within(results).getByText('Write a haiku about harbours')).toBeTruthy();
    fireEvent.click(within(results).getByText('HAIKU'));
    expect(await screen.findByText('salt, HAIKU and wind')).toBeTruthy();
    // Once there the address is the conversation's own again.
    await waitFor(() => expect(window.location.hash).toBe('#/chat/c2'));
    expect(called('chat.choose')).toEqual([]);
  });

  it('draws marks and elements that a title, a snippet or a found message holds as text', async () => {
    const hostile = '<img src=x onerror=alert(1)> **b** [l](javascript:alert(1))';
    const conversations = sampleConversations().map((one) => ({ ...one, title: hostile }));
    openPage('/chat', { ...withMessages({ ...question, text: hostile }), conversations });
    type(await screen.findByLabelText('Search conversations'), hostile);
    const results = await screen.findByLabelText('Search results');
    expect((await within(results).findAllByText(hostile)).length).toBe(3);
    expect(document.querySelector('img, a[href^="javascript"]')).toBeNull();
  });

  it('renames one with Enter, and leaves it as it was on Escape', async () => {
    const { called } = openPage('/chat', withMessages());
    fireEvent.click(await screen.findByLabelText('Rename: Write a haiku about harbours'));
    fireEvent.keyDown(screen.getByLabelText('New title'), { key: 'Escape' });
    expect(called('chat.rename')).toEqual([]);
    fireEvent.click(await screen.findByLabelText('Rename: Write a haiku about harbours'));
    type(screen.getByLabelText('New title'), 'Harbours');
    enter(screen.getByLabelText('New title'));
    expect(await screen.findByText('Harbours')).toBeTruthy();
    expect(called('chat.rename')).toEqual([{ conversationId: 'c2', title: 'Harbours' }]);
  });

  it('deletes one at once and takes it back', async () => {
    const { called } = openPage('/chat/c2', withMessages());
    fireEvent.click(await screen.findByLabelText('Delete: Write a haiku about harbours'));
    await waitFor(() => expect(window.location.hash).toBe('#/chat'));
    const toast = await screen.findByText('Deleted “Write a haiku about harbours”.');
    expect(screen.queryByLabelText('Delete: Write a haiku about harbours')).toBeNull();
    fireEvent.click(within(toast.parentElement as HTMLElement).getByText('Undo'));
    await waitFor(() => expect(called('chat.restore')).toEqual([{ conversationId: 'c2' }]));
    await waitFor(() => expect(window.location.hash).toBe('#/chat/c2'));
    expect(await screen.findByLabelText('Delete: Write a haiku about harbours')).toBeTruthy();
  });

  it('keeps a pinned one on top', async () => {
    const { called } = openPage('/chat', withMessages());
    const titles = () =>
      within(screen.getByRole('complementary'))
        .getAllByRole('link')
        .filter((link) => link.getAttribute('href')?.includes('/chat/'))
        .map(({ title }) => title)
        .filter(Boolean);
    fireEvent.click(await screen.findByLabelText('Pin: Write a haiku about harbours'));
    await waitFor(() => expect(titles()[0]).toBe('Write a haiku about harbours'));
    expect(screen.getByText('Pinned')).toBeTruthy();
    fireEvent.click(screen.getByLabelText('Unpin: Write a haiku about harbours'));
    await waitFor(() => expect(titles()[0]).toBe('도커 이미지와 컨테이너의 차이'));
    expect(called('chat.pin')).toHaveLength(2);
  });

  it('is used by keyboard: arrows move, F2 renames, Delete deletes', async () => {
    const { called } = openPage('/chat', withMessages());
    const link = await screen.findByTitle('도커 이미지와 컨테이너의 차이');
    link.focus();
    fireEvent.keyDown(link, { key: 'ArrowDown' });
    const second = screen.getByTitle('Write a haiku about harbours');
    await waitFor(() => expect(document.activeElement).toBe(second));
    fireEvent.keyDown(second, { key: 'F2' });
    fireEvent.keyDown(screen.getByLabelText('New title'), { key: 'Escape' });
    const again = await screen.findByTitle('Write a haiku about harbours');
    fireEvent.keyDown(again, { key: 'Delete' });
    await waitFor(() => expect(called('chat.remove')).toEqual([{ conversationId: 'c2' }]));
  });

  it('takes in a picked file, says how many and opens the newest; says why a file is refused', async () => {
    const { host, called } = openPage('/chat', withMessages(question, answer()));
    host.refuse('archive.import', {
      code: 'IMPORT_REFUSED',
      details: { name: 'x.json', reason: 'notJson', limitBytes: 1 },
    });
    fireEvent.click(await screen.findByLabelText('Import and export'));
    fireEvent.click(await screen.findByText('Import…'));
    expect(await screen.findByText('x.json is not a JSON file')).toBeTruthy();
    host.refuse('archive.import', null);
    fireEvent.click(screen.getByLabelText('Import and export'));
    fireEvent.click(await screen.findByText('Import…'));
    expect(await screen.findByText('Imported 2 conversations. 1 was already here.')).toBeTruthy();
    expect(window.location.hash).toBe('#/chat/c1');
    expect(called('archive.import')).toHaveLength(2);
  });

  it('breaks on an address that names what every object has', async () => {
    openPage('/chat/constructor', withMessages());
    expect(await screen.findByText('This conversation does not exist any more')).toBeTruthy();
  });

  it('says that a conversation is gone instead of showing an empty one', async () => {
    openPage('/chat/none', withMessages());
    expect(await screen.findByText('This conversation does not exist any more')).toBeTruthy();
  });
});
