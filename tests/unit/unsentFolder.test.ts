import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BuildEvent } from '../../electron/docker/build';
import { openContext } from '../../electron/docker/buildContext';
import { openBuild } from '../../electron/docker/buildStream';
import { sessionClient, takeFolder } from '../fakes/folderTaker';

describe.each(['classic', 'buildkit'] as const)('a folder that the %s builder cannot be sent', (builder) => {
  it('is told by the engine’s words, or never where the engine has none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'build-stream-'));
    await writeFile(join(folder, 'Dockerfile'), 'FROM base\n');
    const engine = createServer(() => {}).listen(0, '127.0.0.1');
    await once(engine, 'listening');
    onTestFinished(async () => {
      engine.close();
      await rm(folder, { recursive: true });
    });
    let session: ClientHttp2Session | null = null;
    engine.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
      session = sessionClient(socket);
    });
    engine.on('request', () => void (session && takeFolder(session, 'context')));
    const docker = new Dockerode({ host: '127.0.0.1', port: (engine.address() as AddressInfo).port });
    const { signal } = new AbortController();
    const context = await openContext(folder, { dockerfile: 'Dockerfile', extraFiles: [] }, signal);
    await rm(join(folder, 'Dockerfile'));
    const asked = {
      builder,
      context,
      tag: 'x',
      dockerfile: 'Dockerfile',
      buildArguments: {},
      labels: {},
      credentials: {},
    };
    const events: BuildEvent[] = [];
    const building = (async () => {
      const options = { ...asked, noCache: false, target: null, pull: false, platform: null };
      for await (const event of openBuild(docker, 'engine', options, signal)) events.push(event);
    })();
    const details = { path: 'Dockerfile', reason: 'unreadable' };
    await expect(building).rejects.toMatchObject({ code: 'CONTEXT_REFUSED', details });
    expect(events).toEqual([{ type: 'builder', builder }]);
  });
});
