import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { chosenPath, inListOrder, type Message } from '../../electron/contract/chat';
import { migrations } from '../../electron/services/conversationSchema';
import { searchConversations } from '../../electron/services/conversationSearch';
import { Conversations } from '../../electron/services/conversations';
import { type Reply, ScriptedModel } from '../fakes/scriptedModel';

let folder: string;
let file: string;
let conversations: Conversations;
const notices: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-conversations-'));
  file = join(folder, 'data', 'conversations.sqlite');
  notices.length = 0;
  conversations = reopened();
});
afterEach(async () => {
  await conversations.close();
  await rm(folder, { recursive: true, force: true });
});

const reopened = () => new Conversations({ file, log: (line) => notices.push(line) });
const conversation = (id: string, updatedAtMs = 1) => ({
  id,
  title: id,
  createdAtMs: 1,
  updatedAtMs,
  target: null,
  pinnedAtMs: null,
});

function message(part: Partial<Message>): Message {
  return {
    id: 'm',
    conversationId: 'c',
    parentId: null,
    isChosen: true,
    attachments: [],
    role: 'user',
    text: '',
    createdAtMs: 1,
    state: 'done',
    failure: null,
    provenance: null,
    numbers: null,
    ...part,
  };
}

describe('conversations', () => {
  it('change on their way to disk and back', async () => {
    const store = await conversations.store();
    const target = { kind: 'container' as const, id: 'a'.repeat(64), name: '이름' };
    const whole = message({
      id: 'a',
      role: 'assistant',
      text: "로그 '\u0000\ud83d\udea2\n",
      state: 'failed',
      failure: { code: 'CHAT_UPSTREAM', details: { status: 500, message: 'x' } },
      provenance: {
        containerId: 'c',
        containerName: 'n',
        image: 'i',
        imageId: 'd',
        backend: null,
        model: 'm',
        requestId: 'r',
      },
      numbers: { firstTokenMs: 1.5, totalMs: 2, promptTokens: null, completionTokens: 4 },
    });
    store.putConversation({ ...conversation('c', 5), target });
    store.putConversation(conversation('d', 9));
    store.putMessage(message({ id: 'q', text: 'first' }));
    store.putMessage(whole);
    await conversations.close();
    const again = await (conversations = reopened()).store();
    expect(again.conversations().sort(inListOrder)).toEqual([
      conversation('d', 9),
      { ...conversation('c', 5), target },
    ]);
    expect(again.messages('c')).toEqual([
      message({ id: 'q', text: 'first' }),
      { ...whole, text: whole.text.replace('\0', '\ufffd') },
    ]);
  });

  it('half of a send is kept when the other half fails', async () => {
    const store = await conversations.store();
    store.putConversation(conversation('c'));
    expect(() =>
      store.together(() => {
        store.putMessage(message({ id: 'q' }));
        store.putMessage(message({ id: 'a', conversationId: 'none' }));
      }),
    ).toThrow(expect.objectContaining({ code: 'STORAGE_FAILED' }));
    expect(store.messages('c')).toEqual([]);
    store.putMessage(message({ id: 'q' }));
  });

  it('leave their messages behind when they are removed', async () => {
    const store = await conversations.store();
    store.putConversation(conversation('c'));
    store.putMessage(message({}));
    store.removeConversation('c');
    expect(store.conversations()).toEqual([]);
    expect(store.purge(Date.now() - 60_000)).toBe(1);
    expect(store.restoreConversation('c')).toEqual(conversation('c'));
    store.removeConversation('c');
    expect(store.purge(Date.now() + 1)).toBe(0);
    expect(store.message('m')).toBeNull();
    expect(store.restoreConversation('c')).toBeNull();
  });

  it('can be read by others', async () => {
    const store = await conversations.store();
    store.putConversation(conversation('c'));
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(folder, 'data'))) {
      expect((await stat(join(folder, 'data', name))).mode & 0o777).toBe(0o600);
    }
  });

  it('cost something before they are used', async () => {
    expect(await readdir(folder)).toEqual([]);
    await conversations.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('stop Wharf from starting when their file is torn, or the torn file is thrown away', async () => {
    (await conversations.store()).putConversation(conversation('c'));
    await conversations.close();
    const torn = 'torn '.repeat(2000);
    await writeFile(file, torn);
    const store = await (conversations = reopened()).store();
    expect(store.conversations()).toEqual([]);
    store.putConversation(conversation('new'));
    const aside = (await readdir(join(folder, 'data'))).find((name) => name.includes('.broken-'));
    expect(await readFile(join(folder, 'data', aside ?? ''), 'utf8')).toBe(torn);
    expect(notices).toHaveLength(1);
    // Said until somebody has seen it, however often Wharf is started meanwhile.
    await conversations.close();
    const again = await (conversations = reopened()).store();
    expect(again.notice('brokenFile')).toBe(join(folder, 'data', aside ?? ''));
    again.putNotice('brokenFile', null);
    expect(again.notice('brokenFile')).toBeNull();
  });

  it('of a newer Wharf are overwritten', async () => {
    await conversations.store();
    await conversations.close();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 1000');
    database.close();
    conversations = reopened();
    await expect(conversations.store()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect((await readdir(join(folder, 'data'))).filter((name) => name.includes('broken'))).toEqual([]);
    expect(notices).toEqual([]);
  });

  it('of the first release lose messages, their order or what is known of them', async () => {
    await mkdir(join(folder, 'data'));
    const old = new DatabaseSync(file);
    old.exec(`${migrations[0]} PRAGMA user_version = 1`);
    const target = { kind: 'container', id: 'a'.repeat(64), name: 'llm-api' };
    const known = {
      containerId: 'c',
      containerName: 'n',
      image: 'i',
      imageId: 'd',
      backend: 'b',
      model: 'm',
      requestId: 'r',
    };
    const counts = { firstTokenMs: 1, totalMs: 2, promptTokens: 3, completionTokens: 4 };
    const failure = { code: 'CHAT_CUT_OFF', details: {} };
    for (const id of ['one', 'two']) {
      old
        .prepare('INSERT INTO conversations VALUES (?, ?, ?, ?, ?)')
        .run(id, `제목 ${id}`, 5, 6, JSON.stringify(target));
    }
    const add = old.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    old.exec('BEGIN');
    // Positions with gaps, rows of two conversations mixed.
    for (let position = 1; position <= 2000; position += 1) {
      for (const id of ['two', 'one']) {
        const isAnswer = position % 2 === 0;
        const state = !isAnswer ? 'done' : position === 2000 ? 'generating' : position === 4 ? 'cutOff' : 'done';
        add.run(
          `${id}-${position}`,
          id,
          position * 3,
          isAnswer ? 'assistant' : 'user',
          `말 ${position} of ${id}`,
          position,
          state,
          state === 'cutOff' ? JSON.stringify(failure) : null,
          isAnswer ? JSON.stringify(known) : null,
          isAnswer ? JSON.stringify(counts) : null,
        );
      }
    }
    old.exec('COMMIT');
    old.close();

    const store = await conversations.store();
    expect(store.conversations()).toHaveLength(2);
    expect(store.conversation('one')).toEqual({
      ...{ id: 'one', title: '제목 one', createdAtMs: 5, updatedAtMs: 6, target, pinnedAtMs: null },
    });
    for (const id of ['one', 'two']) {
      const messages = store.messages(id);
      expect(messages.map((one) => one.id)).toEqual(Array.from({ length: 2000 }, (_, at) => `${id}-${at + 1}`));
      expect(chosenPath(messages)).toEqual(messages);
      expect(messages[1]).toMatchObject({ parentId: `${id}-1`, provenance: known, numbers: counts, attachments: [] });
      expect(messages[3]).toMatchObject({ state: 'cutOff', failure });
      expect(messages[1999]).toMatchObject({ state: 'cutOff', failure: { code: 'APP_CLOSED' } });
    }
    expect((await searchConversations(store, '2000 of one')).conversations).toHaveLength(1);
    // It can be removed whole, however long.
    store.removeConversation('one');
    store.purge(Date.now() + 1);
    expect(store.messages('one')).toEqual([]);
    expect((await searchConversations(store, '2000 of')).conversations).toHaveLength(1);
  });

  it('are half in a new shape when a step of the way fails', async () => {
    await mkdir(join(folder, 'data'));
    const old = new DatabaseSync(file);
    // Something is in the way of the step that makes the tree.
    old.exec(`${migrations[0]} PRAGMA user_version = 1; CREATE TABLE message_words (x)`);
    old.exec(`INSERT INTO conversations VALUES ('c', 't', 1, 1, NULL);
      INSERT INTO messages VALUES ('m', 'c', 1, 'user', 'kept', 1, 'done', NULL, NULL, NULL)`);
    old.close();
    await expect(conversations.store()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    await conversations.close();
    const after = new DatabaseSync(file);
    expect(after.prepare('SELECT text, position FROM messages').all()).toEqual([{ text: 'kept', position: 1 }]);
    after.exec('DROP TABLE message_words');
    after.close();
    const store = await (conversations = reopened()).store();
    expect(store.messages('c')).toMatchObject([{ text: 'kept' }]);
    expect(notices).toEqual([]);
  });

  it('stay broken after the disk has recovered', async () => {
    await writeFile(join(folder, 'data'), '');
    await expect(conversations.store()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    await rm(join(folder, 'data'));
    expect((await conversations.store()).conversations()).toEqual([]);
  });
});

describe('killing Wharf', () => {
  let childFolder: string;
  let model: ScriptedModel;
  let child: ChildProcess;

  beforeAll(async () => {
    childFolder = await mkdtemp(join(tmpdir(), 'wharf-child-'));
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: join(import.meta.dirname, '../fakes/chatChild.ts'),
        outDir: childFolder,
        rolldownOptions: { output: { format: 'es', entryFileNames: 'child.mjs' } },
      },
      ssr: { noExternal: true },
    });
    // The database is not bundled: the child finds it where this test does.
    await symlink(join(import.meta.dirname, '../../node_modules'), join(childFolder, 'node_modules'), 'junction');
  });
  afterAll(() => rm(childFolder, { recursive: true, force: true }));

  async function start(script: ScriptedModel['script']): Promise<void> {
    model = new ScriptedModel(script);
    const port = await model.listen();
    child = spawn(process.execPath, [join(childFolder, 'child.mjs'), file, String(port)], { stdio: 'inherit' });
  }

  async function kill(): Promise<void> {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    await model.close();
  }

  async function stored(): Promise<Message[]> {
    const store = await conversations.store();
    return store.messages(store.conversations()[0]?.id ?? '');
  }

  it('while the service is asked loses the question', async () => {
    let reply: Reply | undefined;
    await start((_asked, given) => {
      reply = given;
    });
    await vi.waitFor(() => expect(reply).toBeDefined(), { timeout: 15_000 });
    await kill();
    expect(await stored()).toMatchObject([
      { role: 'user', text: 'the question', state: 'done' },
      { role: 'assistant', text: '', state: 'cutOff', failure: { code: 'APP_CLOSED' } },
    ]);
  });

  it('in the middle of an answer loses all of it, or shows it as finished', async () => {
    await start(async (_asked, reply) => {
      reply.stream();
      for (let at = 0; !reply.isClosed; at += 1) {
        await Promise.race([reply.event({ delta: `${at} ` }), reply.closed]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    await vi.waitFor(
      () => {
        const reader = new DatabaseSync(file, { readOnly: true });
        try {
          const row = reader.prepare(`SELECT text FROM messages WHERE role = 'assistant'`).get() as { text: string };
          expect(row.text).toContain('99 ');
        } finally {
          reader.close();
        }
      },
      { timeout: 15_000 },
    );
    await kill();
    const [question, answer] = await stored();
    expect(question).toMatchObject({ text: 'the question', state: 'done' });
    expect(answer).toMatchObject({ state: 'cutOff', failure: { code: 'APP_CLOSED' } });
    const numbers = answer?.text.trim().split(' ').map(Number) ?? [];
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => at));
  });

  it('at any moment, three times over, loses what an earlier run said, or breaks the search', async () => {
    const rounds = 3;
    for (let round = 1; round <= rounds; round += 1) {
      let sent = 0;
      await start(async (_asked, reply) => {
        reply.stream();
        for (; !reply.isClosed; sent += 1) {
          await Promise.race([reply.event({ delta: `word${sent} ` }), reply.closed]);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      });
      // Another moment each time: in the middle of a write, between two of them.
      await vi.waitFor(() => expect(sent).toBeGreaterThan(round * 97), { timeout: 15_000, interval: 1 });
      await kill();
    }
    const store = await conversations.store();
    const all = store.conversations();
    expect(all).toHaveLength(rounds);
    for (const { id } of all) {
      const [question, answer] = store.messages(id);
      expect(question).toMatchObject({ text: 'the question', state: 'done' });
      expect(answer).toMatchObject({ parentId: question?.id, state: 'cutOff', failure: { code: 'APP_CLOSED' } });
    }
    expect((await searchConversations(store, 'the question')).conversations).toHaveLength(rounds);
    expect(notices).toEqual([]);
  });

  it('leaves a journal whose torn end takes the rest with it', async () => {
    let asked = false;
    await start(() => {
      asked = true;
    });
    await vi.waitFor(() => expect(asked).toBe(true), { timeout: 15_000 });
    await kill();
    const journal = await readFile(`${file}-wal`);
    await writeFile(`${file}-wal`, journal.subarray(0, journal.length - 100));
    expect((await conversations.store()).conversations()).toHaveLength(1);
  });
});
