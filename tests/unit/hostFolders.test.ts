import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { folderRefusal } from '../../electron/contract/hostFolders';
import { HostFolders } from '../../electron/services/hostFolders';

it.each([
  ['/', 'root'],
  ['//', 'root'],
  ['/home/..', 'root'],
  ['/etc', 'system'],
  ['/home/mina/../../etc/ssl', 'system'],
  ['/var/run', 'system'],
  ['/var/run/docker.sock', 'engineSocket'],
  ['/home/mina/podman.sock', 'engineSocket'],
  ['/home', 'system'],
  ['/home/mina', 'system'],
  ['/root', 'system'],
  ['/root/models', 'system'],
  ['/home/mina/.ssh', 'system'],
  ['/home/mina/.aws/cli', 'system'],
  ['/proc/1/root', 'system'],
  ['C:\\', 'root'],
  ['C:\\Windows\\System32', 'system'],
  ['C:\\Users\\mina', 'system'],
  ['models', 'notAbsolute'],
  ['/home/mina/x\0/etc', 'notAbsolute'],
  ['/home/mina/models', null],
  ['/srv/models', null],
  ['/mnt/disk', null],
  ['/Users/mina/projects', null],
  ['C:\\Users\\mina\\models', null],
])('whether %s may be given to a container: %s', (folder, refusal) => {
  expect(folderRefusal(folder)).toBe(refusal);
});

async function folders() {
  const base = await mkdtemp(join(tmpdir(), 'wharf-folders-'));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const chosen = join(base, 'chosen');
  await mkdir(join(chosen, 'inside'), { recursive: true });
  await mkdir(join(base, 'chosen-not'));
  const kept = await HostFolders.open(join(base, 'folders.json'));
  await kept.choose(async () => chosen);
  return { base, chosen, kept };
}

const reasonOf = (check: Promise<void>) =>
  check.then(
    () => null,
    (error: { details: { reason: string } }) => error.details.reason,
  );

it('gives no folder that nobody chose, however much its name looks like one that was', async () => {
  const { base, chosen, kept } = await folders();
  expect(await reasonOf(kept.check(chosen, true))).toBeNull();
  expect(await reasonOf(kept.check(join(chosen, 'inside'), true))).toBeNull();
  expect(await reasonOf(kept.check(`${chosen}-not`, true))).toBe('notChosen');
  expect(await reasonOf(kept.check(`${chosen}/../chosen-not`, true))).toBe('notChosen');
  expect(await reasonOf(kept.check(base, true))).toBe('notChosen');
  expect(await reasonOf(kept.check(join(chosen, 'gone'), true))).toBe('missing');
  // Kept for presets: the next start of Wharf knows it too.
  const again = await HostFolders.open(join(base, 'folders.json'));
  expect(await reasonOf(again.check(chosen, true))).toBeNull();
});

it('follows links in a chosen folder to what they lead to', async () => {
  const { chosen, kept } = await folders();
  await symlink('/etc', join(chosen, 'innocent'));
  expect(await reasonOf(kept.check(join(chosen, 'innocent'), true))).toBe('system');
});
