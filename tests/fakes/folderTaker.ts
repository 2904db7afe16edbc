import { once } from 'node:events';
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { framed, MessageReader } from '../../electron/docker/grpcMessages';
import { bytesField, bytesOf, fields, numberField, numberOf, textOf } from '../../electron/docker/protobuf';

/** What a sender said of one entry. */
interface TakenStat {
  path: string;
  mode: number;
  sizeBytes: number;
  modifiedAtNs: number;
  linkTarget: string;
}

/** How a scripted engine takes a folder. */
export interface TakeOptions {
  followPaths?: string[];
  excludes?: string[];
  /** Which files it does not have yet; all without it. */
  wants?(stat: TakenStat): boolean;
  /** Called once all entries are known, before any file is asked for. */
  onStats?(stats: TakenStat[], stream: ClientHttp2Stream): void | Promise<void>;
}

/** What came of taking a folder. */
export interface Taken {
  stats: TakenStat[];
  /** Text by path of each file that came to its end. */
  contents: Record<string, string>;
  /** Text of the error that the sender told; null for none. */
  error: string | null;
  /** The sender answered that all is over. */
  isFinished: boolean;
  /** gRPC's status; empty where the stream broke. */
  status: string;
}

/** The engine's end of a session's connection. */
export function sessionClient(connection: Duplex): ClientHttp2Session {
  // A server's sockets stay half open, which a session would never notice.
  connection.on('end', () => connection.destroy());
  const client = http2.connect('http://session', { createConnection: () => connection });
  client.on('error', () => {});
  return client;
}

/** Asks for a folder as an engine does, and takes the files of it that it wants: tonistiigi/fsutil, receive.go */
export async function takeFolder(client: ClientHttp2Session, name: string, options: TakeOptions = {}): Promise<Taken> {
  const { followPaths = [], excludes = [], wants = () => true } = options;
  const stream = client.request({
    ':method': 'POST',
    ':path': '/moby.filesync.v1.FileSync/DiffCopy',
    'content-type': 'application/grpc',
    te: 'trailers',
    'dir-name': name,
    ...(followPaths.length > 0 && { followpaths: followPaths }),
    ...(excludes.length > 0 && { 'exclude-patterns': excludes }),
  });
  const taken: Taken = { stats: [], contents: {}, error: null, isFinished: false, status: '' };
  const waited = new Set<number>();
  const parts = new Map<number, Buffer[]>();
  const reader = new MessageReader(4 * 1024 ** 2);
  const say = (...packet: Uint8Array[]) => stream.write(framed(...packet));
  const finishWhenAll = () => {
    if (waited.size === 0) say(numberField(1, 3));
  };
  const ask = async () => {
    await options.onStats?.(taken.stats, stream);
    for (const [number, stat] of taken.stats.entries()) {
      if (stat.mode < 2 ** 27 && stat.linkTarget === '' && wants(stat)) waited.add(number);
    }
    for (const number of waited) say(numberField(1, 1), numberField(3, number));
    finishWhenAll();
  };
  const receive = (message: Uint8Array) => {
    const packet = Object.fromEntries([...fields(message)].map((field) => [field.number, field]));
    const type = packet[1] ? numberOf(packet[1]) : 0;
    if (type === 0 && packet[2]) taken.stats.push(statOf(bytesOf(packet[2])));
    else if (type === 0) void ask();
    else if (type === 2) {
      const number = packet[3] ? numberOf(packet[3]) : 0;
      const bytes = packet[4] ? bytesOf(packet[4]) : new Uint8Array();
      const known = parts.get(number) ?? [];
      parts.set(number, known);
      if (bytes.length > 0) known.push(Buffer.from(bytes));
      else {
        taken.contents[taken.stats[number]?.path ?? ''] = Buffer.concat(known).toString('utf8');
        waited.delete(number);
        finishWhenAll();
      }
    } else if (type === 3) {
      taken.isFinished = true;
      stream.end();
    } else if (type === 4) taken.error = packet[4] ? textOf(packet[4]) : '';
  };
  const status = (headers: object) => {
    if ('grpc-status' in headers) taken.status = String(headers['grpc-status']);
  };
  stream
    .on('response', status)
    .on('trailers', status)
    .on('error', () => {});
  stream.on('end', () => stream.end());
  stream.on('data', (chunk: Buffer) => {
    for (const message of reader.add(chunk)) receive(message);
  });
  await once(stream, 'close');
  return taken;
}

/** Says that the engine gave up, as a packet. */
export const gaveUp = framed(numberField(1, 4), bytesField(4, Buffer.from('no space left on device')));

function statOf(message: Uint8Array): TakenStat {
  const stat: TakenStat = { path: '', mode: 0, sizeBytes: 0, modifiedAtNs: 0, linkTarget: '' };
  for (const field of fields(message)) {
    if (field.number === 1) stat.path = textOf(field);
    else if (field.number === 2) stat.mode = numberOf(field);
    else if (field.number === 5) stat.sizeBytes = numberOf(field);
    else if (field.number === 6) stat.modifiedAtNs = numberOf(field);
    else if (field.number === 7) stat.linkTarget = textOf(field);
  }
  return stat;
}
