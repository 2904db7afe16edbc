import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TerminalHead, TerminalSession } from '../../electron/contract/terminal';
import { LeftShells } from '../../electron/services/leftShells';
import { Terminals } from '../../electron/services/terminals';
import { outsideContainer, realContainers } from './realEngine';

let folder: string;
let terminals: Terminals;
let python: string;
let container: Awaited<ReturnType<typeof outsideContainer>>;

beforeAll(async () => {
  const { link } = await realContainers();
  folder = await mkdtemp(join(tmpdir(), 'terminals-'));
  const leftShells = await LeftShells.open(join(folder, 'shells.json'), { engineLink: link, log: () => {} });
  terminals = new Terminals({ engineLink: link, leftShells, log: () => {} });
  container = await outsideContainer('terminals', ['sleep', '600'], { HostConfig: { Init: true } });
  python = container.id;
});
afterAll(async () => {
  await terminals?.close();
  await rm(folder, { recursive: true, force: true });
});

const asked = { columns: 80, rows: 24, shell: 'auto' as TerminalSession['shell'], asRoot: false };

/** A person at a terminal: reads all along, types, waits for words. */
async function sit(session: TerminalSession) {
  const leaving = new AbortController();
  const seen = { text: '', head: null as TerminalHead | null };
  const over = (async () => {
    for await (const head of terminals.follow(session.id, leaving.signal)) {
      seen.head = head;
      for (let at = -1; at < head.endOffset; ) {
        const part = terminals.read(session.id, Math.max(at, at < 0 ? head.firstOffset : at));
        if (at < 0) seen.text = '';
        seen.text += part.text;
        if (part.toOffset === at) break;
        at = part.toOffset;
      }
      if (head.end) return;
    }
  })();
  over.catch(() => {});
  return {
    seen,
    type: (text: string) => terminals.write(session.id, text),
    sees: (words: string | RegExp) => expect.poll(() => seen.text, { timeout: 20_000 }).toMatch(words),
    leave: async () => {
      leaving.abort();
      await over;
    },
    over,
  };
}

async function openAt(values: Partial<typeof asked> = {}, containerId = python) {
  const session = await terminals.open({ ...asked, ...values, containerId });
  return { session, ...(await sit(session)) };
}

/** Command lines of what runs in the container, from outside. */
async function processes(): Promise<string[]> {
  const { Processes } = (await container.top()) as { Processes: string[][] };
  return Processes.map((columns) => columns.at(-1) ?? '');
}

