import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '../../electron/docker/connect';
import type { EngineTarget } from '../../electron/docker/endpoints';
import { BuildAndRun, type BuildAndRunOptions } from '../../electron/services/buildAndRun';
import { BuildHistory } from '../../electron/services/buildHistory';
import { Builds, type BuildsOptions } from '../../electron/services/builds';
import { Containers } from '../../electron/services/containers';
import { EngineLink } from '../../electron/services/engine';
import { Images, type ImagesOptions } from '../../electron/services/images';
import { Tasks } from '../../electron/services/tasks';
import { MemoryOutput } from './taskOutput';

/** Everything around images, on one engine; see `openImageServices`. */
export interface ImageServices {
  link: EngineLink;
  containers: Containers;
  tasks: Tasks;
  images: Images;
  builds: Builds;
  history: BuildHistory;
  buildAndRun: BuildAndRun;
  output: MemoryOutput;
  /** Unexpected errors of tasks; a test that makes none expects none. */
  defects: unknown[];
  /** Folder that stands for the bundled `api-image` unless another one was given. */
  imageFolder: string;
  close(): Promise<void>;
}

export interface ImageServicesOptions {
  images?: Partial<ImagesOptions>;
  builds?: Partial<BuildsOptions>;
  /** Where builds are remembered; in memory only without it. */
  historyFolder?: string;
  taskIdPrefix?: string;
  buildAndRun?: Partial<BuildAndRunOptions>;
  /** The bundled Dockerfile, where the folder is made here. */
  dockerfile?: string;
  labels?: Record<string, string>;
}

/** The services around images, wired as the app wires them, with short times and connected to `target`. */
export async function openImageServices(
  target: EngineTarget,
  options: ImageServicesOptions = {},
): Promise<ImageServices> {
  const folder = await mkdtemp(join(tmpdir(), 'bundled-image-'));
  await writeFile(
    join(folder, 'Dockerfile'),
    options.dockerfile ?? 'ARG BASE_IMAGE=python:3.11-slim\nFROM ${BASE_IMAGE}\n',
  );
  const log = () => {};
  const link = new EngineLink({
    candidates: () => [target],
    connect: connectEngine,
    log,
    timing: { pingEveryMs: 50, pingTimeoutMs: 2_000, firstRetryMs: 10, longestRetryMs: 50 },
  });
  const extraLabels = options.labels;
  const containers = new Containers({ engineLink: link, log, extraLabels, timing: { firstReopenMs: 10, settleMs: 0 } });
  const output = new MemoryOutput();
  const defects: unknown[] = [];
  const { taskIdPrefix: idPrefix } = options;
  const tasks = new Tasks(output, (error) => `log-${defects.push(error)}`, idPrefix === undefined ? {} : { idPrefix });
  const imageFolder = options.builds?.imageFolder ?? folder;
  const images = new Images({
    engineLink: link,
    containers,
    log,
    timing: { settleMs: 5 },
    ...options.images,
  });
  const history = new BuildHistory({ folder: options.historyFolder ?? null, log });
  const builds = new Builds({
    engineLink: link,
    tasks,
    images,
    history,
    baseImage: () => null,
    registryMirror: () => '',
    host: { env: {}, homeDirectory: folder, platform: 'linux', listFolder: async () => [] },
    log,
    extraLabels,
    ...options.builds,
    imageFolder,
  });
  const buildAndRun = new BuildAndRun({
    engineLink: link,
    tasks,
    builds,
    containers,
    timing: { probeEveryMs: 10 },
    ...options.buildAndRun,
  });
  await link.check();
  return {
    link,
    containers,
    tasks,
    images,
    builds,
    history,
    buildAndRun,
    output,
    defects,
    imageFolder,
    async close() {
      await tasks.close();
      await history.settled();
      images.close();
      containers.close();
      link.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The first item of a watch for which `holds`; the watch is left then. */
export async function firstWhere<T>(watch: AsyncIterable<T>, holds: (item: T) => boolean): Promise<T> {
  for await (const item of watch) if (holds(item)) return item;
  throw new Error('the watch ended before');
}
