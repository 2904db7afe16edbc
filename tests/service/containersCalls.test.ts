import net, { type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Failure, isFailure } from '../../electron/contract/failures';
import { runRequest } from '../../electron/contract/runRequest';
import type { FakeEngine } from '../fakes/fakeEngine';
import { linkedContainers } from '../fakes/linkedEngine';

const images = [{ tags: ['llm-api:latest'], labels: { 'app.wharf.api': '1' } }];
const asked = (values: object = {}) => runRequest.parse({ image: 'llm-api:latest', name: 'web', ...values });
const creations = (fake: FakeEngine) =>
  fake.requests.filter((request) => request.startsWith('POST /containers/create'));
const names = (fake: FakeEngine) => [...fake.containers.values()].map((container) => container.name);

/** A port of 127.0.0.1 that this test's own process listens on. */
async function heldPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error('no failure'),
    (reason: unknown) => reason,
  );
  if (!isFailure(error)) throw error;
  return error;
}

describe('running an image', () => {
  it('publishes on loopback only, with everything dropped and limited', async () => {
    const { fake, containers } = await linkedContainers({ images });
    const { id, hostPort } = await containers.run(asked({ environment: [{ name: 'A', value: 'b c' }] }));
    const container = fake.containers.get(id);
    expect(container?.state).toBe('running');
    expect(container?.createdWith).toMatchObject({
      Image: 'llm-api:latest',
      Env: ['A=b c'],
      Labels: { 'app.wharf.managed': 'true' },
      HostConfig: {
        PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }] },
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Init: true,
        Memory: 512 * 1024 * 1024,
        PidsLimit: 512,
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      },
    });
    expect(container?.createdWith.HostConfig).toMatchObject({ Mounts: [], Privileged: false, NetworkMode: 'default' });
    // The image names no user, which is root.
    expect(container?.createdWith.User).toBe('10001:10001');
    // Its row is there when the call answers.
    expect(containers.table()).toMatchObject([{ id, state: 'running', madeByWharf: true, servesApi: true }]);
  });

  it('asks for a key where others reach the bundled service, on the machine’s own network too', async () => {
    const { fake, containers } = await linkedContainers({ images });
    const open = { network: { kind: 'host' } };
    expect((await failureOf(containers.run(asked(open)))).toValue()).toEqual({
      code: 'API_KEY_REQUIRED',
      details: { name: 'web' },
    });
    expect(creations(fake)).toEqual([]);
    await containers.run(asked({ ...open, environment: [{ name: 'API_KEY', value: 'a-secret-key' }] }));
    expect(names(fake)).toEqual(['web']);
  });

  it('gives no folder of the machine that nobody chose', async () => {
    const { fake, containers } = await linkedContainers({ images });
    const mounts = [{ kind: 'folder', folder: '/srv/models', path: '/models' }];
    expect((await failureOf(containers.run(asked({ mounts })))).toValue()).toEqual({
      code: 'FOLDER_REFUSED',
      details: { folder: '/srv/models', reason: 'notChosen' },
    });
    expect(creations(fake)).toEqual([]);
  });

  it('records what was run without the values of secrets', async () => {
    const { containers } = await linkedContainers({ images });
    await containers.run(asked({ environment: [{ name: 'API_KEY', value: 'a-secret-key' }] }));
    for await (const { actions } of containers.actionLog.watch()) {
      expect(actions[0]?.command).toContain('-e API_KEY ');
      expect(JSON.stringify(actions)).not.toContain('a-secret-key');
      break;
    }
  });

  it('makes one container of twenty clicks', async () => {
    const { fake, containers } = await linkedContainers({ images });
    const answers = await Promise.all(Array.from({ length: 20 }, () => containers.run(asked())));
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    expect(creations(fake)).toHaveLength(1);
  });

  it('gives a name to one of two different requests at once, and says who has it', async () => {
    const { fake, containers } = await linkedContainers({ images });
    const first = containers.run(asked());
    const second = containers.run(asked({ ports: [{ containerPort: 9000 }] }));
    const { id } = await first;
    const failure = await failureOf(second);
    expect(failure.toValue()).toEqual({
      code: 'NAME_TAKEN',
      details: { name: 'web', holderId: id, madeByWharf: true },
    });
    expect(names(fake)).toEqual(['web']);
  });

  it("leaves another's container of the same name alone", async () => {
    const { fake, containers } = await linkedContainers({ images, containers: [{ name: 'web', state: 'exited' }] });
    const [id] = fake.containers.keys();
    const failure = await failureOf(containers.run(asked()));
    expect(failure.toValue()).toEqual({
      code: 'NAME_TAKEN',
      details: { name: 'web', holderId: id, madeByWharf: false },
    });
    expect([...fake.containers.keys()]).toEqual([id]);
    expect(fake.requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
  });

  it('says which process holds the port and which is free, and creates nothing', async () => {
    const { fake, containers } = await linkedContainers({ images });
    const port = await heldPort();
    const failure = await failureOf(containers.run(asked({ ports: [{ containerPort: 8000, hostPort: port }] })));
    expect(isFailure(failure, 'PORT_IN_USE') && failure.details).toMatchObject({
      port,
      holder: { kind: 'process', name: expect.stringMatching(/\w/) },
    });
    expect(isFailure(failure, 'PORT_IN_USE') && (failure.details.nextFreePort ?? 0)).toBeGreaterThan(port);
    expect(creations(fake)).toEqual([]);
  });

  it('says which container holds the port', async () => {
    const ports = [{ containerPort: 80, hostIp: '0.0.0.0', hostPort: 18_431 }];
    const { containers } = await linkedContainers({ images, containers: [{ name: 'holder', ports }] });
    await expect.poll(() => containers.table().length).toBe(1);
    const failure = await failureOf(containers.run(asked({ ports: [{ containerPort: 8000, hostPort: 18_431 }] })));
    expect(isFailure(failure, 'PORT_IN_USE') && failure.details.holder).toEqual({ kind: 'container', name: 'holder' });
  });

  it('takes the next port when somebody takes the chosen one just before the start', async () => {
    const { fake, containers } = await linkedContainers({ images });
    const chosen = await containers.suggestPort(8000);
    fake.faults.portsTaken.add(chosen ?? 0);
    const { id, hostPort } = await containers.run(asked());
    expect(hostPort).toBeGreaterThan(chosen ?? 0);
    expect([...fake.containers.keys()]).toEqual([id]);
  });

  it('leaves no container behind when its port was taken before the start', async () => {
    const { fake, containers } = await linkedContainers({ images });
    const port = (await containers.suggestPort(18_500)) ?? 0;
    fake.faults.portsTaken.add(port);
    const failure = await failureOf(containers.run(asked({ ports: [{ containerPort: 8000, hostPort: port }] })));
    expect(failure).toMatchObject({ code: 'PORT_IN_USE', details: { port } });
    expect(names(fake)).toEqual([]);
    expect(containers.table()).toEqual([]);
  });

  it('never leaves a container running without the port it was asked for', async () => {
    const { fake, containers } = await linkedContainers({ images });
    fake.faults.losePorts = true;
    const port = (await containers.suggestPort(18_600)) ?? 0;
    const failure = await failureOf(containers.run(asked({ ports: [{ containerPort: 8000, hostPort: port }] })));
    expect(failure.toValue()).toEqual({ code: 'PORTS_NOT_PUBLISHED', details: { name: 'web', port } });
    expect(names(fake)).toEqual([]);
  });

  it('tells why a container ended at once, with its last words, and removes it', async () => {
    const { fake, containers } = await linkedContainers({ images });
    fake.faults.exitOnStart = { exitCode: 127, lines: ['sh: uvicorn: not found', '끝'] };
    const failure = await failureOf(containers.run(asked()));
    expect(failure.toValue()).toEqual({
      code: 'CONTAINER_EXITED',
      details: { name: 'web', exitCode: 127, lastLines: ['sh: uvicorn: not found', '끝'] },
    });
    expect(names(fake)).toEqual([]);
  });

  it('names the image that is missing', async () => {
    const { containers } = await linkedContainers();
    const failure = await failureOf(containers.run(asked()));
    expect(failure.toValue()).toEqual({ code: 'IMAGE_MISSING', details: { image: 'llm-api:latest' } });
  });

  it('chooses different ports for two runs at once', async () => {
    const { fake, containers } = await linkedContainers({ images });
    const answers = await Promise.all(['a1', 'b1', 'c1'].map((name) => containers.run(asked({ name }))));
    expect(new Set(answers.map((answer) => answer.hostPort)).size).toBe(3);
    // Each at its first try: a port that one is about to take is no choice for the others.
    expect(creations(fake)).toHaveLength(3);
  });

  it('removes what it created once the engine is back, when the engine went away in the middle', async () => {
    const { fake, link, containers } = await linkedContainers({ images });
    fake.faults.answer = (_method, path) => {
      if (path.endsWith('/start')) void fake.stop();
      return null;
    };
    const failure = await failureOf(containers.run(asked()));
    expect(failure.code).toBe('ENGINE_UNREACHABLE');
    expect(names(fake)).toEqual(['web']);
    fake.faults.answer = () => null;
    await fake.start();
    await expect.poll(() => link.state.value.phase).toBe('ready');
    await expect.poll(() => names(fake)).toEqual([]);
  });
});