describe('a shell in a container', () => {
  it('is plain sh where there is bash, has no size, or answers in pieces of syllables', async () => {
    const at = await openAt({ columns: 101, rows: 31 });
    at.type('echo "shell:$BASH_VERSION"; stty size; printf "%s\\n" 안녕하세요 | rev; echo ${#LANG}\r');
    await at.sees(/shell:\d/);
    await at.sees(/31 101/);
    await at.sees(/요세하녕안/);
    await terminals.resize(at.session.id, { columns: 60, rows: 20 });
    at.type('stty size\r');
    await at.sees(/20 60/);
    expect(at.seen.text).not.toContain('wharf;');
    await at.leave();
    await terminals.closeSession(at.session.id);
  });

  it('goes away with the page that looked at it, or forgets what it had printed', async () => {
    const at = await openAt();
    at.type('echo before-$((6*7))\r');
    await at.sees('before-42');
    await at.leave();
    terminals.write(at.session.id, 'echo unseen-$((6*9))\r');
    const back = await sit(at.session);
    await back.sees(/before-42[\s\S]*unseen-54/);
    await back.leave();
    await terminals.closeSession(at.session.id);
  });

  it('cannot be interrupted while it floods', async () => {
    const at = await openAt();
    at.type('yes flood\r');
    await at.sees(/flood\r\nflood\r\nflood/);
    const slow = terminals.read.bind(terminals);
    expect(slow(at.session.id, 0).toOffset).toBeGreaterThan(0);
    at.type('\u0003');
    at.type('echo calm-$((40+2))\r');
    await at.sees('calm-42');
    await at.leave();
    await terminals.closeSession(at.session.id);
    expect(await processes()).not.toContain('yes flood');
  });

  it('floods main while a reader is slow: the program in the container has to wait', async () => {
    const session = await terminals.open({ ...asked, containerId: python });
    const leaving = new AbortController();
    const follow = terminals.follow(session.id, leaving.signal);
    await follow.next();
    terminals.write(session.id, 'yes flood\r');
    // A reader that follows and does not read.
    let ends: number[] = [];
    await expect
      .poll(
        async () => {
          ends = [...ends.slice(-4), (await headNow(session.id)).endOffset];
          return ends.length === 5 && ends[0] === ends[4] && (ends[0] ?? 0) > 100_000;
        },
        { timeout: 20_000, interval: 100 },
      )
      .toBe(true);
    expect(ends[4]).toBeLessThan(2_000_000);
    leaving.abort();
    await follow.return();
    await terminals.closeSession(session.id);
    expect(await processes()).not.toContain('yes flood');
  });

  it('leaves programs running when it is closed, those too that do not want to end', async () => {
    const at = await openAt();
    at.type('sleep 4321 & (trap "" HUP TERM INT; echo stubborn-$((1+1)); exec sleep 4322)\r');
    await at.sees('stubborn-2');
    await expect.poll(processes).toEqual(expect.arrayContaining(['sleep 4321', 'sleep 4322']));
    await at.leave();
    await terminals.closeSession(at.session.id);
    await expect.poll(processes).not.toContain('sleep 4321');
    const left = await processes();
    expect(left.filter((line) => /432[12]|bash/.test(line))).toEqual([]);
  });

  it('leaves shells behind when Wharf is closed', async () => {
    const { link } = await realContainers();
    const leftShells = await LeftShells.open(join(folder, 'closed.json'), { engineLink: link, log: () => {} });
    const ofApp = new Terminals({ engineLink: link, leftShells, log: () => {} });
    const sessions = await Promise.all([1, 2].map(() => ofApp.open({ ...asked, shell: 'bash', containerId: python })));
    for (const { id } of sessions) ofApp.write(id, 'sleep 8765\r');
    await expect.poll(async () => (await processes()).filter((line) => line === 'sleep 8765').length).toBe(2);
    await ofApp.close(10_000);
    expect((await processes()).filter((line) => /8765|bash/.test(line))).toEqual([]);
  });

  it('outlives a Wharf that was killed, or ends with one that still runs', async () => {
    const { link } = await realContainers();
    const file = join(folder, 'killed.json');
    const before = await LeftShells.open(file, { engineLink: link, log: () => {} });
    const killed = new Terminals({ engineLink: link, leftShells: before, log: () => {} });
    const session = await killed.open({ ...asked, shell: 'bash', containerId: python });
    killed.write(session.id, 'sleep 9753 & sleep 9754\r');
    const left = async () => (await processes()).filter((line) => /975[34]/.test(line)).sort();
    await expect.poll(left).toEqual(['sleep 9753', 'sleep 9754']);
    const kept = async () => (JSON.parse(await readFile(file, 'utf8')) as unknown[]).length;
    await expect.poll(kept).toBe(1);
    before.close();

    const options = { engineLink: link, log: () => {} };
    const looked: number[] = [];
    const beside = await LeftShells.open(file, { ...options, isRunning: (pid) => looked.push(pid) > 0 });
    await expect.poll(() => looked).toEqual([process.pid]);
    expect(await left()).toHaveLength(2);
    beside.close();
    const next = await LeftShells.open(file, { ...options, isRunning: () => false });
    await expect.poll(left).toEqual([]);
    await expect.poll(kept).toBe(0);
    next.close();
    await killed.close();
  });

  it('ends without saying how', async () => {
    const at = await openAt({ shell: 'sh' });
    at.type('exit 7\r');
    await at.over;
    expect(at.seen.head?.end).toEqual({ reason: 'exited', exitCode: 7 });
    await terminals.closeSession(at.session.id);
    await expect(async () => terminals.read(at.session.id, 0)).rejects.toMatchObject({ code: 'TERMINAL_MISSING' });
  });

  it('opens as root, or with the safe defaults does not work', async () => {
    const safe = await outsideContainer('safe', ['sleep', '600'], {
      User: '1000',
      HostConfig: { ReadonlyRootfs: true, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], Init: true },
    });
    const at = await openAt({}, safe.id);
    at.type('id -u; sleep 5555\r');
    await at.sees(/\D1000\r\n/);
    const root = await openAt({ asRoot: true }, safe.id);
    root.type('id -u\r');
    await root.sees(/\D0\r\n/);
    for (const each of [at, root]) {
      await each.leave();
      await terminals.closeSession(each.session.id);
    }
    const { Processes } = (await safe.top()) as { Processes: string[][] };
    expect(Processes.flat().filter((cell) => /bash|5555/.test(cell))).toEqual([]);
  });

  it('dies with its container and blames the shell', async () => {
    const short = await outsideContainer('short', ['sleep', '600'], { HostConfig: { Init: true } });
    const at = await openAt({}, short.id);
    await at.sees(/\S/);
    await short.stop({ t: 0 });
    await at.over;
    expect(at.seen.head?.end?.reason).toBe('containerEnded');
    await expect(terminals.open({ ...asked, containerId: short.id })).rejects.toMatchObject({
      code: 'CONTAINER_NOT_RUNNING',
    });
    await short.remove({ force: true });
    await expect(terminals.open({ ...asked, containerId: short.id })).rejects.toMatchObject({
      code: 'CONTAINER_MISSING',
    });
  });

  it('is opened without end by a storm of clicks', async () => {
    const opened = await Promise.allSettled(
      Array.from({ length: 20 }, () => terminals.open({ ...asked, shell: 'sh', containerId: python })),
    );
    const open = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(open).toHaveLength(16);
    await Promise.all(open.map(({ id }) => terminals.closeSession(id)));
    expect((await processes()).filter((line) => /bash|^sh$/.test(line))).toEqual([]);
  });
});

async function headNow(sessionId: string): Promise<TerminalHead> {
  for await (const head of terminals.follow(sessionId)) return head;
  throw new Error('no head');
}
