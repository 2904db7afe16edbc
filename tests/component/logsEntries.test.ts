import { describe, expect, it } from 'vitest';
import type { Line } from '../../electron/contract/lines';
import { nextEntry, type OpenEntry } from '../../renderer/features/logs/entryLines';
import { LineBlocks } from '../../renderer/features/logs/lineBlocks';

const made = (text: string, index: number, part: Partial<Line> = {}): Line => ({
  index,
  atMs: 1000,
  stream: 'stderr',
  text,
  cutBytes: 0,
  level: null,
  mark: null,
  from: null,
  ...part,
});

/** Sizes of the entries that the lines fall into. */
function entrySizes(text: string, part: (index: number) => Partial<Line> = () => ({})): number[] {
  const sizes: number[] = [];
  let open: OpenEntry | null = null;
  text.split('\n').forEach((one, index) => {
    open = nextEntry(open, made(one, index, part(index)));
    if (open && open.length > 1) sizes[sizes.length - 1] = open.length;
    else sizes.push(1);
  });
  return sizes;
}

const python = `ERROR:    Exception in ASGI application
Traceback (most recent call last):
  File "/app/main.py", line 12, in chat
    answer = await backend.send(message)
  File "/app/backend.py", line 40, in send
    raise BackendGone(url)
app.errors.BackendGone: http://ollama:11434

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/usr/lib/python3.11/site.py", line 3, in run
    await app(scope)
RuntimeError: no answer
INFO:     127.0.0.1 - "POST /chat" 500`;

const java = `2026-11-23 10:00:00 ERROR [main] Request failed
java.lang.IllegalStateException: no connection
\tat com.example.Pool.take(Pool.java:42)
\tat com.example.Main.main(Main.java:7)
Caused by: java.net.ConnectException: refused
\tat java.base/sun.nio.ch.Net.connect0(Native Method)
\t... 12 more
2026-11-23 10:00:01 INFO [main] Retrying`;

const go = `2026/11/23 10:00:00 listening
panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
main.handle(0xc000010000)
\t/src/main.go:12 +0x1d
main.main()
\t/src/main.go:5 +0x1d
exit status 2
2026/11/23 10:00:02 listening`;

describe('lines that belong together', () => {
  it.each([
    ['a Python traceback with a chain', python, [14, 1]],
    ['a Java stack trace with its cause', java, [7, 1]],
    ['a Go panic with its goroutine', go, [1, 8, 1]],
    ['an object written over lines', '{\n  "a": 1,\n  "b": {\n    "c": 2\n  }\n}\nnext', [6, 1]],
    [
      'a Node error',
      'TypeError: x is undefined\n    at go (/app/a.js:1:2)\n    at /app/b.js:3:4 {\n  code: 1\n}\nnext',
      [5, 1],
    ],
    ['nothing, where lines are plain', 'one\ntwo\nERROR: three\nfour', [1, 1, 1, 1]],
  ])('stay together: %s', (_what, text, sizes) => {
    expect(entrySizes(text)).toEqual(sizes);
  });

  it('do not join across streams, containers or time, where two writers interleave', () => {
    const text = 'ERROR: a\n  detail\n  detail';
    expect(entrySizes(text, (index) => ({ stream: index === 1 ? 'stdout' : 'stderr' }))).toEqual([1, 1, 1]);
    expect(entrySizes(text, (index) => ({ from: { containerId: index === 2 ? 'b' : 'a', index } }))).toEqual([2, 1]);
    expect(entrySizes(text, (index) => ({ atMs: index * 1000 }))).toEqual([1, 1, 1]);
  });

  it('are not joined where lines between them are hidden by a filter', () => {
    const open = nextEntry(null, made('ERROR: a', 0, { from: { containerId: null, index: 4 } }));
    expect(nextEntry(open, made('  other', 1, { from: { containerId: null, index: 9 } }))?.head).toBe(1);
    expect(nextEntry(open, made('  more', 1, { from: { containerId: null, index: 5 } }))?.head).toBe(0);
  });

  it('are known over the edge of what is loaded at a time, also when the earlier part comes later', () => {
    const blocks = new LineBlocks();
    const lines = Array.from({ length: 410 }, (_, index) => made(index === 150 ? 'ERROR: here' : '  more', index));
    blocks.add(lines.slice(200));
    expect(blocks.line(205)?.entryHead).toBe(200);
    blocks.add(lines.slice(0, 200));
    expect(blocks.line(405)?.entryHead).toBe(150);
    expect(blocks.entryLength(150)).toBe(260);
  });

  it('end somewhere, however much is indented', () => {
    const sizes = entrySizes(`head\n${' x\n'.repeat(5000).trimEnd()}`);
    expect(Math.max(...sizes)).toBe(2000);
  });
});