describe('changing a container', () => {
  it('shows what a call did when it answers, without waiting for an event', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const [id = ''] = fake.containers.keys();
    await expect.poll(() => containers.table().length).toBe(1);
    fake.faults.muteEvents = true;
    await containers.stop(id, 10);
    expect(containers.table()).toMatchObject([{ state: 'exited', exitCode: 143 }]);
    await containers.start(id);
    expect(containers.table()).toMatchObject([{ state: 'running' }]);
    await containers.restart(id, 0);
    await containers.remove(id, { force: true, volumes: false });
    expect(containers.table()).toEqual([]);
    expect(fake.requests).toContain(`POST /containers/${id}/stop?t=10`);
    expect(fake.requests).toContain(`POST /containers/${id}/restart?t=0`);
    expect(fake.requests).toContain(`DELETE /containers/${id}?force=true&v=false`);
  });

  it('does not fail on a change that is so already', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const [id = ''] = fake.containers.keys();
    await containers.start(id);
    await containers.stop(id, 10);
    await containers.stop(id, 10);
  });

  it('stops once for twenty clicks', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const [id = ''] = fake.containers.keys();
    await Promise.all(Array.from({ length: 20 }, () => containers.stop(id, 10)));
    expect(fake.requests.filter((request) => request.includes('/stop')).length).toBe(1);
  });

  it('says that a container runs, is being removed, or is gone', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const [id = ''] = fake.containers.keys();
    const remove = () => containers.remove(id, { force: false, volumes: false });
    expect((await failureOf(remove())).toValue()).toEqual({ code: 'CONTAINER_RUNNING', details: { name: 'one' } });
    fake.change(id, { state: 'removing' }, 'kill');
    await remove();
    fake.removeContainer(id);
    expect((await failureOf(remove())).toValue()).toEqual({ code: 'CONTAINER_MISSING', details: { id } });
    expect((await failureOf(containers.start(id))).code).toBe('CONTAINER_MISSING');
    expect(containers.table()).toEqual([]);
  });

  it('says who holds the port of a container that cannot start, and keeps the container', async () => {
    const ports = [{ containerPort: 80, hostIp: '127.0.0.1', hostPort: 18_700 }];
    const { fake, containers } = await linkedContainers({
      containers: [
        { name: 'holder', ports },
        { name: 'waiting', ports, state: 'exited' },
      ],
    });
    const waiting = [...fake.containers.values()].find((container) => container.name === 'waiting');
    const failure = await failureOf(containers.start(waiting?.id ?? ''));
    expect(isFailure(failure, 'PORT_IN_USE') && failure.details).toMatchObject({
      port: 18_700,
      holder: { kind: 'container', name: 'holder' },
    });
    expect(names(fake)).toEqual(['holder', 'waiting']);
  });

  it('stops a container again that the engine started without its port', async () => {
    const { fake, containers } = await linkedContainers({ images });
    const { id, hostPort } = await containers.run(asked());
    await containers.stop(id, 0);
    fake.faults.losePorts = true;
    const failure = await failureOf(containers.start(id));
    expect(failure).toMatchObject({ code: 'PORT_IN_USE', details: { port: hostPort } });
    expect(fake.containers.get(id)?.state).toBe('exited');
  });

  it('answers at once with the reason while the engine is gone', async () => {
    const { fake, link, containers } = await linkedContainers({ images, containers: [{ name: 'one' }] });
    const [id = ''] = fake.containers.keys();
    await fake.stop();
    await expect.poll(() => link.state.value.phase).toBe('unreachable');
    for (const call of [
      () => containers.run(asked({ name: 'other' })),
      () => containers.start(id),
      () => containers.remove(id, { force: true, volumes: false }),
    ]) {
      expect((await failureOf(call())).toValue()).toMatchObject({
        code: 'ENGINE_UNREACHABLE',
        details: { reason: 'absent' },
      });
    }
  });
});

describe('ports', () => {
  it('offers the first port that neither a process nor a container holds', async () => {
    const port = await heldPort();
    const ports = [{ containerPort: 80, hostIp: '127.0.0.1', hostPort: port + 1 }];
    const { containers } = await linkedContainers({ containers: [{ name: 'holder', ports }] });
    await expect.poll(() => containers.table().length).toBe(1);
    expect(await containers.suggestPort(port)).toBeGreaterThan(port + 1);
    expect(await containers.portHolder(port + 1)).toEqual({
      free: false,
      holder: { kind: 'container', name: 'holder' },
    });
    expect(await containers.portHolder(port)).toMatchObject({ free: false, holder: { kind: 'process' } });
    const free = (await containers.suggestPort(18_800)) ?? 0;
    expect(await containers.portHolder(free)).toEqual({ free: true, holder: null });
    expect(await containers.suggestPort(65_535)).toBe(65_535);
  });
});
