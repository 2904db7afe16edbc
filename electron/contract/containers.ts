import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures } from './failures';

/** A container id as the engine gives it: 64 hexadecimal digits, or 12 at least. */
export const containerId = z.string().regex(/^[0-9a-f]{12,64}$/);

/** Docker's rule for container names (daemon/names: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`); 63 is also the longest host name. */
const containerName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}$/);

/** A TCP port a person may publish on. */
const hostPort = z.int().min(1).max(65_535);

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
  createdAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
  restartCount: z.number(),
  ports: z.array(publishedPort),
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

/** An environment variable's name as POSIX shells take it. */
export const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/);

/**
 * What a person asks for when running an image. Strict: nothing else of the engine's options can be named over the wire.
 * Everything created from it is bound to loopback, non-root, capabilities dropped, no new privileges, read-only root
 * with tmpfs on /tmp, limited in memory and processes, with rotated logs, an init and our labels.
 */
export const runRequest = z.strictObject({
  image: z.string().min(1).max(255),
  name: containerName,
  /** Port inside the container that the service listens on. */
  containerPort: hostPort.default(8000),
  /** Port on 127.0.0.1; null takes the first free one from 8000 on. */
  hostPort: hostPort.nullable().default(null),
  environment: z
    .array(z.strictObject({ name: environmentName, value: z.string().max(32_768) }))
    .max(200)
    .default([]),
  /** Memory limit in bytes, 64 MiB at least. */
  memoryBytes: z
    .int()
    .min(64 * 1024 * 1024)
    .default(512 * 1024 * 1024),
});
export type RunRequest = z.infer<typeof runRequest>;

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
    .output(z.object({ id: z.string(), hostPort: z.number() }))
    .errors(
      declare(
        ...engineFailures,
        'IMAGE_MISSING',
        'NAME_TAKEN',
        'PORT_IN_USE',
        'PORTS_NOT_PUBLISHED',
        'CONTAINER_EXITED',
      ),
    ),
  /** Starts a stopped container (`docker start`). Starting a running one is no error. */
  start: oc.input(one).errors(declare(...changesOne, 'PORT_IN_USE')),
  /** Stops a container (`docker stop`): SIGTERM, and SIGKILL after `graceSeconds`. Stopping a stopped one is no error. */
  stop: oc
    .input(z.strictObject({ id: containerId, graceSeconds: z.int().min(0).max(300).default(10) }))
    .errors(declare(...changesOne)),
  /** Stops and starts a container (`docker restart`). */
  restart: oc
    .input(z.strictObject({ id: containerId, graceSeconds: z.int().min(0).max(300).default(10) }))
    .errors(declare(...changesOne, 'PORT_IN_USE')),
  /** Removes a container (`docker rm`); `force` kills a running one first (`-f`), `volumes` removes its anonymous volumes (`-v`). */
  remove: oc
    .input(z.strictObject({ id: containerId, force: z.boolean().default(false), volumes: z.boolean().default(false) }))
    .errors(declare(...changesOne, 'CONTAINER_RUNNING')),
  /** The first port from `from` on that neither a process on 127.0.0.1 nor a container holds; null where none is left. */
  suggestPort: oc
    .input(z.strictObject({ from: hostPort.default(8000) }))
    .output(z.object({ port: z.number().nullable() })),
  /** Who holds `port` on this machine: null where it is free. */
  portHolder: oc.input(z.strictObject({ port: hostPort })).output(
    z.object({
      free: z.boolean(),
      holder: z.object({ kind: z.enum(['container', 'process']), name: z.string() }).nullable(),
    }),
  ),
};
