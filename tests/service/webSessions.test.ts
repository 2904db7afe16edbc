import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sessions } from '../../electron/web/sessions';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let folder: string;
let file: string;
let nowMs: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-sessions-'));
  file = join(folder, 'sessions.json');
  nowMs = 1_000_000;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => Sessions.open(file, () => nowMs);

async function signedIn(sessions: Sessions): Promise<string> {
  return (await sessions.exchange(sessions.newLaunchToken())) ?? '';
}

describe('a launch link', () => {
  it('is good for ever', async () => {
    const sessions = await open();
    const token = sessions.newLaunchToken();
    nowMs += 10 * minuteMs + 1;
    expect(await sessions.exchange(token)).toBeNull();
  });

  it('signs in whoever comes second, or at the same moment', async () => {
    const sessions = await open();
    const token = sessions.newLaunchToken();
    const secrets = await Promise.all([sessions.exchange(token), sessions.exchange(token)]);
    expect(secrets.filter((secret) => secret !== null)).toHaveLength(1);
    expect(await sessions.exchange(token)).toBeNull();
  });

  it('of a hundred that nobody used is still good', async () => {
    const sessions = await open();
    const first = sessions.newLaunchToken();
    for (let link = 0; link < 20; link += 1) sessions.newLaunchToken();
    expect(await sessions.exchange(first)).toBeNull();
  });
});

describe('a session', () => {
  it('of a browser that stayed away for a month is good, or ends while it is used', async () => {
    const sessions = await open();
    const secret = await signedIn(sessions);
    for (let visit = 0; visit < 3; visit += 1) {
      nowMs += 29 * dayMs;
      expect(sessions.isValid(secret)).toBe(true);
    }
    nowMs += 30 * dayMs + 1;
    expect(sessions.isValid(secret)).toBe(false);
  });

  it('does not outlive a restart, or lies open on the disk', async () => {
    const sessions = await open();
    const secret = await signedIn(sessions);
    await sessions.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain(secret);
    expect((await open()).isValid(secret)).toBe(true);
    expect((await open()).isValid('another')).toBe(false);
  });

  it('is opened by a broken file, or the host does not start on one', async () => {
    await writeFile(file, '{"sessions": 1');
    const sessions = await open();
    expect(sessions.isValid('')).toBe(false);
    expect(sessions.isValid(await signedIn(sessions))).toBe(true);
  });

  it('is kept for more browsers than anybody has', async () => {
    const sessions = await open();
    const first = await signedIn(sessions);
    for (let browser = 0; browser < 50; browser += 1) {
      nowMs += 1;
      await signedIn(sessions);
    }
    expect(sessions.isValid(first)).toBe(false);
  });
});
