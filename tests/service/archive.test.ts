import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importLimitBytes } from '../../electron/contract/archive';
import { chosenPath, type Message } from '../../electron/contract/chat';
import { Archive } from '../../electron/services/archive';
import { describeAttachments } from '../../electron/services/conversationRows';
import { Conversations } from '../../electron/services/conversations';
import { FileGrants } from '../../electron/services/fileGrants';

let folder: string;
let conversations: Conversations;
let fileGrants: FileGrants;
let archive: Archive;
let imports = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-archive-'));
  ({ conversations, archive } = open('one'));
});
afterEach(async () => {
  await conversations.close();
  await rm(folder, { recursive: true, force: true });
});

function open(name: string) {
  imports = 0;
  fileGrants = new FileGrants();
  const opened = new Conversations({ file: join(folder, name, 'conversations.sqlite'), log: () => undefined });
  return {
    conversations: opened,
    archive: new Archive({
      conversations: opened,
      fileGrants,
      onImported: () => {
        imports += 1;
      },
    }),
  };
}

interface Turn extends Partial<Message> {
  files?: { name: string; text: string }[];
}

let atMs = Date.UTC(2026, 10, 1);

/** Stores a conversation; each turn follows the one before it unless it says otherwise. */
async function put(id: string, title: string, ...turns: Turn[]): Promise<Message[]> {
  const store = await conversations.store();
  atMs += 1000;
  store.putConversation({ id, title, createdAtMs: atMs, updatedAtMs: atMs, target: null, pinnedAtMs: null });
  let parentId: string | null = null;
  for (const [at, { files = [], ...turn }] of turns.entries()) {
    const message: Message = {
      id: randomUUID(),
      conversationId: id,
      parentId,
      isChosen: true,
      attachments: describeAttachments(files),
      role: at % 2 === 0 ? 'user' : 'assistant',
      text: '',
      createdAtMs: atMs + at,
      state: 'done',
      failure: null,
      provenance: null,
      numbers: null,
      ...turn,
    };
    store.putMessage(message, files);
    store.choose(message);
    parentId = message.id;
  }
  return store.messages(id);
}

const saveTo = (name: string) => fileGrants.issue(join(folder, name), 'save')?.grant ?? '';
const openFrom = (name: string) => fileGrants.issue(join(folder, name), 'open')?.grant ?? '';
async function takeIn(content: unknown, name = 'in.json') {
  await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return archive.import(openFrom(name));
}
const texts = async (conversationId: string) =>
  chosenPath((await conversations.store()).messages(conversationId)).map(({ role, text }) => `${role}: ${text}`);

describe('a search', () => {
  /** Titles found, and what is marked in the snippets, a message a string. */
  async function found(text: string) {
    const { conversations: hits } = await archive.search(text);
    return hits.map((hit) => ({
      title: hit.title.map((piece) => piece.text).join(''),
      marked: hit.hits.map(({ snippet }) =>
        snippet
          .filter(({ isMatch }) => isMatch)
          .map((piece) => piece.text)
          .join(' '),
      ),
    }));
  }

  beforeEach(async () => {
    await put('a', '컨테이너 질문', { text: '로그가 왜 끊기나요?' }, { text: '컨테이너가 재시작해서 로그가 끊겨요.' });
    await put(
      'b',
      'Cache misses',
      { text: 'Why does the BUILD miss?' },
      { text: '100% of builds, at 50_percent\\rate "quoted"' },
    );
    await put('c', '', { text: '빌드가 느려요' }, { text: 'half', state: 'generating' });
  });

  it.each([
    ['컨테이너', [['컨테이너 질문', ['컨테이너']]]],
    // Two syllables are no trigram.
    ['로그', [['컨테이너 질문', ['로그', '로그']]]],
    ['로그 끊겨', [['컨테이너 질문', ['로그 끊겨']]]],
    ['컨테이너 로그', [['컨테이너 질문', ['컨테이너 로그']]]],
    ['테이', [['컨테이너 질문', ['테이']]]],
    ['build', [['Cache misses', ['build', 'BUILD']]]],
    ['CACHE', [['Cache misses', []]]],
    ['100%', [['Cache misses', ['100%']]]],
    ['%', [['Cache misses', ['%']]]],
    ['_', [['Cache misses', ['_']]]],
    ['50_percent\\rate', [['Cache misses', ['50_percent\\rate']]]],
    ['"quoted"', [['Cache misses', ['"quoted"']]]],
    ['" OR text', []],
    ['(a+)+$', []],
    ['half', []],
    ['느려요 없음', []],
  ])('for %j misses what is there, or finds what is not', async (text, expected) => {
    expect(await found(text)).toEqual(expected.map(([title, marked]) => ({ title, marked })));
  });

  it('finds what was removed, what an answer no longer says, or loses what came back', async () => {
    const store = await conversations.store();
    store.removeConversation('a');
    expect(await found('컨테이너')).toEqual([]);
    expect(await found('로그')).toEqual([]);
    store.restoreConversation('a');
    expect(await found('컨테이너')).toHaveLength(1);
    const [question, answer] = store.messages('b');
    store.removeMessages([answer?.id ?? '']);
    expect(await found('quoted')).toEqual([]);
    store.putMessage({ ...(question as Message), text: 'changed words' });
    expect(await found('BUILD')).toEqual([]);
    expect(await found('changed')).toHaveLength(1);
  });

  it('shows the beginning of a long message instead of the place, or half a character', async () => {
    await put('d', 'long', { text: `${'🚢'.repeat(500)} 여기에 닻을 내려요 ${'끝'.repeat(500)}` });
    const { conversations: hits } = await archive.search('닻을 내려요');
    const snippet = hits[0]?.hits[0]?.snippet ?? [];
    expect(snippet.filter(({ isMatch }) => isMatch).map(({ text }) => text)).toEqual(['닻을', '내려요']);
    const whole = snippet.map(({ text }) => text).join('');
    expect(whole.length).toBeLessThan(180);
    expect(whole).not.toMatch(/\p{Surrogate}/u);
  });

  it('brings all of very many messages, or hides that there are more', async () => {
    await put('many', 'many', ...Array.from({ length: 300 }, () => ({ text: 'needle' })));
    const { conversations: hits, isMore } = await archive.search('needle');
    expect(hits).toHaveLength(1);
    expect(hits[0]?.hits).toHaveLength(3);
    expect(isMore).toBe(true);
  });
});

