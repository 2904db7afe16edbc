import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { defaultGraceSeconds } from './containerCommands';
import { declare, engineFailures } from './failures';
import { containerId, containerName, firstHostPort, hostPort, type RunRequest, runRequest } from './runRequest';

const publishedPort = z.object({
  containerPort: z.number(),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  hostIp: z.string(),
  hostPort: z.number(),
});
export type PublishedPort = z.infer<typeof publishedPort>;

/** One row of the container table. Times are epoch milliseconds; `labels` never cross, only what we read from them. */
const container = z.object({
  id: z.string(),
  name: z.string(),
  /** The image as it was named when the container was created, e.g. `llm-api:latest`. */
  image: z.string(),
  imageId: z.string(),
  state: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
  /** `none` where the container has no health check. */
  health: z.enum(['none', 'starting', 'healthy', 'unhealthy']),
  exitCode: z.number().nullable(),
  outOfMemory: z.boolean(),
  /** Why the engine could not even start the main process; null where it could. `notRunnable`: made for another processor. */
  startProblem: z.enum(['notFound', 'notExecutable', 'notRunnable', 'other']).nullable(),
  createdAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
  restartCount: z.number(),
  /** Where they are published; on the machine's own network those that its image says it listens on. */
  ports: z.array(publishedPort),
  onHostNetwork: z.boolean(),
  memoryLimitBytes: z.number().nullable(),
  /** Created by Wharf (label `app.wharf.managed`). */
  madeByWharf: z.boolean(),
  /** Its image says that it serves the bundled API (label `app.wharf.api`), so the chat can talk to it. */
  servesApi: z.boolean(),
});
export type Container = z.infer<typeof container>;

/** `snapshot` replaces the table, `patch` changes rows of it, `stale` says that the rows are as old as `asOfMs`. */
const containersEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), containers: z.array(container), asOfMs: z.number() }),
  z.object({ type: z.literal('patch'), upserted: z.array(container), removed: z.array(z.string()) }),
  z.object({ type: z.literal('stale'), asOfMs: z.number() }),
]);
export type ContainersEvent = z.infer<typeof containersEvent>;

/** What a container was created with, as the run form says it, and what it has that the form does not. */
const containerDescription = z.object({
  request: z.custom<RunRequest>(),
  /** The image that its name stands for now is not the one that it was made of. */
  imageChanged: z.boolean(),
  /** Published on every address of the machine. */
  isPublic: z.boolean(),
  /** Options that the form does not have, as words of the `docker run` line; kept as they are. */
  kept: z.array(z.string()),
});
export type ContainerDescription = z.infer<typeof containerDescription>;

/** What an image asks for by itself. */
const imageDefaults = z.object({
  /** The user that it names; empty for root. */
  user: z.string(),
  ports: z.array(z.object({ containerPort: z.number(), protocol: z.enum(['tcp', 'udp']) })),
  command: z.array(z.string()),
  environment: z.array(z.object({ name: z.string(), value: z.string() })),
  hasHealthCheck: z.boolean(),
  servesApi: z.boolean(),
  /** Paths that it wants a volume at. */
  volumePaths: z.array(z.string()),
});
export type ImageDefaults = z.infer<typeof imageDefaults>;

/** Whether containers can use the machine's GPUs, found out by running one. `message` is the engine's text, untrusted. */
const gpuCheck = z.discriminatedUnion('result', [
  z.object({ result: z.literal('available'), gpus: z.array(z.string()) }),
  z.object({ result: z.literal('noRuntime'), message: z.string() }),
  z.object({ result: z.literal('noDevice'), message: z.string() }),
  z.object({ result: z.literal('failed'), message: z.string() }),
]);
export type GpuCheck = z.infer<typeof gpuCheck>;

/** Forms in which a container can be written down for others. */
const exportFormat = z.enum(['dockerRun', 'compose', 'kubernetes']);
export type ExportFormat = z.infer<typeof exportFormat>;

/** What a run can be refused for. */
const runFailures = [
  ...engineFailures,
  'DISK_FULL',
  'IMAGE_MISSING',
  'NAME_TAKEN',
  'PORT_IN_USE',
  'PORTS_NOT_PUBLISHED',
  'CONTAINER_EXITED',
  'CONTAINER_MISSING',
  'FOLDER_REFUSED',
  'API_KEY_REQUIRED',
  'GPU_UNAVAILABLE',
] as const;
/** The container's id and the first port of this machine that leads to it; null where none does. */
const ran = z.object({ id: z.string(), hostPort: z.number().nullable() });

const one = z.strictObject({ id: containerId });
const changesOne = [...engineFailures, 'CONTAINER_MISSING'] as const;

