import { isDefinedError, safe } from '@orpc/client';
import type { AnyRouter } from '@orpc/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../electron/contract/failures';
import { settingsValues } from '../../electron/contract/settings';
import { implementer as os } from '../../electron/rpc/implementer';
import { LiveValue } from '../../electron/services/live';
import { overWire } from './overWire';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function serve(router: AnyRouter) {
  const wire = overWire(router);
  closers.push(wire.close);
  return wire;
}

const request = { image: 'llm-api', name: 'my-llm-api' };

describe('errors over the wire', () => {
  it('loses neither the code nor the details of a declared failure', async () => {
    const { api } = serve({
      containers: {
        run: os.containers.run.handler(() => {
          throw new Failure('PORT_IN_USE', {
            port: 8000,
            holder: { kind: 'process', name: 'nginx' },
            nextFreePort: 8001,
          });
        }),
      },
    });
    const { error } = await safe(api.containers.run(request));
    expect(isDefinedError(error) && error.code).toBe('PORT_IN_USE');
    expect(isDefinedError(error) && error.code === 'PORT_IN_USE' && error.data).toEqual({
      port: 8000,
      holder: { kind: 'process', name: 'nginx' },
      nextFreePort: 8001,
    });
  });

  it.each([
    ['an exception', () => new Error('secret path /home/somebody')],
    ['a failure that the call does not declare', () => new Failure('CHAT_NO_TARGET', {})],
  ])('never leaks %s: the page gets a log id, the log gets the stack', async (_name, makeError) => {
    const { api, log } = serve({
      containers: {
        run: os.containers.run.handler(() => {
          throw makeError();
        }),
      },
    });
    const { error } = await safe(api.containers.run(request));
    const wired = error as unknown as { code: string; message: string; data: { logId: string } };
    expect(wired.code).toBe('INTERNAL');
    expect(JSON.stringify(wired)).not.toContain('secret');
    expect(log.entries).toHaveLength(1);
    expect(log.entries[0]).toContain(wired.data.logId);
    expect(log.entries[0]).toContain('containers.run');
  });

  it('maps a failure in the middle of a watch like one of a call', async () => {
    const { api } = serve({
      builds: {
        watch: os.builds.watch.handler(async function* () {
          throw new Failure('TASK_MISSING', { id: 'x' });
        }),
      },
    });
    const iterator = await api.builds.watch({ taskId: 'x' });
    await expect(iterator.next()).rejects.toMatchObject({ code: 'TASK_MISSING', data: { id: 'x' } });
  });
});

describe('input over the wire', () => {
  const folder = (path: string) => ({ kind: 'folder', folder: path, path: '/data' });

  it.each([
    ['an engine option by name', { ...request, Privileged: true }],
    ['an engine option inside of a part', { ...request, safety: { privileged: true } }],
    ['the whole disk', { ...request, mounts: [folder('/')] }],
    ['the whole disk by another way', { ...request, mounts: [folder('/home/../')] }],
    ['a folder of the system', { ...request, mounts: [folder('/etc/ssl')] }],
    ['what holds the engine’s socket', { ...request, mounts: [folder('/var/run')] }],
    ['the engine’s socket', { ...request, mounts: [folder('/home/mina/docker.sock')] }],
    ['the Windows system folder', { ...request, mounts: [folder('C:\\Windows\\System32')] }],
    ['keys', { ...request, mounts: [folder('/home/mina/.ssh')] }],
    ['a mount over the kernel’s files', { ...request, mounts: [{ ...folder('/home/mina/x'), path: '/proc/1' }] }],
    ['a volume whose name is a path', { ...request, mounts: [{ kind: 'volume', name: '/etc', path: '/x' }] }],
    [
      'a mount that smuggles in options',
      { ...request, mounts: [{ ...folder('/home/mina/x'), path: '/x,readonly=false' }] },
    ],
    ['the network of another container', { ...request, network: { kind: 'named', name: 'container:abc' } }],
    ['a host address to publish on', { ...request, ports: [{ containerPort: 80, hostIp: '0.0.0.0' }] }],
    ['everybody on the network without a key', { ...request, reach: 'network' }],
    [
      'everybody on the network with a key that is none',
      { ...request, reach: 'network', environment: [{ name: 'API_KEY', value: ' x ' }] },
    ],
    ['a port number that is none', { ...request, ports: [{ containerPort: 80, hostPort: 70_000 }] }],
    ['a name that Docker refuses', { ...request, name: '../x' }],
    ['a variable with a line break in its name', { ...request, environment: [{ name: 'A\nB', value: '' }] }],
  ])('refuses %s before any service sees it', async (_name, input) => {
    const run = vi.fn(async () => ({ id: 'a'.repeat(64), hostPort: 8000 }));
    const { api } = serve({ containers: { run: os.containers.run.handler(run) } });
    const { error } = await safe(api.containers.run(input as never));
    expect((error as unknown as { code: string }).code).toBe('BAD_REQUEST');
    expect(run).not.toHaveBeenCalled();
  });

  it('refuses a container id that is a path of the engine api', async () => {
    const stop = vi.fn(async () => undefined);
    const { api } = serve({ containers: { stop: os.containers.stop.handler(stop) } });
    const { error } = await safe(api.containers.stop({ id: '../../images/prune' }));
    expect((error as unknown as { code: string }).code).toBe('BAD_REQUEST');
    expect(stop).not.toHaveBeenCalled();
  });
});

describe('watches over the wire', () => {
  const watching = () => {
    const live = new LiveValue(settingsValues.parse({}));
    const wire = serve({ settings: { watch: os.settings.watch.handler(({ signal }) => live.watch(signal)) } });
    return { live, ...wire };
  };

  it('forgets the reader when the page closes, though the source is silent', async () => {
    const { api, live, server, close } = watching();
    const iterator = await api.settings.watch();
    await iterator.next();
    const silent = iterator.next().catch(() => 'closed');
    expect(live.readerCount).toBe(1);
    close();
    await vi.waitFor(() => expect(live.readerCount).toBe(0));
    await vi.waitFor(() => expect(server.openCount).toBe(0));
    await silent;
  });

  it('forgets the reader when it leaves a silent watch and keeps the others', async () => {
    const { api, live } = watching();
    const first = await api.settings.watch();
    const second = await api.settings.watch();
    await first.next();
    await second.next();
    await first.return?.();
    await vi.waitFor(() => expect(live.readerCount).toBe(1));
    live.set(settingsValues.parse({ language: 'ko' }));
    expect((await second.next()).value).toMatchObject({ language: 'ko' });
  });

  it('ends the watch of an aborted call', async () => {
    const { api, live } = watching();
    const leaving = new AbortController();
    const iterator = await api.settings.watch(undefined, { signal: leaving.signal });
    await iterator.next();
    leaving.abort();
    await vi.waitFor(() => expect(live.readerCount).toBe(0));
  });
});
