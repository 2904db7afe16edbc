import { describe, expect, it } from 'vitest';
import { continuesLine, guessLevel, type LogLevel, withoutAnsi } from '../../electron/contract/logText';

describe('the level of a line', () => {
  it.each<[string, LogLevel | null]>([
    ['INFO:     Application startup complete.', 'info'],
    ['ERROR:    Exception in ASGI application', 'error'],
    ['WARNING:root:disk nearly full', 'warn'],
    ['CRITICAL:app:gone', 'fatal'],
    ['2026-01-02 10:00:00,123 - app.chat - ERROR - no model', 'error'],
    ['[2026-01-02 10:00:00 +0000] [7] [INFO] Booting worker with pid: 7', 'info'],
    ['time=2026-01-02T10:00:00.000Z level=WARN source=routes.go:12 msg="slow"', 'warn'],
    ['time="2026-01-02T10:00:00Z" level=error msg="no such file"', 'error'],
    ['{"time":"2026-01-02T10:00:00Z","level":"DEBUG","msg":"x"}', 'debug'],
    ['{"message":"the level is fine","severity":"ERROR"}', 'error'],
    ['{"level":50,"time":1,"msg":"pino"}', 'error'],
    ['{"msg":"no level here: error"}', null],
    ['2026/01/02 10:00:00 [error] 12#12: *1 open() failed', 'error'],
    ['2026-01-02T10:00:00.000Z  INFO server: listening', 'info'],
    ['2026-01-02 10:00:00.000  WARN 1 --- [main] o.s.b.Application : slow', 'warn'],
    ['E0102 10:00:00.123456       1 server.go:12] no route', 'error'],
    ['1:M 02 Jan 2026 10:00:00.123 # Could not create server', 'warn'],
    ['npm ERR! code ELIFECYCLE', 'error'],
    ['panic: runtime error: index out of range', 'fatal'],
    ['Traceback (most recent call last):', 'error'],
    ["KeyError: 'prompt'", 'error'],
    ['java.lang.IllegalStateException: gone', 'error'],
    ['error: could not compile', 'error'],
    ['no error was found in 12 files', null],
    ['the information desk', null],
    ['172.17.0.1 - - [02/Jan/2026:10:00:00 +0000] "GET /errors HTTP/1.1" 200 12', null],
    ['llama_model_loader: loaded meta data', null],
    ['', null],
  ])('of %j is taken for another', (text, level) => {
    expect(guessLevel(text)).toBe(level);
  });

  it.each([
    ['  File "/app/main.py", line 3', true],
    ['\tat app.Main.run(Main.java:3)', true],
    ['Caused by: java.io.IOException', true],
    ['INFO:     next', false],
    ['at last it works', false],
  ])('passes by %j, which goes on with the line before, or counts it in wrongly', (text, goesOn) => {
    expect(continuesLine(text)).toBe(goesOn);
  });
});

describe('text without escape sequences', () => {
  it.each([
    ['\u001b[1;31mred\u001b[0m plain', 'red plain'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;https://x.example\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u001b]52;c;unfinished', ''],
    ['\u009b31mred', 'red'],
    ['\u001bcreset', 'reset'],
    ['한\u001b[mㄱ', '한ㄱ'],
    ['\u001b[31\nnext', '\u001b[31\nnext'],
  ])('keeps a part of one, or loses text, in %j', (text, plain) => {
    expect(withoutAnsi(text)).toBe(plain);
  });
});
