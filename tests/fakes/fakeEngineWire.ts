import type { ServerResponse } from 'node:http';
import type { FakeContainer, FakeEngine, FakeEvent, FakeLogLine } from './fakeEngineTypes';

const podmanWords: Record<string, string> = { die: 'died', destroy: 'remove' };

/** An event as the engine's product and version word it. */
export function shapeEvent(fake: FakeEngine, event: FakeEvent): object {
  const { apiVersion, product } = fake.options;
  const action = product === 'Podman' ? (podmanWords[event.action] ?? event.action) : event.action;
  const nowMs = Date.now();
  const container = fake.containers.get(event.id);
  const attributes = { ...(container && { image: container.image, name: container.name }), ...event.attributes };
  return {
    ...(Number(apiVersion.split('.')[1]) < 52 && { status: action, id: event.id, from: container?.image ?? '' }),
    Type: event.type,
    Action: action,
    Actor: { ID: event.id, Attributes: attributes },
    scope: 'local',
    time: Math.floor(nowMs / 1000),
    timeNano: nowMs * 1_000_000,
  };
}

/** An RFC 3339 time stamp with nanoseconds, as the engine writes it. */
function stampOf(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000000Z');
}

let stampedMs = 0;
let stampedInMs = 0;

/** Now, with a nanosecond of its own for each line, as dockerd stamps them. */
export function stampNow(): string {
  const nowMs = Math.max(Date.now(), stampedMs);
  stampedInMs = nowMs === stampedMs ? stampedInMs + 1 : 0;
  stampedMs = nowMs;
  return stampOf(nowMs).replace(/\d{6}Z$/, `${String(stampedInMs).padStart(6, '0')}Z`);
}

/** A log line as it stands on the wire: framed unless the container has a terminal. */
export function logBytes(container: FakeContainer, line: FakeLogLine): Buffer {
  const payload = Buffer.from(`${line.time} ${line.text}\n`);
  if (container.tty) return payload;
  const header = Buffer.alloc(8);
  header[0] = line.stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** Writes bytes, in pieces where `faults.sliceBytes` says so. */
export function writeSliced(fake: FakeEngine, response: ServerResponse, bytes: Uint8Array): void {
  const size = fake.faults.sliceBytes || Math.max(1, bytes.length);
  for (let from = 0; from < bytes.length; from += size) response.write(bytes.subarray(from, from + size));
}
