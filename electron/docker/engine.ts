import type { Readable } from 'node:stream';
import type { KillSignal } from '../contract/containerCommands';
import type { ContainerSpec } from '../contract/containerSpec';
import type { Container } from '../contract/containers';
import type { EngineEndpoint, EngineFacts } from '../contract/engine';
import type { HistoryStep, Image, ImageDetail } from '../contract/images';
import type { ContainerDetails } from '../contract/inspect';
import type { BuildEvent, BuildOptions } from './build';
import type { EngineDisk } from './diskUse';
import type { ExecSpec, ExecState, ExecTerminal } from './exec';
import type { GpuSupport } from './gpuSupport';
import type { Json } from './hideSecrets';
import type { ImageConfig } from './imageConfig';
import type { LogBatch, LogOptions } from './logs';
import type { NetworkUse } from './networks';
import type { PullOptions } from './pull';
import type { StatsReading } from './stats';

/** An engine event after normalisation: Docker's old and new shapes and Podman's words become one. */
export interface EngineEvent {
  subject: 'container' | 'image' | 'network' | 'volume' | 'other';
  /** Docker's word for it: `create`, `start`, `die`, `destroy`, `health_status`, `tag`, `untag`, `delete`, ... */
  action: string;
  /** Id of the container or image. */
  id: string;
  atMs: number;
}

/** What the engine knows of an image beyond its row. */
export interface ImageDetails {
  id: string;
  tags: string[];
  labels: Record<string, string>;
  sizeBytes: number;
  /** Digests of its layers, the lowest first; the same layer has the same one in every image. */
  layers: string[];
  hasHealthCheck: boolean;
}

/**
 * One connected, version-negotiated engine. The only thing services see of Docker: our types in and out, `Failure` for
 * what is expected (see `toFailure`), an AbortSignal that reaches the engine's socket. A call without an answer after its
 * time limit rejects with ENGINE_NOT_ANSWERING; a lost socket with ENGINE_UNREACHABLE.
 */
export interface Engine {
  readonly endpoint: EngineEndpoint;
  readonly facts: EngineFacts;

  /** What it says of GPUs for containers. */
  gpuSupport(): Promise<GpuSupport>;
  /** `GET /_ping`. Rejects with ENGINE_UNREACHABLE or ENGINE_NOT_ANSWERING. */
  ping(timeoutMs: number): Promise<void>;

  /** All containers, running or not. One request: what only an inspect tells (start time, memory limit) is null. */
  listContainers(signal?: AbortSignal): Promise<Container[]>;
  /** One container, complete. Rejects with CONTAINER_MISSING. */
  inspectContainer(id: string, signal?: AbortSignal): Promise<Container>;
  /**
   * Creates without starting and answers the id. What a spec has no words for is taken over from `basedOn`, where given.
   * Rejects with NAME_TAKEN, IMAGE_MISSING.
   */
  createContainer(spec: ContainerSpec, basedOn?: string | null): Promise<string>;
  /** What a container was created with; what it has from its image is left out. Rejects with CONTAINER_MISSING. */
  containerSpec(id: string): Promise<{ spec: ContainerSpec; image: ImageConfig | null }>;
  /**
   * Rejects with CONTAINER_MISSING, PORT_IN_USE (without holder), and PORTS_NOT_PUBLISHED where it runs without a port
   * that it was created to publish. A running container is no error.
   */
  startContainer(id: string): Promise<void>;
  /** SIGTERM, then SIGKILL after `graceSeconds`. A stopped container is no error. */
  stopContainer(id: string, graceSeconds: number): Promise<void>;
  /** Rejects as `startContainer`. */
  restartContainer(id: string, graceSeconds: number): Promise<void>;
  /** Freezes or thaws a running container. One that is so already is no error. */
  setPaused(id: string, isPaused: boolean): Promise<void>;
  /** A stopped container is no error. */
  killContainer(id: string, signal: KillSignal): Promise<void>;
  /** Rejects with NAME_TAKEN. */
  renameContainer(id: string, name: string): Promise<void>;
  /** Rejects with CONTAINER_RUNNING where it runs and `force` is false. A container already gone is CONTAINER_MISSING. */
  removeContainer(id: string, options: { force: boolean; volumes: boolean }): Promise<void>;

  /** What a container is made of, without its secrets. Rejects with CONTAINER_MISSING. */
  inspectDetails(id: string, signal?: AbortSignal): Promise<ContainerDetails>;
  /** The engine's own answer about a container with secrets hidden, and where they stood. Rejects with CONTAINER_MISSING. */
  inspectTree(id: string): Promise<{ shown: Json; hidden: string[][] }>;
  /** One text of that answer, not hidden; null where there is none. Rejects with CONTAINER_MISSING. */
  inspectText(id: string, path: readonly string[]): Promise<string | null>;
  /** The value of an environment variable that a container was created with; null where it has none of that name. Never leaves main. */
  environmentVariable(id: string, name: string): Promise<string | null>;
  /** What a running container used so far; null where it does not run. Rejects with CONTAINER_MISSING. */
  readStats(id: string, signal?: AbortSignal): Promise<StatsReading | null>;

