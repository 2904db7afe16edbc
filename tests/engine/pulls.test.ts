import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PullLayer } from '../../electron/contract/imageTransfers';
import type { Task } from '../../electron/contract/tasks';
import { ownEngine, ownEngineObstacle } from './ownEngine';
import { engineAddress, outside, testName } from './realEngine';
import { randomLayer, registryObstacle, startRegistry, type TestRegistry } from './registry';
import { openTransfers, type Transfers } from './transfers';

const obstacle = registryObstacle();
if (obstacle) console.warn(`pulls are not tested: ${obstacle}`);
const mib = 1024 * 1024;

const layersOf = (task: Task): PullLayer[] => (task.subject.kind === 'pull' ? task.subject.layers : []);
const isBlob = (path: string) => path.includes('/blobs/');

describe.skipIf(obstacle !== null)('a pull from a real registry', () => {
  let registry: TestRegistry;
  let transfers: Transfers;
  let base: Buffer;
  const pulled: string[] = [];

  beforeAll(async () => {
    registry = await startRegistry();
    transfers = await openTransfers(engineAddress);
    base = await randomLayer(64 * 1024);
  });
  afterEach(() => {
    registry.fault = () => null;
  });
  afterAll(async () => {
    for (const reference of pulled)
      await outside
        .getImage(reference)
        .remove({ force: true })
        .catch(() => {});
    await transfers?.close();
    await registry?.close();
  });

  /** Publishes an image of a base that all share and one layer of its own. */
  const published = async (what: string, sizeBytes: number) => {
    const name = testName(what);
    const image = await registry.publish(name, '1', [base, await randomLayer(sizeBytes)]);
    const reference = `${registry.host}/${name}:1`;
    pulled.push(reference);
    return { ...image, name, reference };
  };
  const pull = (image: string, from: 'registry' | 'mirror' = 'registry') =>
    transfers.done(transfers.pulls.pull({ image, from }));

  it('shows every layer on its way: states in order, bytes that only grow, and the whole at its end', async () => {
    const image = await published('layers', 3 * mib);
    registry.fault = (path) => (isBlob(path) ? { bytesPerSecond: 2 * mib } : null);
    const { taskId } = await transfers.pulls.pull({ image: image.reference, from: 'registry' });
    const told: Task[] = [];
    for await (const event of transfers.tasks.watch()) {
      const task = (event.type === 'snapshot' ? event.tasks : event.upserted).find(({ id }) => id === taskId);
      if (task) told.push(task);
      if (task && task.state !== 'running') break;
    }
    const last = told.at(-1) as Task;
    expect(last).toMatchObject({
      state: 'done',
      failure: null,
      subject: { image: image.reference, imageId: image.id },
    });
    const states = (at: number) => [...new Set(told.map((task) => layersOf(task)[at]?.state).filter(Boolean))];
    expect(states(1)).toContain('downloading');
    expect(states(1).at(-1)).toBe('done');
    const done = told.map((task) => task.bytes?.done ?? 0);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(new Set(done.filter((bytes) => bytes > 0 && bytes < image.layerBytes[1]!)).size).toBeGreaterThan(2);
    // The engine tells no size of layers so small that they come in one piece.
    expect(layersOf(last)[1]).toMatchObject({ bytes: image.layerBytes[1], totalBytes: image.layerBytes[1] });
    expect(last.progress).toEqual({ done: 2, total: 2 });
    expect(told.some((task) => (task.bytes?.perSecond ?? 0) > 0)).toBe(true);
    expect(transfers.output.texts(taskId).join('\n')).toMatch(/Downloading[\s\S]*Pull complete/);
  });

  it('does not fetch a layer twice that is here already', async () => {
    const image = await published('shared', 64 * 1024);
    registry.requests.length = 0;
    const task = await pull(image.reference);
    expect(layersOf(task)[0]?.state).toBe('present');
    expect(registry.requests.filter((asked) => asked.startsWith('GET') && isBlob(asked))).toHaveLength(2);
  });

  it('of a name or tag that nobody knows names it', async () => {
    const image = await published('known', 1024);
    for (const reference of [`${registry.host}/${testName('unknown')}:1`, image.reference.replace(/:1$/, ':2')]) {
      expect((await pull(reference)).failure).toEqual({
        code: 'IMAGE_NOT_IN_REGISTRY',
        details: { image: reference, registry: registry.host, mayNeedLogin: false },
      });
    }
  });

  it('that needs an account uses the stored one, says when there is none or a wrong one, and writes it nowhere', async () => {
    const image = await published('private', 1024);
    const secret = 'pass:word-7319';
    const wanted = `Basic ${Buffer.from(`me:${secret}`).toString('base64')}`;
    registry.fault = (_path, { headers }) =>
      headers.authorization === wanted
        ? null
        : { answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="test"' } } };
    const config = (password: string) =>
      writeFile(
        join(transfers.dockerConfig, 'config.json'),
        JSON.stringify({ auths: { [registry.host]: { auth: Buffer.from(`me:${password}`).toString('base64') } } }),
      );
    const denied = await pull(image.reference);
    expect(denied.failure).toMatchObject({
      code: 'REGISTRY_DENIED',
      details: { reason: 'none', image: image.reference },
    });
    await mkdir(transfers.dockerConfig);
    await config('wrong');
    expect((await pull(image.reference)).failure).toMatchObject({
      code: 'REGISTRY_DENIED',
      details: { reason: 'refused' },
    });
    await config(secret);
    const task = await pull(image.reference);
    expect(task).toMatchObject({ state: 'done', failure: null });
    expect(JSON.stringify([task, transfers.output.texts(task.id)])).not.toContain(secret);
  });

  it.each([
    [500, 'REGISTRY_FAILED'],
    [429, 'REGISTRY_LIMIT'],
  ])('whose registry answers %i has own words for it', async (status, code) => {
    const image = await published(`status-${status}`, 1024);
    const body = JSON.stringify({ errors: [{ code: status === 429 ? 'TOOMANYREQUESTS' : 'UNKNOWN', message: 'no' }] });
    registry.fault = (path) =>
      path.includes('/manifests/')
        ? { answer: { status, headers: { 'content-type': 'application/json' }, body } }
        : null;
    expect((await pull(image.reference)).failure).toMatchObject({
      code,
      details: { image: image.reference, registry: registry.host },
    });
  });

  it('whose registry is not there says so, and names the image', async () => {
    expect((await pull('127.0.0.1:9/nothing:1')).failure).toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      details: { image: '127.0.0.1:9/nothing:1', registry: '127.0.0.1:9', reason: 'refused' },
    });
  });

  it('whose connection breaks in the middle of a layer goes on and ends whole', async () => {
    const image = await published('cut', 2 * mib);
    let cuts = 0;
    registry.fault = (path, { method }) => {
      if (method !== 'GET' || !isBlob(path) || cuts > 0) return null;
      cuts += 1;
      return { cutAfterBytes: mib };
    };
    registry.fault = (
      (once) => (path, asked) =>
        path.includes(image.id) ? null : once(path, asked)
    )(registry.fault);
    const { taskId } = await transfers.pulls.pull({ image: image.reference, from: 'registry' });
    const seen = new Set<string>();
    for await (const event of transfers.tasks.watch()) {
      const task = (event.type === 'snapshot' ? event.tasks : event.upserted).find(({ id }) => id === taskId);
      for (const { state } of task ? layersOf(task) : []) seen.add(state);
      if (task && task.state !== 'running') break;
    }
    expect(cuts).toBe(1);
    expect(transfers.tasks.get(taskId)).toMatchObject({ state: 'done', subject: { imageId: image.id } });
    expect(seen).toContain('retrying');
  });

  it('that is cancelled stops the engine: its connections end and no image is left', async () => {
    const image = await published('cancelled', 4 * mib);
    registry.fault = (path) => (isBlob(path) ? { bytesPerSecond: 256 * 1024 } : null);
    const { taskId } = await transfers.pulls.pull({ image: image.reference, from: 'registry' });
    await expect(transfers.pulls.pull({ image: image.reference, from: 'registry' })).rejects.toMatchObject({
      code: 'TASK_ALREADY_RUNNING',
      details: { id: taskId },
    });
    for await (const event of transfers.tasks.watch()) {
      const task = (event.type === 'snapshot' ? event.tasks : event.upserted).find(({ id }) => id === taskId);
      if (task && (task.bytes?.done ?? 0) > 0) break;
    }
    await transfers.tasks.cancel(taskId);
    expect(transfers.tasks.get(taskId)).toMatchObject({ state: 'cancelled' });
    await expect.poll(() => registry.sockets.size, { timeout: 10_000 }).toBe(0);
    await expect(outside.getImage(image.reference).inspect()).rejects.toMatchObject({ statusCode: 404 });
    registry.fault = () => null;
    const again = await transfers.done(transfers.tasks.retry(taskId));
    expect(again).toMatchObject({ state: 'done', subject: { imageId: image.id } });
  });

  it('through a mirror leaves the image under its own name alone', async () => {
    const name = testName('mirrored');
    const image = await registry.publish(`library/${name}`, '1', [base]);
    pulled.push(`${name}:1`);
    transfers.mirror = registry.host;
    const task = await pull(`${name}:1`, 'mirror');
    expect(task).toMatchObject({ state: 'done', failure: null });
    expect((await outside.getImage(`${name}:1`).inspect()).RepoTags).toEqual([`${name}:1`]);
    expect(task.command).toContain(`docker pull ${registry.host}/library/${name}:1 && docker tag`);
    expect(task.subject).toMatchObject({ imageId: image.id });
    await expect(transfers.pulls.pull({ image: 'quay.io/x:1', from: 'mirror' })).rejects.toMatchObject({
      code: 'MIRROR_NOT_USABLE',
    });
  });

  const elsewhere = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

  it.skipIf(elsewhere === undefined)(
    'without TLS, or with a certificate that nobody vouches for, is refused by the engine in own words',
    async () => {
      const plain = await registry.openDoor(elsewhere as string);
      expect((await pull(`${plain}/x:1`)).failure).toMatchObject({
        code: 'REGISTRY_UNTRUSTED',
        details: { reason: 'plainHttp', registry: plain },
      });
      const [key, cert] = ['key.pem', 'cert.pem'].map((file) => join(transfers.folder, file)) as [string, string];
      const subject = ['-subj', '/CN=registry.test', '-addext', `subjectAltName=IP:${elsewhere}`, '-days', '2'];
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
        {
          stdio: 'ignore',
        },
      );
      const tls = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
      const locked = await registry.openDoor(elsewhere as string, tls);
      expect((await pull(`${locked}/x:1`)).failure).toMatchObject({
        code: 'REGISTRY_UNTRUSTED',
        details: { reason: 'certificate', registry: locked },
      });
    },
  );
});

