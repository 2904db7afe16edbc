import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readStream } from '../../../electron/docker/stream';

describe('readStream', () => {
  it('yields everything in order up to the end', async () => {
    const stream = new PassThrough();
    for (let index = 0; index < 1000; index += 1) stream.write(`${index} `);
    stream.end();
    let text = '';
    for await (const chunk of readStream(stream)) text += Buffer.from(chunk).toString();
    expect(text).toBe(Array.from({ length: 1000 }, (_, index) => `${index} `).join(''));
  });

  it('pauses its source while nobody reads, instead of growing', async () => {
    const stream = new PassThrough();
    const reader = readStream(stream);
    stream.write('first');
    await reader.next();
    let written = 0;
    while (stream.write(Buffer.alloc(64 * 1024))) {
      written += 64 * 1024;
      await new Promise((resolve) => setImmediate(resolve));
      if (written > 16 * 1024 * 1024) throw new Error('source was never paused');
    }
    expect(stream.isPaused()).toBe(true);
    let read = 0;
    stream.end();
    for await (const chunk of reader) read += chunk.length;
    expect(read).toBe(written + 64 * 1024);
  });

  it('throws where the source closes before its end, after what came', async () => {
    const stream = new PassThrough();
    const reader = readStream(stream);
    stream.write('half');
    expect(Buffer.from((await reader.next()).value as Uint8Array).toString()).toBe('half');
    const next = reader.next();
    stream.destroy();
    await expect(next).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('ends a reader that waits on a silent source when its signal aborts, and destroys the source', async () => {
    const stream = new PassThrough();
    const leaving = new AbortController();
    const next = readStream(stream, leaving.signal).next();
    leaving.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(stream.destroyed).toBe(true);
  });

  it('destroys its source when its signal aborts while the reader is busy with a chunk', async () => {
    const stream = new PassThrough();
    const leaving = new AbortController();
    const reader = readStream(stream, leaving.signal);
    stream.write('one');
    await reader.next();
    leaving.abort();
    expect(stream.destroyed).toBe(true);
    expect((await reader.next()).done).toBe(true);
  });

  it('destroys its source when the reader leaves', async () => {
    const stream = new PassThrough();
    stream.write('one');
    for await (const _ of readStream(stream)) break;
    expect(stream.destroyed).toBe(true);
  });

  it('reads nothing after an abort that came first', async () => {
    const stream = new PassThrough();
    stream.end('late');
    const chunks: Uint8Array[] = [];
    for await (const chunk of readStream(stream, AbortSignal.abort())) chunks.push(chunk);
    expect(chunks).toEqual([]);
    expect(stream.destroyed).toBe(true);
  });
});
