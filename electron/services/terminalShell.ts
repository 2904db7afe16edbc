import type { TerminalSession } from '../contract/terminal';

/** Characters at the beginning of a session among which its report may stand. */
const lookedThrough = 64 * 1024;

/**
 * Says who it is, in an OSC sequence of ours that no terminal prints, then becomes the shell. With a terminal it leads a
 * session of its own, whose id is its process id.
 */
const startScript = `printf '\\033]wharf;%s\\007' "$$"
case $1 in bash) exec bash;; sh) exec sh;; esac
command -v bash >/dev/null 2>&1 && exec bash
exec sh`;

/**
 * Signals every process of a session, by the kernel's own list (proc(5): the sixth field of \`stat\` is the session). Only
 * what a shell itself can do: small images have no pkill.
 */
const signalScript = `s=$1 p=$2
for f in /proc/[0-9]*/stat; do
  { read -r l <"$f"; } 2>/dev/null || continue
  set -- \${l##*) }
  [ "$4" = "$p" ] || continue
  d=\${f%/stat}
  kill -s "$s" "\${d##*/}" 2>/dev/null
done
:`;

/** What is started for a session. */
export function shellCommand(shell: TerminalSession['shell']): string[] {
  return ['/bin/sh', '-c', startScript, 'sh', shell];
}

/** What is started to signal everything in the session `sessionId` of the kernel. */
export function signalCommand(signal: 'HUP' | 'KILL', sessionId: number): string[] {
  return ['/bin/sh', '-c', signalScript, 'sh', signal, String(sessionId)];
}

/**
 * Environment of a shell with our terminal. Where the container says nothing of a language, its programs would take a
 * Korean syllable for three characters.
 */
export function shellEnvironment(ofContainer: readonly string[]): string[] {
  const hasLanguage = ofContainer.some((line) => /^(?:LANG|LC_ALL|LC_CTYPE)=./.test(line));
  return ['TERM=xterm-256color', ...(hasLanguage ? [] : ['LANG=C.UTF-8'])];
}

/** Takes the report out of what a shell prints first; the echo of what was typed early may come before it. */
export class SessionReport {
  /** The kernel's session id; null until it came, or where none came. */
  sessionId: number | null = null;
  private held = '';
  private passed = 0;

  /** Answers what of the text is to be shown; what may become the report is held back. */
  take(text: string): string {
    if (this.sessionId !== null || this.passed > lookedThrough) return this.rest() + text;
    const whole = this.held + text;
    const report = /\u001b\]wharf;(\d{1,10})\u0007/.exec(whole);
    if (report) {
      this.sessionId = Number(report[1]);
      this.held = '';
      return whole.slice(0, report.index) + whole.slice(report.index + report[0].length);
    }
    const start = whole.lastIndexOf('\u001b');
    const mayBecomeOne =
      start >= 0 && /^\u001b(?:\](?:w(?:h(?:a(?:r(?:f(?:;\d{0,10})?)?)?)?)?)?)?$/.test(whole.slice(start));
    this.held = mayBecomeOne ? whole.slice(start) : '';
    const shown = mayBecomeOne ? whole.slice(0, start) : whole;
    this.passed += shown.length;
    return shown;
  }

  /** What is still held back when nothing more comes. */
  rest(): string {
    const rest = this.held;
    this.held = '';
    return rest;
  }
}