describe('an export', () => {
  const [a, b] = ['6f1c9a52-6a4e-4d3b-9a55-0d7f3f1b2c11', '6f1c9a52-6a4e-4d3b-9a55-0d7f3f1b2c12'] as const;
  const files = [{ name: 'a.py', text: 'print("안녕")' }];
  const provenance = {
    containerId: 'c',
    containerName: 'llm-api',
    image: 'i',
    imageId: 'd',
    backend: 'ollama',
    model: 'qwen',
    requestId: 'r',
  };

  beforeEach(async () => {
    const [asked] = await put(a, '제목 하나', { text: 'one', files }, { text: 'first', provenance });
    const store = await conversations.store();
    const second: Message = {
      ...(store.messages(a)[1] as Message),
      id: randomUUID(),
      parentId: asked?.id ?? '',
      text: 'second',
    };
    store.putMessage({ ...second, state: 'stopped' });
    store.choose(second);
    await put(b, 'Other', { text: 'x' }, { text: '', state: 'failed', failure: { code: 'CHAT_CUT_OFF', details: {} } });
  });

  it('as JSON loses branches, files or what produced an answer when it comes in elsewhere', async () => {
    const before = (await conversations.store()).messages(a);
    const told = await archive.export({
      conversationIds: null,
      format: 'json',
      language: 'en',
      grant: saveTo('out.json'),
    });
    expect(told).toEqual({ conversations: 2, sizeBytes: (await stat(join(folder, 'out.json'))).size });
    await conversations.close();
    ({ conversations, archive } = open('two'));
    const taken = await archive.import(openFrom('out.json'));
    expect(taken).toEqual({ imported: 2, alreadyHere: 0, skipped: 0, conversationId: b });
    expect(imports).toBe(1);
    const store = await conversations.store();
    const after = store.messages(a);
    const told2 = (all: Message[]) =>
      all.map(({ id: _, parentId, ...rest }) => ({ ...rest, parent: all.findIndex((one) => one.id === parentId) }));
    expect(told2(after)).toEqual(told2(before));
    expect(store.attachedFiles(after[0]?.id ?? '')).toEqual(files);
    expect(store.conversation(a)).toMatchObject({ title: '제목 하나', target: null, pinnedAtMs: null });
    expect((await archive.search('second')).conversations).toHaveLength(1);
  });

  it('taken in twice is there twice, or overwrites what has changed since', async () => {
    await archive.export({ conversationIds: [a], format: 'json', language: 'en', grant: saveTo('out.json') });
    (await conversations.store()).putConversation({ ...(await kept(a)), title: 'renamed since' });
    expect(await archive.import(openFrom('out.json'))).toMatchObject({
      imported: 0,
      alreadyHere: 1,
      conversationId: null,
    });
    expect((await kept(a)).title).toBe('renamed since');
  });

  const kept = async (id: string) => {
    const conversation = (await conversations.store()).conversation(id);
    if (!conversation) throw new Error('it is not there');
    return conversation;
  };

  it('as Markdown shows other branches, hides that an answer is not whole, or speaks another language', async () => {
    const { text, suggestedName } = await archive.exportText({
      conversationId: a,
      format: 'markdown',
      language: 'ko',
    });
    expect(suggestedName).toBe('제목 하나.md');
    expect(text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME')).toBe(
      '# 제목 하나\n\n## 나 · TIME\n\n- `a.py`\n\none\n\n## 답변 · llm-api · qwen · TIME\n\nsecond\n\n_끝까지 받지 못한 답변이에요._\n',
    );
    await archive.export({ conversationIds: [a, b], format: 'markdown', language: 'en', grant: saveTo('out.md') });
    const both = await readFile(join(folder, 'out.md'), 'utf8');
    expect(both).toContain('\n---\n');
    expect(both).toContain('## You · ');
  });

  it.each(['../../etc/passwd', 'a/b\\c:d*e?"<>|\u0000', '...', ' '])(
    'suggests a name that is a path: %j',
    async (title) => {
      await put('p', title, { text: 'x' });
      const { suggestedName } = await archive.exportText({ conversationId: 'p', format: 'json', language: 'en' });
      expect(suggestedName).toMatch(/^[^/\\:*?"<>|\0]+\.json$/);
      expect(suggestedName).not.toMatch(/^\.*\.json$/);
    },
  );

  it('leaves half a file, or takes away the one that was there, when the disk refuses', async () => {
    await mkdir(join(folder, 'taken'));
    const wish = { conversationIds: null, format: 'json', language: 'en', grant: saveTo('taken') } as const;
    await expect(archive.export(wish)).rejects.toMatchObject({
      code: 'PICKED_FILE_FAILED',
      details: { name: 'taken', purpose: 'save' },
    });
    expect(await readdir(folder)).toEqual(['one', 'taken']);
    await expect(archive.export(wish)).rejects.toMatchObject({ code: 'FILE_NOT_PICKED' });
  });
});

describe('an import', () => {
  it('of ChatGPT loses its branches, or takes in what is no message', async () => {
    const node = (id: string, parent: string | null, role?: string, parts: unknown[] = []) => [
      id,
      {
        id,
        parent,
        children: [],
        message: role ? { author: { role }, create_time: 1_700_000_000.5, content: { parts } } : null,
      },
    ];
    const taken = await takeIn([
      {
        title: 'From elsewhere',
        create_time: 1_700_000_000,
        update_time: 1_700_000_100,
        current_node: 'a2',
        mapping: Object.fromEntries([
          node('root', null),
          node('s', 'root', 'system', ['be nice']),
          node('q', 's', 'user', ['안녕', { asset_pointer: 'x' }]),
          node('a1', 'q', 'assistant', ['one']),
          node('t', 'q', 'tool', ['{}']),
          node('a2', 't', 'assistant', ['two']),
        ]),
      },
      { title: 'empty', mapping: {} },
    ]);
    expect(taken).toMatchObject({ imported: 1, skipped: 1 });
    expect(await texts(taken.conversationId ?? '')).toEqual(['user: 안녕', 'assistant: two']);
    const store = await conversations.store();
    expect(store.messages(taken.conversationId ?? '')).toHaveLength(3);
    expect(store.conversation(taken.conversationId ?? '')).toMatchObject({ updatedAtMs: 1_700_000_100_000 });
  });

  it('of Open WebUI loses what is shown', async () => {
    const taken = await takeIn([
      {
        id: 'x',
        title: 'Web',
        created_at: 1_700_000_000,
        updated_at: 1_700_000_050,
        chat: {
          history: {
            currentId: 'a',
            messages: {
              q: {
                id: 'q',
                parentId: null,
                childrenIds: ['b', 'a'],
                role: 'user',
                content: 'hi',
                timestamp: 1_700_000_001,
              },
              b: { id: 'b', parentId: 'q', role: 'assistant', content: 'no', timestamp: 1_700_000_002 },
              a: { id: 'a', parentId: 'q', role: 'assistant', content: 'yes', timestamp: 1_700_000_003 },
            },
          },
        },
      },
    ]);
    expect(await texts(taken.conversationId ?? '')).toEqual(['user: hi', 'assistant: yes']);
  });

  const own = (message: object) => ({
    format: 'wharf.conversations',
    version: 1,
    conversations: [
      {
        title: ' hostile\n<b>title</b> ',
        createdAtMs: 1,
        updatedAtMs: 2,
        messages: [
          {
            id: 'm',
            parentId: null,
            isChosen: true,
            role: 'user',
            text: 'x',
            createdAtMs: 1,
            state: 'done',
            ...message,
          },
        ],
      },
    ],
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{"format": "wharf.conv', 'notJson'],
    ['another file', { hello: 'world' }, 'unknownFormat'],
    ['a number', 7, 'unknownFormat'],
    ['nothing', [], 'nothingInside'],
    ['a newer version', { format: 'wharf.conversations', version: 2, conversations: [] }, 'newerFormat'],
    ['a role that is none', own({ role: 'system' }), 'nothingInside'],
    ['a parent that comes later', own({ parentId: 'later' }), 'nothingInside'],
    ['a time that is none', own({ createdAtMs: 1e300 }), 'nothingInside'],
    ['a state that is none', own({ state: 'root' }), 'nothingInside'],
    ['an endless text', own({ text: 'x'.repeat(8 * 1024 * 1024 + 1) }), 'nothingInside'],
  ])('takes in %s', async (_name, content, reason) => {
    await expect(takeIn(content)).rejects.toMatchObject({
      code: 'IMPORT_REFUSED',
      details: { name: 'in.json', reason },
    });
    expect((await conversations.store()).conversations()).toEqual([]);
  });

  it('runs in circles, or sets keys of objects that nobody has', async () => {
    const circle = (id: string, parent: string) => ({
      parent,
      message: { author: { role: 'user' }, content: { parts: [id] } },
    });
    await expect(
      takeIn([{ title: 'c', mapping: { a: circle('a', 'b'), b: circle('b', 'a') }, current_node: 'a' }]),
    ).rejects.toMatchObject({ details: { reason: 'nothingInside' } });
    await takeIn(`{"format":"wharf.conversations","version":1,"__proto__":{"polluted":1},"conversations":[
      {"title":"t","createdAtMs":1,"updatedAtMs":1,"__proto__":{"polluted":1},"messages":[
        {"id":"__proto__","parentId":null,"isChosen":true,"role":"user","text":"x","createdAtMs":1,"state":"generating",
         "numbers":{"bad":1},"failure":{"code":"NOPE"},"constructor":"x"}]}]}`);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    const [conversation] = (await conversations.store()).conversations();
    expect((await conversations.store()).messages(conversation?.id ?? '')).toMatchObject([
      { text: 'x', state: 'cutOff', numbers: null, failure: null, parentId: null },
    ]);
  });

  it.each(['queued', 'connecting', 'loading', 'generating'])(
    'leaves an answer under way for ever: %s',
    async (state) => {
      const base = { isChosen: true, text: 'x', createdAtMs: 1, failure: null, provenance: null, numbers: null };
      const messages = [
        { ...base, id: 'q', parentId: null, role: 'user', state: 'done' },
        { ...base, id: 'a', parentId: 'q', role: 'assistant', state },
      ];
      const { conversationId } = await takeIn({
        ...own({}),
        conversations: [{ title: 't', createdAtMs: 1, updatedAtMs: 1, messages }],
      });
      expect((await conversations.store()).messages(conversationId ?? '').map((one) => one.state)).toEqual([
        'done',
        'cutOff',
      ]);
    },
  );

  it.each(['../x', 'constructor', ''])('keeps an id that is none of ours: %j', async (id) => {
    const { conversationId } = await takeIn({ ...own({}), conversations: [{ ...own({}).conversations[0], id }] });
    expect(conversationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('keeps line breaks in a title, and whatever the file says about targets', async () => {
    await takeIn({
      ...own({}),
      conversations: [{ ...own({}).conversations[0], target: { kind: 'container', id: 'x' } }],
    });
    expect((await conversations.store()).conversations()).toMatchObject([
      { title: 'hostile <b>title</b>', target: null },
    ]);
  });

  it('reads a file that is too large, a folder, or one that was not picked for it', async () => {
    await writeFile(join(folder, 'big.json'), '');
    await truncate(join(folder, 'big.json'), importLimitBytes + 1);
    await expect(archive.import(openFrom('big.json'))).rejects.toMatchObject({ details: { reason: 'tooLarge' } });
    await expect(archive.import(openFrom('one'))).rejects.toMatchObject({ code: 'PICKED_FILE_FAILED' });
    await expect(archive.import(openFrom('none.json'))).rejects.toMatchObject({ code: 'PICKED_FILE_FAILED' });
    await expect(archive.import(saveTo('in.json'))).rejects.toMatchObject({ code: 'FILE_NOT_PICKED' });
    await symlink('/dev/zero', join(folder, 'zero.json'));
    await expect(archive.import(openFrom('zero.json'))).rejects.toMatchObject({ code: 'PICKED_FILE_FAILED' });
  });
});
