import { Failure } from '../contract/failures';

/**
 * Bytes of one channel of a container's output. `message` says how they relate to the engine's messages (one line, or one
 * part of a long line): `starts` one, `continues` the one before on this channel, or `unframed` where a terminal's output
 * comes without frames and nothing can be told.
 */
export interface Frame {
  stream: 'stdout' | 'stderr';
  bytes: Buffer;
  message: 'starts' | 'continues' | 'unframed';
}

const headerBytes = 8;

/** Channel numbers of the frame header. 0 (stdin) is echoed on stdout; 3 carries the engine's own words about a failed read. */
const channels = ['stdout', 'stdout', 'stderr', 'stderr'] as const;

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/**
 * Splits Docker's multiplexed stream into its channels. Each frame is an 8-byte header (channel, three zero bytes, length
 * as 32-bit big endian) and its payload (Docker Engine API, `ContainerAttach`, "Stream format"). A frame is passed on in
 * the pieces it arrives in and never held, so its announced length costs nothing.
 * @param chunks the response as it arrives
 * @returns the frames of each chunk together, in order; chunks without payload yield nothing
 * @throws Failure LOG_STREAM_CORRUPTED with the byte offset of a header that cannot be one, or of the end inside a frame
 */
export async function* demux(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame[], void, void> {
  const header = Buffer.alloc(headerBytes);
  let headerFilled = 0;
  let payloadLeft = 0;
  let stream: Frame['stream'] = 'stdout';
  let message: Frame['message'] = 'starts';
  let chunkOffset = 0;

  for await (const part of chunks) {
    const chunk = asBuffer(part);
    const frames: Frame[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (payloadLeft > 0) {
        const end = Math.min(chunk.length, at + payloadLeft);
        frames.push({ stream, bytes: chunk.subarray(at, end), message });
        payloadLeft -= end - at;
        message = 'continues';
        at = end;
        continue;
      }
      while (headerFilled < headerBytes && at < chunk.length) {
        header[headerFilled] = chunk[at] as number;
        headerFilled += 1;
        at += 1;
      }
      if (headerFilled < headerBytes) break;
      const channel = channels[header[0] as number];
      if (channel === undefined || header[1] !== 0 || header[2] !== 0 || header[3] !== 0) {
        throw new Failure('LOG_STREAM_CORRUPTED', { offset: chunkOffset + at - headerBytes });
      }
      stream = channel;
      payloadLeft = header.readUInt32BE(4);
      message = 'starts';
      headerFilled = 0;
    }
    chunkOffset += chunk.length;
    if (frames.length > 0) yield frames;
  }
  if (payloadLeft > 0 || headerFilled > 0) throw new Failure('LOG_STREAM_CORRUPTED', { offset: chunkOffset });
}

/**
 * The same shape for a container with a terminal (TTY), whose output comes without frames and on one channel.
 * @param chunks the response as it arrives
 */
export async function* unframed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame[], void, void> {
  for await (const chunk of chunks) {
    if (chunk.length > 0) yield [{ stream: 'stdout', bytes: asBuffer(chunk), message: 'unframed' }];
  }
}
