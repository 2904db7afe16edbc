import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectEngine } from '../../electron/docker/connect';
import type { EngineTrust } from '../../electron/docker/endpoints';
import { knownHostsLine } from '../../electron/docker/knownHosts';
import { fakeEngine, linkTo } from '../fakes/linkedEngine';
import { engineSocket, outside, outsideContainer } from './realEngine';
import { lockKey, type SshServer, sshObstacle, sshServer } from './sshServer';

const obstacle = sshObstacle();

async function server(socketPath = engineSocket, settings: string[] = []): Promise<SshServer> {
  const started = await sshServer(socketPath, settings);
  onTestFinished(() => started.close());
  return started;
}

/** A person with the server's key for a door, whose known hosts are `lines`. */
function person({ sshFolder }: SshServer, lines: string): EngineTrust & { seen: string[]; known: string } {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-known-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const known = join(folder, 'known_hosts');
  writeFileSync(known, lines);
  const seen: string[] = [];
  return {
    known,
    seen,
    knownHostsFiles: [known],
    sshFolder,
    agentSocket: undefined,
    userName: 'nobody',
    isPlainAllowed: () => false,
    sawHostKey: (_, host, port, key) => seen.push(knownHostsLine(host, port, key)),
  };
}

const at = (address: string) => ({ source: 'context' as const, label: 'SSH', address });