  /**
   * Starts a process with a terminal in a running container. Rejects with CONTAINER_MISSING, and with ENGINE_REFUSED where
   * the container does not run or, on newer engines, has no such program; older ones say that through the terminal.
   */
  execTerminal(
    id: string,
    spec: Omit<ExecSpec, 'terminal'>,
    size: { columns: number; rows: number },
  ): Promise<ExecTerminal>;
  /** Runs a process in a container to its end and answers its exit code. Rejects as `execTerminal`. */
  execToEnd(id: string, spec: Omit<ExecSpec, 'terminal'>): Promise<number | null>;
  /** Whether a process that `execTerminal` started still runs. */
  inspectExec(execId: string): Promise<ExecState>;
  /** Gives its terminal another size; one that is over takes any. */
  resizeExec(execId: string, size: { columns: number; rows: number }): Promise<void>;

  /** All images but intermediate ones. `usedBy` is filled from the containers given. */
  listImages(containers: readonly Container[], signal?: AbortSignal): Promise<Image[]>;
  /** One image by id or reference. Rejects with IMAGE_MISSING. */
  inspectImage(reference: string): Promise<ImageDetails>;
  /** The instructions that made an image, newest first, as its history has them. Rejects with IMAGE_MISSING. */
  imageInstructions(reference: string): Promise<string[]>;
  /** What an image brings along. Rejects with IMAGE_MISSING. */
  imageConfig(reference: string): Promise<ImageConfig>;
  /** `docker rmi`, never forced. Rejects with IMAGE_MISSING, IMAGE_IN_USE (containers empty: the service names them). */
  removeImage(reference: string): Promise<void>;
  /** One image with everything it says of itself, its secrets hidden. Rejects with IMAGE_MISSING. */
  describeImage(reference: string): Promise<ImageDetail>;
  /** The steps that made an image, oldest first. Rejects with IMAGE_MISSING. */
  imageHistory(reference: string): Promise<HistoryStep[]>;
  /** Gives an image one more tag; another image loses it. Rejects with IMAGE_MISSING. */
  tagImage(reference: string, tag: string): Promise<void>;
  /** Tags or short ids of the images that were made from image `id`, as far as the engine knows. */
  childImages(id: string): Promise<string[]>;
  /**
   * Pulls an image and resolves when it is there. Rejects with CANCELLED, DISK_FULL, and what `registryFailure` knows:
   * IMAGE_NOT_IN_REGISTRY, REGISTRY_DENIED, REGISTRY_UNREACHABLE, REGISTRY_UNTRUSTED, REGISTRY_LIMIT, REGISTRY_FAILED.
   */
  pullImage(reference: string, options: Omit<PullOptions, 'saysWhenComplete'>): Promise<void>;
  /** Bytes of an archive of these images (`docker save`). Rejects with IMAGE_MISSING, CANCELLED. */
  saveImages(references: readonly string[], signal: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * Loads an archive (`docker load`), which is destroyed in the end, and answers the engine's words about what it loaded.
   * What is wrong with an archive is ENGINE_REFUSED here: services look into it before.
   */
  loadImages(archive: Readable, signal: AbortSignal): Promise<string[]>;
  /** What the engine answers to a GET of `path`, as it came: for the doctor, who tells what engines say of themselves. */
  ask(path: string): Promise<unknown>;
  /** What takes how much on the engine's disk. */
  diskUse(signal?: AbortSignal): Promise<EngineDisk>;
  /** Removes all of the build cache that no build uses and answers how many bytes came back. */
  pruneBuildCache(signal: AbortSignal): Promise<number>;

  /**
   * A tar of what is at `path` in a container, running or not. Rejects with CONTAINER_MISSING, CANCELLED, and with
   * ENGINE_REFUSED (404) where nothing is there.
   */
  readFiles(id: string, path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Size in bytes of a file in a container; null where there is none. Rejects with CONTAINER_MISSING. */
  fileSize(id: string, path: string): Promise<number | null>;
  /**
   * Unpacks a tar, which is destroyed in the end, at `path` in a container, running or not. Rejects with
   * CONTAINER_MISSING, CANCELLED, and the archive's own error where that breaks.
   */
  writeFiles(id: string, path: string, archive: Readable, signal: AbortSignal): Promise<void>;

  /** Networks by name; those of the engine's own (bridge, host, none) too. */
  networkNames(): Promise<string[]>;
  /** Makes a bridge network. One of that name that is there already is no error: answers whether it was made. */
  createNetwork(name: string, labels: Record<string, string>): Promise<boolean>;
  /** Networks that have all of these labels, each with the containers on it, whether they run or not. */
  networksOf(labels: Record<string, string>): Promise<NetworkUse[]>;
  /** Removes a network. One that is gone is no error. Rejects with ENGINE_REFUSED where containers are on it. */
  removeNetwork(name: string): Promise<void>;
  /** Puts a container on a network too. One that is on it already is no error. Rejects with CONTAINER_MISSING. */
  connectNetwork(name: string, containerId: string, aliases?: string[]): Promise<void>;
  /** Networks that a container is on besides the one it was created on, with its names there. */
  otherNetworks(id: string): Promise<{ name: string; aliases: string[] }[]>;
  /** Volumes by name, without those that have none of their own. */
  volumeNames(): Promise<string[]>;

  /** The event stream, from the moment it is open. Ends when the engine ends it or `signal` aborts, throws when it is lost. `onOpen` is called once it is open. */
  events(signal: AbortSignal, onOpen: () => void): AsyncIterable<EngineEvent>;
  /** Log lines of a container in batches. Ends with the container when following, and when `signal` aborts. Rejects with LOGS_UNREADABLE, CONTAINER_MISSING. */
  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogBatch>;
  /** Runs a build. Ends after the engine's last word; aborting stops the engine's work. */
  build(options: BuildOptions, signal: AbortSignal): AsyncIterable<BuildEvent>;
  /** Closes idle sockets; the object is not used any more. */
  close(): void;
}
