import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuildState, buildRequest } from '../../electron/contract/builds';
import type { TaskSubject } from '../../electron/contract/tasks';
import { ownBaseImage } from '../../electron/docker/baseImage.mjs';
import type { BuildEvent } from '../../electron/docker/build';
import { openContext } from '../../electron/docker/buildContext';
import { connectEngine } from '../../electron/docker/connect';
import type { EngineTarget } from '../../electron/docker/endpoints';
import type { Engine } from '../../electron/docker/engine';
import { firstWhere, type ImageServices, openImageServices } from '../fakes/imageServices';
import { buildAfter } from '../fixtures/builds/readBuilds';
import { engineAddress } from './realEngine';

const target: EngineTarget = {
  source: 'environment',
  label: 'Docker',
  address: engineAddress,
};
const baseImage = process.env.WHARF_TEST_BASE_IMAGE ?? ownBaseImage;
const labels = { 'app.wharf.test': process.env.WHARF_TEST_RUN ?? 'by-hand' };
const docker = new Dockerode({ socketPath: target.address.replace('unix://', '') });

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await connectEngine(target);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(async () => {
  const filters = { label: [`app.wharf.test=${labels['app.wharf.test']}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true });
  for (const { Id } of await docker.listImages({ filters })) await docker.getImage(Id).remove({ force: true });
  await docker.pruneImages({ filters: { ...filters, dangling: ['true'] } });
  engine.close();
});

const tag = (name: string) => `wharf-test-${name}:${labels['app.wharf.test'].toLowerCase().replace(/[^a-z0-9]/g, '')}`;

interface Built {
  state: BuildState;
  lines: string[];
}

interface BuildChoices {
  noCache?: boolean;
  on?: Engine;
  args?: Record<string, string>;
  signal?: AbortSignal;
  /** Called for each line of output; the build is read on when it is done. */
  onLine?(text: string): Promise<void>;
}

/** Builds a Dockerfile with one builder and follows it to its end. */
async function build(builder: 'classic' | 'buildkit', dockerfile: string, options: BuildChoices = {}): Promise<Built> {
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
  const signal = options.signal ?? new AbortController().signal;
  const context = await openContext(folder, { dockerfile: 'Dockerfile', extraFiles: [] }, signal);
  const buildArguments = { BASE: baseImage, ...options.args };
  const events: BuildEvent[] = [];
  const stream = (options.on ?? engine).build(
    {
      builder,
      context,
      tag: tag(builder),
      dockerfile: 'Dockerfile',
      buildArguments,
      labels,
      noCache: options.noCache ?? false,
      target: null,
      pull: false,
      platform: null,
      credentials: {},
    },
    signal,
  );
  for await (const event of stream) {
    events.push(event);
    if (event.type === 'output') await options.onLine?.(event.text);
  }
  const lines = events.flatMap((event) => (event.type === 'output' ? [event.text] : []));
  return { state: buildAfter(builder, events, dockerfile, buildArguments).state, lines };
}

/** Whether a process with this word in its command line runs on this machine. */
async function runs(word: string): Promise<boolean> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.split('\0').includes(word)) return true;
  }
  return false;
}

async function untilRuns(word: string, running: boolean): Promise<void> {
  while ((await runs(word)) !== running) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A build whose last step runs for minutes as `sleep WORD`; `act` is called once it does. */
function longBuild(word: string, act: () => void) {
  const onLine = async (text: string) => {
    if (text !== 'begun') return;
    await untilRuns(word, true);
    act();
  };
  return { text: `ARG BASE\nFROM \${BASE}\nRUN echo begun && exec sleep ${word}\n`, onLine };
}

describe.each(['classic', 'buildkit'] as const)('the %s builder', (builder) => {
  it('builds on a base image that only this engine has, and takes the second build from its cache', async () => {
    const text = `ARG BASE\nFROM \${BASE}\nWORKDIR /app\nRUN echo 'first 안녕' && echo ${Date.now()}\n`;
    const first = await build(builder, text);
    expect(first.state).toMatchObject({ state: 'done', builder, failure: null });
    expect(first.lines).toContain('first 안녕');
    const image = await engine.inspectImage(tag(builder));
    expect(image.id).toBe(first.state.imageId);
    expect(image.labels).toMatchObject(labels);
    const second = await build(builder, text);
    expect(second.state.imageId).toBe(first.state.imageId);
    expect(second.state.steps.find(({ instruction }) => instruction.includes('RUN'))).toMatchObject({
      state: 'cached',
      line: 4,
    });
    const third = await build(builder, text, { noCache: true });
    expect(third.state.steps.find(({ instruction }) => instruction.includes('RUN'))?.state).toBe('done');
  });

  it('fails at the Dockerfile line of the step that failed, with its last lines', async () => {
    const text = 'ARG BASE\nFROM ${BASE}\n\n# breaks\nRUN echo before; \\\n  echo reason >&2; exit 4\nRUN echo after\n';
    const { state } = await build(builder, text);
    expect(state).toMatchObject({
      state: 'failed',
      imageId: null,
      failure: { code: 'BUILD_FAILED', details: { line: 5 } },
    });
    const details = state.failure?.details as { lastLines: string[]; message: string };
    expect(details.lastLines).toEqual(expect.arrayContaining(['before', 'reason']));
    expect(details.message).toMatch(/4/);
  });

  it('names the line of a Dockerfile that it cannot parse', async () => {
    const { state } = await build(builder, 'ARG BASE\nFROM ${BASE}\nFROMM x\n');
    expect(state).toMatchObject({ state: 'failed', failure: { code: 'BUILD_FAILED', details: { line: 3 } } });
  });

  it('says which base image cannot be had', async () => {
    const { state } = await build(builder, 'FROM registry.invalid/nobody/nothing:1\n');
    const details = { image: 'registry.invalid/nobody/nothing:1' };
    expect(state.failure).toMatchObject({ code: 'BASE_IMAGE_UNREACHABLE', details });
  });

  it('stops its work when the build is cancelled', async () => {
    const word = `4${Date.now() % 100_000_000}`;
    const cancel = new AbortController();
    const { text, onLine } = longBuild(word, () => cancel.abort());
    const building = build(builder, text, { signal: cancel.signal, onLine });
    await expect(building).rejects.toMatchObject({ code: 'CANCELLED' });
    await untilRuns(word, false);
  });

  it('is interrupted, never done, when the connection is lost, and stops its work', async () => {
    const word = `5${Date.now() % 100_000_000}`;
    const proxy = await cuttableProxy();
    const far = await connectEngine({ ...target, address: proxy.address });
    try {
      const { text, onLine } = longBuild(word, proxy.cut);
      const { state } = await build(builder, text, { on: far, onLine });
      expect(state).toMatchObject({ state: 'interrupted', imageId: null, failure: { code: 'BUILD_INTERRUPTED' } });
      await untilRuns(word, false);
    } finally {
      far.close();
      await proxy.close();
    }
  });

  it('leaves proxies with their passwords out of the image and its history', async () => {
    const args = { HTTPS_PROXY: 'http://me:s3cret@proxy.invalid:1', https_proxy: 'http://me:s3cret@proxy.invalid:1' };
    const { state, lines } = await build(builder, 'ARG BASE\nFROM ${BASE}\nRUN echo "proxy is $HTTPS_PROXY"\n', {
      args,
      noCache: true,
    });
    expect(lines).toContain(`proxy is ${args.HTTPS_PROXY}`);
    const image = docker.getImage(state.imageId ?? '');
    const left = JSON.stringify([await image.history(), await image.inspect()]);
    expect(left).not.toContain('s3cret');
  });
});

/** A unix socket in front of the engine whose connections can all be cut at once. */
async function cuttableProxy() {
  const path = join(folder, 'proxy.sock');
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target.address.replace('unix://', ''));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const close = () => {
    cut();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { address: `unix://${path}`, cut, close };
}

describe('builds as tasks on a real engine', () => {
  let services: ImageServices;
  beforeEach(async () => {
    services = await openImageServices(target, { builds: { baseImage: () => baseImage }, labels });
  });
  afterEach(() => services.close());

  const folderRequest = (name: string) =>
    buildRequest.parse({
      source: { kind: 'folder', path: folder },
      tag: tag(name),
      buildArguments: { BASE: baseImage },
    });

  it('end in the list of images, and leave it again when removed', async () => {
    const { images, builds, tasks, output, defects } = services;
    await writeFile(join(folder, 'Dockerfile'), 'ARG BASE\nFROM ${BASE}\nRUN echo hello\n');
    const { taskId } = await builds.start(folderRequest('listed'));
    expect(await tasks.ended(taskId)).toMatchObject({ state: 'done', failure: null });
    expect(defects).toEqual([]);
    expect(output.texts(taskId).join('\n')).toContain('echo hello');
    const isListed = (tags: string[]) => tags.includes(tag('listed'));
    await firstWhere(images.watch(), (item) => item.images.some(({ tags }) => isListed(tags)));
    await images.remove(tag('listed'));
    await firstWhere(images.watch(), (item) => !item.images.some(({ tags }) => isListed(tags)));
  });

  it("build the bundled image with this machine's settings, run it until healthy, and keep the settings out", async () => {
    const imageFolder = join(__dirname, '../../api-image');
    const host = { env: process.env, homeDirectory: homedir(), platform: process.platform };
    const button = await openImageServices(target, {
      builds: { imageFolder, host, baseImage: () => baseImage },
      buildAndRun: { tag: tag('button'), containerName: `wharf-test-${process.pid}` },
      labels,
    });
    try {
      const { taskId } = await button.buildAndRun.begin();
      const task = await button.tasks.ended(taskId);
      expect(task).toMatchObject({ state: 'done', failure: null, subject: { phase: 'done' } });
      expect(button.defects).toEqual([]);
      const { hostPort, containerId } = task.subject as Extract<TaskSubject, { kind: 'buildAndRun' }>;
      const answer = await fetch(`http://127.0.0.1:${hostPort}/health`);
      expect(await answer.json()).toEqual({ status: 'healthy' });
      const image = docker.getImage(tag('button'));
      const left = JSON.stringify([await image.history(), await image.inspect()]);
      expect(left).not.toMatch(/PIP_CERT=|PIP_CONFIG_FILE=|BEGIN CERTIFICATE/);
      const files = await docker
        .getContainer(containerId ?? '')
        .getArchive({ path: '/build' })
        .catch((error) => error.statusCode);
      expect(files).toBe(404);
    } finally {
      await button.close();
    }
  });

  it('refuse a context with a link out of it by name', async () => {
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
    await symlink('/etc/passwd', join(folder, 'link'));
    const { taskId } = await services.builds.start(folderRequest('refused'));
    const { failure } = await services.tasks.ended(taskId);
    expect(failure).toMatchObject({ code: 'CONTEXT_REFUSED', details: { path: 'link' } });
  });
});