describe.skipIf(obstacle !== null)(`an engine over SSH${obstacle === null ? '' : ` (skipped: ${obstacle})`}`, () => {
  it('is driven like one of this machine: list, log, events, many streams at once', async () => {
    const ssh = await server();
    const container = await outsideContainer('ssh', ['sh', '-c', 'echo over ssh; sleep 300']);
    const engine = await connectEngine(at(ssh.address), undefined, person(ssh, ssh.knownHostsLine));
    onTestFinished(() => engine.close());
    expect((await engine.listContainers()).map(({ id }) => id)).toContain(container.id);
    // sshd allows ten sessions in a connection; channels to the socket are none.
    const leaving = new AbortController();
    const streams = Array.from({ length: 15 }, async () => {
      for await (const batch of engine.logs(container.id, { follow: true, since: null, tail: null }, leaving.signal))
        return batch;
      return null;
    });
    const batches = await Promise.all(streams);
    expect(batches.every((batch) => JSON.stringify(batch) !== 'null')).toBe(true);
    leaving.abort();
    let opened = (): void => undefined;
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const watching = new AbortController();
    const died = (async () => {
      for await (const event of engine.events(watching.signal, opened)) {
        if (event.id === container.id && event.action === 'die') return true;
      }
      return false;
    })();
    await open;
    await engine.killContainer(container.id, 'SIGKILL');
    expect(await died).toBe(true);
    watching.abort();
    await engine.removeContainer(container.id, { force: true, volumes: true });
    await expect(outside.getContainer(container.id).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  it('is refused while its key is unknown, with the fingerprint to compare, and let in once that is trusted', async () => {
    const ssh = await server();
    const trust = person(ssh, '');
    await expect(connectEngine(at(ssh.address), undefined, trust)).rejects.toMatchObject({
      code: 'ENGINE_SSH',
      details: { reason: 'hostUnknown', keyType: 'ssh-ed25519', fingerprint: ssh.fingerprint },
    });
    expect(trust.seen).toEqual([ssh.knownHostsLine]);
    writeFileSync(trust.known, trust.seen.join(''));
    (await connectEngine(at(ssh.address), undefined, trust)).close();
  });

  it('is refused when its key is another than the known one, also of another kind, or was revoked', async () => {
    const [ssh, other] = [await server(), await server()];
    const wrong = ssh.knownHostsLine.replace(/ \S+$/m, ` ${other.knownHostsLine.trim().split(' ')[2]}`);
    const rsa = `[127.0.0.1]:${ssh.port} ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7\n`;
    for (const [lines, reason] of [
      [wrong, 'hostChanged'],
      [rsa, 'hostChanged'],
      [`# first\n@revoked ${ssh.knownHostsLine}`, 'hostRevoked'],
    ] as const) {
      const trust = person(ssh, lines);
      await expect(connectEngine(at(ssh.address), undefined, trust), lines).rejects.toMatchObject({
        code: 'ENGINE_SSH',
        details: { reason, place: expect.stringContaining(`${trust.known}:`) },
      });
    }
  });

  it('says that the user is not let in, or that the key is locked, rather than that no engine runs', async () => {
    const ssh = await server();
    const trust = person(ssh, ssh.knownHostsLine);
    const stranger = ssh.address.replace(/\/\/[^@]+@/, '//no-such-user@');
    await expect(connectEngine(at(stranger), undefined, trust)).rejects.toMatchObject({
      code: 'ENGINE_SSH',
      details: { reason: 'login', user: 'no-such-user' },
    });
    lockKey(ssh);
    await expect(connectEngine(at(ssh.address), undefined, trust)).rejects.toMatchObject({
      code: 'ENGINE_SSH',
      details: { reason: 'keyLocked' },
    });
  });

  it('tells a refused port, a host that leads to no engine, and one behind a proxy apart', async () => {
    const ssh = await server('/nonexistent/engine.sock');
    const trust = person(ssh, ssh.knownHostsLine);
    await expect(connectEngine(at(ssh.address), undefined, trust)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      details: { reason: 'absent' },
    });
    const closed = await server(engineSocket, ['AllowStreamLocalForwarding no']);
    await expect(
      connectEngine(at(closed.address), undefined, person(closed, closed.knownHostsLine)),
    ).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE', details: { reason: 'absent' } });
    await expect(connectEngine(at('ssh://nobody@127.0.0.1:1'), undefined, trust)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      details: { reason: 'refused' },
    });
    writeFileSync(join(ssh.sshFolder, 'config'), 'Host behind\n  ProxyCommand nc %h %p\n');
    await expect(connectEngine(at('ssh://behind'), undefined, trust)).rejects.toMatchObject({
      code: 'ENGINE_SSH',
      details: { reason: 'proxy' },
    });
  });

  it('takes the host, port, user and key of the person’s SSH settings, and dials through the docker command', async () => {
    const ssh = await server(engineSocket, [
      'AllowStreamLocalForwarding no',
      // The person there drives this engine.
      `SetEnv DOCKER_HOST=unix://${engineSocket}`,
    ]);
    const [, user] = /ssh:\/\/([^@]+)@/.exec(ssh.address) ?? [];
    writeFileSync(
      join(ssh.sshFolder, 'config'),
      `Host box\n  HostName 127.0.0.1\n  Port ${ssh.port}\n  User ${user}\nHost *\n  Port 1\n`,
    );
    const engine = await connectEngine(at('ssh://box'), undefined, person(ssh, ssh.knownHostsLine));
    onTestFinished(() => engine.close());
    expect(Array.isArray(await engine.listContainers())).toBe(true);
  });

  /** A person's settings for `front` and, through it, `far`. */
  function behind(front: SshServer, far: SshServer, ways: { front?: string; far: string }): void {
    const host = (name: string, { port, address, sshFolder }: SshServer, more: string) =>
      `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  User ${/\/\/(.+)@/.exec(address)?.[1]}\n` +
      `  IdentityFile ${join(sshFolder, 'id_ed25519')}\n  ${more}\n`;
    const settings = host('front', front, ways.front ?? '') + host('far', far, ways.far);
    writeFileSync(join(far.sshFolder, 'config'), settings);
  }

  it('is reached through its jump hosts, each of which must show a known key', async () => {
    const fake = await fakeEngine();
    const [front, far] = [await server(), await server(fake.socketPath)];
    behind(front, far, { far: 'ProxyJump front' });
    const address = at(`ssh://far${fake.socketPath}`);
    const [frontName, farName] = [`127.0.0.1:${front.port}`, `127.0.0.1:${far.port}`];
    const changed = front.knownHostsLine.replace(/ \S+$/m, ` ${far.knownHostsLine.trim().split(' ')[2]}`);
    for (const [lines, details] of [
      [far.knownHostsLine, { reason: 'hostUnknown', host: frontName, target: farName, fingerprint: front.fingerprint }],
      [far.knownHostsLine + changed, { reason: 'hostChanged', host: frontName, target: farName }],
      [front.knownHostsLine, { reason: 'hostUnknown', host: farName, target: '', fingerprint: far.fingerprint }],
    ] as const) {
      const trust = person(far, lines);
      await expect(connectEngine(address, undefined, trust), lines).rejects.toMatchObject({
        code: 'ENGINE_SSH',
        details,
      });
      expect(trust.seen).toEqual([details.host === frontName ? front.knownHostsLine : far.knownHostsLine]);
    }

    // Twice through the same machine, the second time by its address: two hops.
    const [, user] = /\/\/(.+)@/.exec(front.address) ?? [];
    behind(front, far, { front: '', far: `ProxyJump front,${user}@${frontName}` });
    const both = front.knownHostsLine + far.knownHostsLine;
    const settings = join(far.sshFolder, 'config');
    const keyOfFront = `Host 127.0.0.1\n  IdentityFile ${join(front.sshFolder, 'id_ed25519')}\n`;
    writeFileSync(settings, readFileSync(settings, 'utf8') + keyOfFront);
    const engine = await connectEngine(address, undefined, person(far, both));
    onTestFinished(() => engine.close());
    await engine.ping(5_000);
    front.drop();
    await expect.poll(() => engine.ping(5_000).then(String, ({ code }) => code)).toBe('ENGINE_UNREACHABLE');
  });

  it('names the jump host that is not there, lets nobody in or passes nothing on', async () => {
    const [front, far] = [await server(engineSocket, ['AllowTcpForwarding no']), await server()];
    const trust = person(far, front.knownHostsLine + far.knownHostsLine);
    const farName = `127.0.0.1:${far.port}`;
    const frontName = `127.0.0.1:${front.port}`;
    for (const [jump, details] of [
      ['nobody@127.0.0.1:1', { reason: 'jumpAbsent', host: '127.0.0.1:1', target: farName }],
      ['no-such-user@front', { reason: 'login', host: frontName, user: 'no-such-user', target: farName }],
      ['front', { reason: 'jumpRefused', host: frontName, place: farName, target: farName }],
    ] as const) {
      behind(front, far, { far: `ProxyJump ${jump}` });
      await expect(connectEngine(at('ssh://far'), undefined, trust), jump).rejects.toMatchObject({
        code: 'ENGINE_SSH',
        details,
      });
    }
    // Through another one first, which would pass on to the target itself.
    const open = await server();
    behind(front, far, { far: 'ProxyJump open,front' });
    const ofFar = readFileSync(join(far.sshFolder, 'config'), 'utf8');
    behind(open, far, { far: '' });
    const ofOpen = readFileSync(join(far.sshFolder, 'config'), 'utf8').replace('Host front', 'Host open');
    writeFileSync(join(far.sshFolder, 'config'), ofFar + ofOpen);
    const all = person(far, readFileSync(trust.known, 'utf8') + open.knownHostsLine);
    await expect(connectEngine(at('ssh://far'), undefined, all)).rejects.toMatchObject({
      code: 'ENGINE_SSH',
      details: { reason: 'jumpRefused', host: frontName, place: farName },
    });

    behind(front, far, { far: 'ProxyJump none' });
    (await connectEngine(at(`ssh://far${engineSocket}`), undefined, trust)).close();
  });

  it('is called lost when the connection drops, and driven again by itself', async () => {
    const fake = await fakeEngine();
    const ssh = await server(fake.socketPath);
    const trust = person(ssh, ssh.knownHostsLine);
    const { link } = linkTo(() => [at(ssh.address)], {
      connect: (target, signal) => connectEngine(target, signal, trust),
      timing: { pingTimeoutMs: 3_000 },
    });
    const phases: string[] = [];
    await expect.poll(() => link.state.value.phase, { timeout: 20_000 }).toBe('ready');
    const leaving = new AbortController();
    onTestFinished(() => leaving.abort());
    void (async () => {
      for await (const { phase } of link.state.watch(leaving.signal)) phases.push(phase);
    })();
    ssh.drop();
    await expect.poll(() => phases, { timeout: 20_000 }).toContain('unreachable');
    await expect.poll(() => link.state.value.phase, { timeout: 20_000 }).toBe('ready');
    expect(readFileSync(trust.known, 'utf8')).toBe(ssh.knownHostsLine);
  });
});
