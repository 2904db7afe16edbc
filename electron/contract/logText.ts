/** Levels of a log line, least severe first. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Words that programs use for a level. */
const words: Record<string, LogLevel> = {
  trace: 'trace',
  trc: 'trace',
  finest: 'trace',
  finer: 'trace',
  verbose: 'trace',
  debug: 'debug',
  dbg: 'debug',
  fine: 'debug',
  info: 'info',
  inf: 'info',
  information: 'info',
  informational: 'info',
  notice: 'info',
  log: 'info',
  config: 'info',
  warn: 'warn',
  wrn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  severe: 'error',
  fatal: 'fatal',
  ftl: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  panic: 'fatal',
  dpanic: 'fatal',
};

const anyWord = Object.keys(words)
  .sort((a, b) => b.length - a.length)
  .join('|');
const commonWord = 'trace|debug|info|notice|warning|warn|error|err|fatal|critical|crit|alert|emerg|panic';

/** Characters at the start of a line in which its level is looked for. */
const headLength = 256;

/** `"level":"error"`, `"levelname": "ERROR"`, `"log.level":"warn"`, `"severity":"INFO"`, and pino's and bunyan's numbers. */
const jsonField = new RegExp(
  `"(?:level|levelname|lvl|loglevel|log\\.level|log_level|severity|severity_text|severityText|@l)"\\s*:\\s*(?:"(${anyWord})"|(\\d{2})\\b)`,
  'i',
);

/** logfmt, as ollama, Go's slog and logrus write it: `level=INFO`, `lvl="warn"`. */
const keyed = new RegExp(`(?:^|[\\s,;|{])(?:level|lvl|severity|levelname)=["']?(${anyWord})\\b`, 'i');

/** The line begins with it: `INFO:     Started` (uvicorn), `error: no such file`, `WARNING:root:text` (Python), `npm ERR! code`. */
const leading = new RegExp(
  `^(?:npm |docker: )?(?:\\[\\s*)?(?:(${commonWord})(?:\\s*\\]|:|\\s+-\\s|!\\s)|(${commonWord.toUpperCase()})(?=\\s))`,
  'i',
);

/** In brackets after a time or a name: `[error] 12#12:` (nginx), `[ERROR] Worker`, `<warn>`, `| INFO |`. */
const bracketed = new RegExp(`[\\[<(|]\\s*(${commonWord})\\s*[\\]>)|:]`, 'i');

/** In capitals between other fields: `2026-01-02 10:00:00,123 - app - ERROR - text`, `2026-01-02T10:00:00Z  INFO crate: text`. */
const capitals =
  /(?:^|[\s\-:\]])(TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|SEVERE|FATAL|CRITICAL|PANIC)(?=[\s:\-[\]])/;

/** glog and klog: `E0102 10:00:00.123456       1 file.go:12] text`. */
const glog = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ \S+:\d+\]/;
const glogLevels: Record<string, LogLevel> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' };

/** Redis: `1:M 02 Jan 2026 10:00:00.123 # text`. */
const redis = /^\d+:[XCSM] \d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d{3} ([.\-*#]) /;
const redisLevels: Record<string, LogLevel> = { '.': 'debug', '-': 'trace', '*': 'info', '#': 'warn' };

/** What a crash prints first: Python, Go, Java, Rust, Node. */
const crash =
  /^(?:Traceback \(most recent call last\):|Exception in thread |Unhandled exception|Uncaught |[A-Za-z_][\w.]*(?:Error|Exception)(?:: |$))/;
const goPanic = /^(?:panic: |fatal error: |thread '.*' panicked at )/;

/** A line that belongs to the one before: indented, or a part of a stack trace. */
const continuing =
  /^(?:\s|at .+\(|Caused by:|\.\.\. \d+ more|goroutine \d+ \[|The above exception |During handling of )/;

/** Numbers of pino and bunyan: 10 trace to 60 fatal. */
function numbered(number: number): LogLevel | null {
  return number % 10 === 0 ? (logLevels[number / 10 - 1] ?? null) : null;
}

/**
 * Guesses the level of a line from what programs are known to write; evidence is a field, a prefix or a word in its usual
 * place, never a mere "error" in a sentence.
 * @param text without ANSI sequences
 * @returns null where nothing speaks for a level
 * @example guessLevel('INFO:     Application startup complete.') // 'info'
 */
export function guessLevel(text: string): LogLevel | null {
  const head = text.length > headLength ? text.slice(0, headLength) : text;
  const first = head.charCodeAt(0);
  // 0x7b is `{`: a JSON line says it in a field, which may stand anywhere.
  if (first === 0x7b) {
    const field = jsonField.exec(text);
    if (field) return field[1] ? level(field[1]) : numbered(Number(field[2]));
  }
  const word = leading.exec(head) ?? keyed.exec(head) ?? bracketed.exec(head) ?? capitals.exec(head);
  if (word) return level((word[1] ?? word[2]) as string);
  const marked = glog.exec(head)?.[1];
  if (marked) return glogLevels[marked] ?? null;
  const sign = redis.exec(head)?.[1];
  if (sign) return redisLevels[sign] ?? null;
  if (goPanic.test(head)) return 'fatal';
  return crash.test(head) ? 'error' : null;
}

function level(word: string): LogLevel | null {
  return words[word.toLowerCase()] ?? null;
}

/** True for a line that goes on with the one before, such as a frame of a stack trace. @param text without ANSI sequences */
export function continuesLine(text: string): boolean {
  return continuing.test(text);
}

/**
 * ANSI escape sequences (ECMA-48): CSI with its parameters, strings (OSC, DCS, APC, PM, SOS) up to their end, and the
 * two-character ones. None reaches over a line break.
 */
const ansi =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?|[ -/]*[0-Z\\^-~])|\u009b[0-?]*[ -/]*[@-~]/g;

/** The text without ANSI sequences. */
export function withoutAnsi(text: string): string {
  return text.includes('\u001b') || text.includes('\u009b') ? text.replace(ansi, '') : text;
}
