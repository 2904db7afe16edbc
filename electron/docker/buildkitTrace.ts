import { bytesOf, fields, numberOf, textOf } from './protobuf';

/**
 * BuildKit's progress as it comes over Docker's build API: JSON lines `{"id":"moby.buildkit.trace","aux":"<base64>"}` with a
 * protobuf `moby.buildkit.v1.StatusResponse`. Message and field numbers: github.com/moby/buildkit, api/services/control/control.proto.
 */

/** One unit of work. The same digest comes again whenever something about it changes. */
export interface BuildkitVertex {
  digest: string;
  /** As BuildKit prints it: `[builder 2/4] RUN make`, `[internal] load build context`. */
  name: string;
  cached: boolean;
  startedAtMs: number | null;
  completedAtMs: number | null;
  /** Empty where nothing went wrong. */
  error: string;
}

/** Bytes that a vertex wrote; `stream` is 1 for stdout and 2 for stderr. */
export interface BuildkitLog {
  vertex: string;
  atMs: number | null;
  stream: number;
  bytes: Uint8Array;
}

/** Part of a vertex's work, such as one layer of a pull. */
export interface BuildkitProgress {
  id: string;
  vertex: string;
  name: string;
  completedAtMs: number | null;
}

export interface BuildkitTrace {
  vertices: BuildkitVertex[];
  progress: BuildkitProgress[];
  logs: BuildkitLog[];
}

/**
 * Reads one `StatusResponse`. Unknown fields are skipped.
 * @param bytes the message, decoded from base64
 * @throws RangeError where the bytes are no protobuf message
 */
export function readTrace(bytes: Uint8Array): BuildkitTrace {
  const trace: BuildkitTrace = { vertices: [], progress: [], logs: [] };
  for (const field of fields(bytes)) {
    if (field.number === 1) trace.vertices.push(readVertex(bytesOf(field)));
    else if (field.number === 2) trace.progress.push(readProgress(bytesOf(field)));
    else if (field.number === 3) trace.logs.push(readLog(bytesOf(field)));
  }
  return trace;
}

function readVertex(bytes: Uint8Array): BuildkitVertex {
  const vertex: BuildkitVertex = {
    digest: '',
    name: '',
    cached: false,
    startedAtMs: null,
    completedAtMs: null,
    error: '',
  };
  for (const field of fields(bytes)) {
    if (field.number === 1) vertex.digest = textOf(field);
    else if (field.number === 3) vertex.name = textOf(field);
    else if (field.number === 4) vertex.cached = numberOf(field) !== 0;
    else if (field.number === 5) vertex.startedAtMs = readTimestamp(bytesOf(field));
    else if (field.number === 6) vertex.completedAtMs = readTimestamp(bytesOf(field));
    else if (field.number === 7) vertex.error = textOf(field);
  }
  return vertex;
}

function readProgress(bytes: Uint8Array): BuildkitProgress {
  const progress: BuildkitProgress = { id: '', vertex: '', name: '', completedAtMs: null };
  for (const field of fields(bytes)) {
    if (field.number === 1) progress.id = textOf(field);
    else if (field.number === 2) progress.vertex = textOf(field);
    else if (field.number === 3) progress.name = textOf(field);
    else if (field.number === 8) progress.completedAtMs = readTimestamp(bytesOf(field));
  }
  return progress;
}

function readLog(bytes: Uint8Array): BuildkitLog {
  const log: BuildkitLog = { vertex: '', atMs: null, stream: 1, bytes: new Uint8Array() };
  for (const field of fields(bytes)) {
    if (field.number === 1) log.vertex = textOf(field);
    else if (field.number === 2) log.atMs = readTimestamp(bytesOf(field));
    else if (field.number === 3) log.stream = numberOf(field);
    else if (field.number === 4) log.bytes = bytesOf(field);
  }
  return log;
}

/** `google.protobuf.Timestamp` in epoch ms. */
function readTimestamp(bytes: Uint8Array): number {
  let seconds = 0;
  let nanos = 0;
  for (const field of fields(bytes)) {
    if (field.number === 1) seconds = numberOf(field);
    else if (field.number === 2) nanos = numberOf(field);
  }
  return seconds * 1000 + Math.floor(nanos / 1_000_000);
}