const engineObstacle = obstacle ?? ownEngineObstacle();

describe.skipIf(engineObstacle !== null)('a pull that does not fit on the engine’s disk', () => {
  it('says that the disk is full, leaves no image, and works once there is room', async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.close());
    const own = await ownEngine({ diskBytes: 48 * mib });
    onTestFinished(() => own.close());
    await own.start();
    const transfers = await openTransfers(own.endpoint.address);
    onTestFinished(() => transfers.close());
    await registry.publish('large', '1', [await randomLayer(40 * mib)]);
    await registry.publish('small', '1', [await randomLayer(mib)]);
    const host = await registry.serveBeside(own.process.pid as number);
    const pull = async (name: string) =>
      transfers.done(transfers.pulls.pull({ image: `${host}/${name}:1`, from: 'registry' }));
    // The registry beside the engine takes a moment to listen.
    await expect.poll(async () => (await pull('small')).state, { timeout: 20_000 }).toBe('done');
    expect(await pull('large')).toMatchObject({ state: 'failed', failure: { code: 'DISK_FULL' } });
    expect((await own.docker.listImages()).flatMap(({ RepoTags }) => RepoTags)).toEqual([`${host}/small:1`]);
    await own.docker.getImage(`${host}/small:1`).remove();
    expect((await pull('small')).state).toBe('done');
  });
});
