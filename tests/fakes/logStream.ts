/** One frame of Docker's multiplexed stream. */
export function frame(stream: 'stdout' | 'stderr', payload: Uint8Array | string): Buffer {
  const bytes = Buffer.from(payload as string);
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** The engine's time stamp for the n-th nanosecond of a fixed second. */
export function stamp(nanosecond: number): string {
  return `2026-03-04T05:06:07.${String(nanosecond).padStart(9, '0')}Z`;
}

/** Yields `chunks` one by one. */
export async function* arriving<T>(chunks: Iterable<T>): AsyncGenerator<T, void, void> {
  yield* chunks;
}

/** Cuts `bytes` into chunks at the given positions. */
export function cutAt(bytes: Buffer, positions: Iterable<number>): Buffer[] {
  const cuts = [...new Set([0, ...positions, bytes.length])].filter((at) => at <= bytes.length).sort((a, b) => a - b);
  return cuts.slice(1).map((end, at) => bytes.subarray(cuts[at], end));
}

/** Everything an async iterable yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
