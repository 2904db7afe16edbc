import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sshRoute } from '../../../electron/docker/sshConfig';

/** The way to `address` under these settings, each host as `user@host:port`, an obstacle behind it. */
function way(settings: string, address = 'ssh://far'): string[] | undefined {
  const sshFolder = mkdtempSync(join(tmpdir(), 'wharf-ssh-'));
  onTestFinished(() => rmSync(sshFolder, { recursive: true }));
  writeFileSync(join(sshFolder, 'config'), settings);
  const route = sshRoute(address, { sshFolder, agentSocket: undefined, userName: 'me' });
  return route?.hops.map(
    ({ user, host, port, obstacle }) => `${user}@${host}:${port}${obstacle ? ` ${obstacle}` : ''}`,
  );
}

it('goes through the jump hosts in their order, each with its own settings and not with the target’s', () => {
  const settings = [
    'Host far\n  User admin\n  Port 2200\n  ProxyJump mina@one:22001, ssh://two ,[::1]:23',
    'Host one\n  HostName one.example\n  User ignored\n  Port 1',
    'Host two\n  User second',
  ].join('\n');
  expect(way(settings)).toEqual(['mina@one.example:22001', 'second@two:22', 'me@::1:23', 'admin@far:2200']);
});

it('reaches the first jump host as its settings say, and the others through the one before whatever theirs say', () => {
  const settings = [
    'Host far\n  ProxyJump one,two',
    'Host one\n  ProxyJump zero',
    'Host two\n  ProxyJump elsewhere\n  ProxyCommand nc',
  ].join('\n');
  expect(way(settings)).toEqual(['me@zero:22', 'me@one:22', 'me@two:22', 'me@far:22']);
});

it('lets `none` turn off what comes later, and the first of jump host and command hold', () => {
  expect(way('Host far\n  ProxyJump none\nHost *\n  ProxyJump front')).toEqual(['me@far:22']);
  expect(way('Host *\n  ProxyJump front\nHost front\n  ProxyJump none')?.[0]).toBe('me@front:22 jumpLoop');
  expect(way('Host front\n  ProxyJump none\nHost *\n  ProxyJump front')).toEqual(['me@front:22', 'me@far:22']);
  expect(way('Host far\n  ProxyCommand none\n  ProxyJump front')).toEqual(['me@far:22']);
  expect(way('Host far\n  ProxyJump front\n  ProxyCommand nc')).toEqual(['me@front:22', 'me@far:22']);
  expect(way('Host far\n  ProxyCommand nc\n  ProxyJump front')).toEqual(['me@far:22 proxy']);
  expect(way('Host far\n  ProxyJump front\nHost front\n  ProxyCommand nc')).toEqual(['me@front:22 proxy', 'me@far:22']);
});

it('refuses a jump host that cannot be read rather than going to the host directly', () => {
  for (const jump of ['two words', 'front,', 'front:port', 'me@']) {
    expect(way(`Host far\n  ProxyJump ${jump}`), jump).toBeUndefined();
  }
});
