import { bytesField, bytesOf, fields, numberField, numberOf } from './protobuf';

/** What BuildKit is told of one entry of a folder. */
export interface EntryStat {
  /** Relative to the folder, with slashes. */
  path: string;
  /** As Go's `os.FileMode`, see `goMode`. */
  mode: number;
  /** Of a file or link; 0 for a folder, and for a file that came before. */
  sizeBytes: number;
  modifiedAtNs: bigint;
  /** Target of a link, the first name of a file that came before under another one; empty otherwise. */
  linkTarget: string;
}

/** What BuildKit says while it takes a folder. Packets of other types say nothing to a sender. */
export type ReceivedPacket =
  /** Wants the bytes of the entry of this number, counted from 0. */
  | { type: 'request'; entry: number }
  /** Has all that it wanted. */
  | { type: 'finish' }
  /** Gave up, which it tells in the build too. */
  | { type: 'error' };

/** Types of a `Packet { type: 1, stat: 2, ID: 3, data: 4 }`: tonistiigi/fsutil, types/wire.proto */
const packetType = { stat: 0, request: 1, content: 2, finish: 3, error: 4 };

/** @throws RangeError for what is no packet */
export function readPacket(message: Uint8Array): ReceivedPacket | null {
  // Zeros are not written.
  let type = 0;
  let entry = 0;
  for (const field of fields(message)) {
    if (field.number === 1) type = numberOf(field);
    else if (field.number === 3) entry = numberOf(field);
    else if (field.number === 4) bytesOf(field);
  }
  if (type === packetType.request) return { type: 'request', entry };
  if (type === packetType.finish) return { type: 'finish' };
  return type === packetType.error ? { type: 'error' } : null;
}

/**
 * Tells of the next entry: `Stat { path: 1, mode: 2, uid: 3, gid: 4, size: 5, modTime: 6, linkname: 7 }`, types/stat.proto.
 * Everything is root's, as in the docker command's contexts.
 */
export function statPacket({ path, mode, sizeBytes, modifiedAtNs, linkTarget }: EntryStat): Uint8Array {
  const stat = Buffer.concat([
    bytesField(1, Buffer.from(path)),
    numberField(2, mode),
    numberField(5, sizeBytes),
    numberField(6, modifiedAtNs),
    ...(linkTarget === '' ? [] : [bytesField(7, Buffer.from(linkTarget))]),
  ]);
  return bytesField(2, stat);
}

/** Tells that there are no more entries: a stat packet without one. */
export const lastStatPacket = numberField(1, packetType.stat);

/** The beginning of a packet with bytes of an entry, which the bytes themselves follow; none of them end the entry. */
export function contentPacketHead(entry: number, sizeBytes: number): Uint8Array {
  return Buffer.concat([
    numberField(1, packetType.content),
    numberField(3, entry),
    ...(sizeBytes === 0 ? [] : [numberField(4, sizeBytes, 'length')]),
  ]);
}

/** Answers a `finish`. */
export const finishPacket = numberField(1, packetType.finish);

/** Makes the engine give the build up. */
export function errorPacket(message: string): Uint8Array {
  return Buffer.concat([numberField(1, packetType.error), bytesField(4, Buffer.from(message))]);
}
