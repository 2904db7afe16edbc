import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures } from './failures';
import { containerId } from './runRequest';

/** Where a value stands in what `docker inspect` answers, e.g. `['Config', 'Env', '3']`. */
const inspectPath = z.array(z.string().max(4096)).min(1).max(32);

/** A name and its value. `value` is null where it looks like a secret: `inspect.reveal` gives it by its `path`. */
const namedValue = z.object({ name: z.string(), value: z.string().nullable(), path: z.array(z.string()) });
export type NamedValue = z.infer<typeof namedValue>;

/**
 * What a container is made of, beyond its row. All text is the container's or the image's, untrusted. Sizes in bytes,
 * times in epoch ms; null is "not limited" or "not there".
 */
const containerDetails = z.object({
  id: z.string(),
  name: z.string(),
  /** What runs, word by word: entry point and command together. */
  command: z.array(z.string()),
  workingDirectory: z.string(),
  /** Empty: root. */
  user: z.string(),
  hostname: z.string(),
  platform: z.string(),
  /** What kept it from starting, in the engine's words; empty for nothing. */
  engineError: z.string(),
  /** The health check and how it went lately, oldest first; null where there is none. */
  health: z
    .object({
      test: z.array(z.string()),
      intervalMs: z.number(),
      failingStreak: z.number(),
      log: z.array(
        z.object({
          startedAtMs: z.number().nullable(),
          endedAtMs: z.number().nullable(),
          exitCode: z.number(),
          output: z.string(),
        }),
      ),
    })
    .nullable(),
  restartPolicy: z.object({
    name: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
    maximumRetryCount: z.number(),
  }),
  limits: z.object({
    memoryBytes: z.number().nullable(),
    /** Processors, e.g. 1.5. */
    cpus: z.number().nullable(),
    processCount: z.number().nullable(),
  }),
  security: z.object({
    privileged: z.boolean(),
    readOnlyRoot: z.boolean(),
    noNewPrivileges: z.boolean(),
    capabilitiesAdded: z.array(z.string()),
    capabilitiesDropped: z.array(z.string()),
  }),
  logDriver: z.string(),
  /** `bridge`, `host`, `none`, `container:...` or a network's name. */
  networkMode: z.string(),
  networks: z.array(
    z.object({
      name: z.string(),
      ipAddress: z.string(),
      gateway: z.string(),
      macAddress: z.string(),
      aliases: z.array(z.string()),
    }),
  ),
  mounts: z.array(
    z.object({
      /** `bind`, `volume`, `tmpfs`, ... */
      kind: z.string(),
      /** Of a volume. */
      name: z.string().nullable(),
      /** Path on the engine's machine; empty for tmpfs. */
      source: z.string(),
      target: z.string(),
      readOnly: z.boolean(),
      /** Mount options as the engine tells them, e.g. `rw,noexec`. */
      options: z.string(),
    }),
  ),
  environment: z.array(namedValue),
  labels: z.array(namedValue),
});
export type ContainerDetails = z.infer<typeof containerDetails>;

const one = z.strictObject({ id: containerId });
const missing = declare(...engineFailures, 'CONTAINER_MISSING');

export const inspect = {
  /** Watches the details of one container; each item replaces the one before. Ends when the container is removed. */
  watch: oc.input(one).output(eventIterator(containerDetails)).errors(missing),
  /**
   * What `docker inspect` answers, as JSON text, with secrets replaced by `hiddenMark`; `hidden` are their paths.
   */
  tree: oc
    .input(one)
    .output(z.object({ json: z.string(), hidden: z.array(z.array(z.string())) }))
    .errors(missing),
  /** One text of `docker inspect` by its path, whole: the only way in which a secret crosses. Null where no text is there. */
  reveal: oc
    .input(z.strictObject({ id: containerId, path: inspectPath }))
    .output(z.object({ text: z.string().nullable() }))
    .errors(missing),
};