export const containers = {
  /** Watches all containers of the engine, running or not. First item: a snapshot; then patches, merged while the reader is busy. */
  watch: oc.output(eventIterator(containersEvent)),
  /**
   * Creates and starts a container (`docker run -d`). Answers as soon as it runs with its ports published; a container
   * that fails before that is removed again. Asking twice for the same name yields one container and NAME_TAKEN.
   */
  run: oc
    .input(runRequest)
    .output(ran)
    .errors(declare(...runFailures)),
  /** Runs another container like `id`: options that the form does not have are taken from it, the others from `request`. */
  duplicate: oc
    .input(z.strictObject({ id: containerId, request: runRequest }))
    .output(ran)
    .errors(declare(...runFailures)),
  /**
   * Puts another container in the place of `id`, as a task: the new one must stay up, and healthy where it has a check,
   * before the old one goes. Whatever fails, the old one is there as it was, running on its ports if it was.
   */
  replace: oc
    .input(z.strictObject({ id: containerId, request: runRequest }))
    .output(z.object({ taskId: z.string() }))
    .errors(
      declare(
        ...changesOne,
        'TASK_ALREADY_RUNNING',
        'NAME_TAKEN',
        'IMAGE_MISSING',
        'FOLDER_REFUSED',
        'API_KEY_REQUIRED',
      ),
    ),
  /** What a container was created with, in the terms of the run form: to duplicate or edit it. */
  describe: oc
    .input(z.strictObject({ id: containerId }))
    .output(containerDescription)
    .errors(declare(...engineFailures, 'CONTAINER_MISSING')),
  /** Writes a container down for `docker`, Compose or Kubernetes. Values of secrets are left out unless `secrets`. */
  exportAs: oc
    .input(z.strictObject({ id: containerId, format: exportFormat, secrets: z.boolean().default(false) }))
    .output(z.object({ text: z.string() }))
    .errors(declare(...engineFailures, 'CONTAINER_MISSING')),
  /** What an image of this engine asks for by itself. */
  imageDefaults: oc
    .input(z.strictObject({ image: z.string().min(1).max(255) }))
    .output(imageDefaults)
    .errors(declare(...engineFailures, 'IMAGE_MISSING')),
  /** Tries a GPU in a container of `image` that is thrown away afterwards. */
  checkGpu: oc
    .input(z.strictObject({ image: z.string().min(1).max(255) }))
    .output(gpuCheck)
    .errors(declare(...engineFailures, 'IMAGE_MISSING')),
  /** Names of the engine's volumes, and of the networks that containers can be put on by name. */
  places: oc
    .output(z.object({ networks: z.array(z.string()), volumes: z.array(z.string()) }))
    .errors(declare(...engineFailures)),
  /** Starts a stopped container (`docker start`). Starting a running one is no error. */
  start: oc.input(one).errors(declare(...changesOne, 'PORT_IN_USE')),
  /** Stops a container (`docker stop`): SIGTERM, and SIGKILL after `graceSeconds`. Stopping a stopped one is no error. */
  stop: oc
    .input(z.strictObject({ id: containerId, graceSeconds: z.int().min(0).max(300).default(defaultGraceSeconds) }))
    .errors(declare(...changesOne)),
  /** Stops and starts a container (`docker restart`). */
  restart: oc
    .input(z.strictObject({ id: containerId, graceSeconds: z.int().min(0).max(300).default(defaultGraceSeconds) }))
    .errors(declare(...changesOne, 'PORT_IN_USE')),
  /** Freezes all processes of a running container (`docker pause`). Pausing a paused one is no error. */
  pause: oc.input(one).errors(declare(...changesOne)),
  /** Lets a paused container go on (`docker unpause`). One that is not paused is no error. */
  unpause: oc.input(one).errors(declare(...changesOne)),
  /** Sends a signal to the main process (`docker kill`). A stopped container is no error. */
  kill: oc
    .input(
      z.strictObject({
        id: containerId,
        signal: z.enum(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']).default('SIGKILL'),
      }),
    )
    .errors(declare(...changesOne)),
  /** Gives a container another name (`docker rename`). */
  rename: oc
    .input(z.strictObject({ id: containerId, name: containerName }))
    .errors(declare(...changesOne, 'NAME_TAKEN')),
  /** Removes a container (`docker rm`); `force` kills a running one first (`-f`), `volumes` removes its anonymous volumes (`-v`). */
  remove: oc
    .input(z.strictObject({ id: containerId, force: z.boolean().default(false), volumes: z.boolean().default(false) }))
    .errors(declare(...changesOne, 'CONTAINER_RUNNING')),
  /** The first port from `from` on that neither a process on 127.0.0.1 nor a container holds; null where none is left. */
  suggestPort: oc
    .input(z.strictObject({ from: hostPort.default(firstHostPort) }))
    .output(z.object({ port: z.number().nullable() })),
  /** Who holds `port` on this machine: null where it is free. */
  portHolder: oc.input(z.strictObject({ port: hostPort })).output(
    z.object({
      free: z.boolean(),
      holder: z.object({ kind: z.enum(['container', 'process']), name: z.string() }).nullable(),
    }),
  ),
};
