import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A scripted Docker engine on a unix socket: the API as far as Wharf uses it, its state in memory, and knobs for what
 * goes wrong. Real dockerode talks to it, so that services are tested over a real wire.
 *
 *     const fake = await startFakeEngine({ images: [{ tags: ['llm-api:latest'] }] });
 *     const engine = await connectEngine(fake.endpoint);
 *     fake.addContainer({ name: 'web', state: 'running' });   // appears, with its `create` event
 *     fake.faults.stall = true;                               // takes connections, answers nothing
 *     await fake.stop(); await fake.start();                  // dockerd killed and started again, state kept
 *     await fake.close();                                     // throws nothing away but itself
 */
export interface FakeEngine {
  readonly socketPath: string;
  /** What `connectEngine` takes. */
  readonly endpoint: { source: 'socket'; label: string; address: string };
  readonly containers: Map<string, FakeContainer>;
  readonly images: Map<string, FakeImage>;
  /** Networks by name, without the engine's own. */
  readonly networks: Set<string>;
  readonly faults: FakeFaults;
  readonly options: Required<Pick<FakeEngineOptions, 'apiVersion' | 'minApiVersion' | 'product'>>;
  /** Every request so far, as `GET /containers/json?all=true`, without the version. */
  readonly requests: string[];
  /** API versions that were asked for in paths, e.g. `1.41`. */
  readonly versions: Set<string>;
  /** Connections that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Open event streams. */
  readonly eventStreams: ReadonlySet<ServerResponse>;
  /** Adds a container that somebody else made, with its events unless `faults.muteEvents`. */
  addContainer(values: Partial<FakeContainer>): FakeContainer;
  addImage(values: Partial<FakeImage>): FakeImage;
  /** Changes a container as if it had happened in the engine, and sends `action`. */
  change(id: string, values: Partial<FakeContainer>, action: string): void;
  /** Removes a container as somebody else would. */
  removeContainer(id: string): void;
  /** Appends a line to a container's log; followers get it. `time` is now unless given. */
  writeLog(id: string, text: string, stream?: 'stdout' | 'stderr', time?: string): void;
  /** Sends an event to all open event streams, in the shape of this engine's version. */
  emit(event: FakeEvent): void;
  /** Sends bytes as they are to all open event streams. */
  emitRaw(bytes: string | Uint8Array): void;
  /** Cuts all open streams (events, logs, builds) in the middle. */
  cutStreams(): void;
  /** Stops listening, cuts all connections and removes the socket; state stays. */
  stop(): Promise<void>;
  /** Listens again. */
  start(): Promise<void>;
  /** Ends it for good. */
  close(): Promise<void>;
}

export interface FakeEngineOptions {
  containers?: Partial<FakeContainer>[];
  images?: Partial<FakeImage>[];
  /** `1.41` unless given: the oldest that Wharf drives. From `1.52` on, events have the new shape. */
  apiVersion?: string;
  minApiVersion?: string;
  product?: 'Docker' | 'Podman';
  /** Has BuildKit: gets the engine's end of each session's connection. Without it, `/session` is not there. */
  onSession?: (connection: Duplex) => void;
  /** Yields what a build sends: lines of JSON (given a line break) or raw bytes. Default: three steps and an image. */
  onBuild?: (engine: FakeEngine, query: URLSearchParams, contextBytes: number) => AsyncIterable<string | Uint8Array>;
}

/** What goes wrong. All off at first; change them at any time. */
interface FakeFaults {
  /** Requests are taken and not answered until this is false again. */
  stall: boolean;
  /** Wait before every answer. */
  delayMs: number;
  /** Every stream and body is written in pieces of so many bytes; 0: whole. */
  sliceBytes: number;
  /** Events are not sent. */
  muteEvents: boolean;
  /** How often each event is sent. */
  eventCopies: number;
  /** Host ports that a start fails on, as if a process held them. */
  portsTaken: Set<number>;
  /** Starts succeed without publishing ports (moby #51758). */
  losePorts: boolean;
  /** Started containers end at once with this exit code, after these lines on stderr. */
  exitOnStart: { exitCode: number; lines: string[] } | null;
  /** Answers a request instead of the engine, now or later; null for what goes on as usual. */
  answer: (method: string, path: string) => FakeAnswer | null | Promise<FakeAnswer | null>;
}

interface FakeAnswer {
  status: number;
  body: object | string;
}

export interface FakeLogLine {
  stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds. */
  time: string;
  text: string;
}

export interface FakeContainer {
  id: string;
  name: string;
  image: string;
  imageId: string;
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  exitCode: number;
  outOfMemory: boolean;
  createdAtMs: number;
  startedAtMs: number;
  finishedAtMs: number;
  restartCount: number;
  /** Published while it runs. */
  ports: { containerPort: number; hostIp: string; hostPort: number }[];
  labels: Record<string, string>;
  environment: string[];
  memoryBytes: number;
  tty: boolean;
  logDriver: string;
  /** Laid over what an inspect answers, part by part. */
  inspect: Record<string, object | string>;
  /** What `GET /containers/{id}/stats` answers besides the time; null answers as for a container that does not run. */
  stats: object | null;
  log: FakeLogLine[];
  /** The body of the create request; empty for one that was added. */
  createdWith: Record<string, unknown>;
  followers: Set<ServerResponse>;
}

export interface FakeImage {
  id: string;
  tags: string[];
  createdAtMs: number;
  sizeBytes: number;
  labels: Record<string, string>;
  /** Containers started from it are `starting`, then healthy after so many ms; null: no health check. */
  healthyAfterMs: number | null;
}

export interface FakeEvent {
  type: string;
  action: string;
  id: string;
  attributes?: Record<string, string>;
}
