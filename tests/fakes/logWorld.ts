import { type FakeEngine, startFakeEngine } from './fakeEngine';

/** What attacks on a terminal look like, and what is text all the same. */
const evil = [
  '\u001b]0;owned title\u0007after the title',
  '\u001b]52;c;cm0gLXJmIC8=\u0007after the clipboard',
  '\u001b]8;;https://evil.example/\u001b\\a hyperlink\u001b]8;;\u001b\\ after it',
  '\u001b[2J\u001b[H\u001b[10;10Hcursor moved',
  'user\u202egnp.exe\u202c right to left, zero\u200bwidth, NUL\u0000 here',
  '<img src=x onerror="alert(1)"> <b>bold</b> javascript:alert(1)',
  'https://evil.example/path?x=1 opens only when asked',
  `${'\u001b[1m\u001b[31m'.repeat(40)}nested colours${'\u001b[0m'}`,
  '\u001b[1;31mred\u001b[0m \u001b[42;30m on green \u001b[0m \u001b[38;2;255;120;0mtrue colour\u001b[0m \u001b[7mreverse\u001b[0m',
];

const traceback = [
  'ERROR:    Exception in ASGI application',
  'Traceback (most recent call last):',
  '  File "/app/main.py", line 41, in chat',
  '    answer = await backend.send(message)',
  '             ^^^^^^^^^^^^^^^^^^^^^^^^^^^',
  '  File "/app/backend.py", line 18, in send',
  '    raise BackendGone(url)',
  'app.errors.BackendGone: http://ollama:11434 refused the connection',
];

/** Containers whose logs hold all that the log view knows: levels, tracebacks, JSON, colours, attacks. */
export async function openLogWorld(): Promise<{
  engine: FakeEngine;
  ids: Record<'api' | 'worker' | 'evil', string>;
  close: () => Promise<void>;
}> {
  const engine = await startFakeEngine({
    containers: [
      { name: 'llm-api', image: 'llm-api:latest', state: 'running' },
      { name: 'json-worker', image: 'worker:latest', state: 'running' },
      { name: 'evil-logs', image: 'evil:latest', state: 'running' },
    ],
  });
  const [api = '', worker = '', evilId = ''] = [...engine.containers.keys()];
  const startMs = Date.now() - 600_000;
  const at = (ms: number) => `${new Date(startMs + ms).toISOString().slice(0, -1)}000000Z`;
  for (let n = 0; n < 400; n += 1) {
    const ms = n * 1500;
    const level = n % 23 === 7 ? 'WARNING' : 'INFO';
    engine.writeLog(
      api,
      `\u001b[3${level === 'INFO' ? 2 : 3}m${level}\u001b[0m:     127.0.0.1:${40_000 + n} - "POST /chat HTTP/1.1" ${n % 23 === 7 ? 503 : 200} request-${n} 한국어 로그`,
      'stdout',
      at(ms),
    );
    if (n % 60 === 59)
      for (const [more, text] of traceback.entries()) engine.writeLog(api, text, 'stderr', at(ms + 1 + more));
    engine.writeLog(
      worker,
      JSON.stringify({
        level: n % 31 === 9 ? 'error' : 'info',
        msg: n % 31 === 9 ? 'job failed, it is tried again' : `job ${n} done`,
        job: n,
        ms: 12 + (n % 90),
        http: { status: n % 31 === 9 ? 502 : 200, path: '/v1/jobs' },
      }),
      'stdout',
      at(ms + 500),
    );
  }
  for (const [n, text] of evil.entries()) engine.writeLog(evilId, text, n % 3 === 2 ? 'stderr' : 'stdout', at(n * 10));
  return { engine, ids: { api, worker, evil: evilId }, close: () => engine.close() };
}
