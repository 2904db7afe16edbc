import type { ServerHttp2Stream } from 'node:http2';

/**
 * How gRPC puts messages on a stream: a byte (0: not compressed) and the length in four, then the message.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
const headBytes = 5;

/** Begins every answer. */
export const responseHead = { ':status': 200, 'content-type': 'application/grpc' };

/** Answers without a message. @param status a number of gRPC's */
export function refuse(stream: ServerHttp2Stream, status: string, message?: string): void {
  stream.resume();
  const why = { 'grpc-status': status, ...(message !== undefined && { 'grpc-message': message }) };
  stream.respond({ ...responseHead, ...why }, { endStream: true });
}

/** A message as it goes over the wire. */
export function framed(...parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(
    parts.reduce((sum, { length }) => sum + length, 0),
    1,
  );
  return Buffer.concat([head, ...parts]);
}

/** Cuts what arrives into messages. */
export class MessageReader {
  private rest = Buffer.alloc(0);

  /** @param maxBytes of one message: nothing longer is held */
  constructor(private readonly maxBytes: number) {}

  /**
   * The messages that are whole with these bytes.
   * @throws RangeError for a message that is compressed or too long
   */
  add(chunk: Uint8Array): Uint8Array[] {
    const bytes = this.rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.rest, chunk]);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (bytes.length - at >= headBytes) {
      const length = bytes.readUInt32BE(at + 1);
      if (bytes[at] !== 0 || length > this.maxBytes) throw new RangeError('compressed or over-long message');
      const end = at + headBytes + length;
      if (end > bytes.length) break;
      messages.push(bytes.subarray(at + headBytes, end));
      at = end;
    }
    this.rest = bytes.subarray(at);
    return messages;
  }
}
