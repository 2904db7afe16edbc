import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures } from './failures';
import { containerId } from './runRequest';

/** Characters (UTF-16 units) of one `read`, at most. */
export const charactersPerRead = 65_536;

const size = { columns: z.int().min(2).max(1000), rows: z.int().min(1).max(500) };

/**
 * Why a session is over. `exited`: its shell ended by itself; `containerEnded`: the container was stopped, killed or
 * removed; `noShell`: there is none of that kind in the container; `lost`: the connection to the engine broke.
 */
const terminalEnd = z.object({
  reason: z.enum(['exited', 'containerEnded', 'noShell', 'lost']),
  exitCode: z.number().nullable(),
});
export type TerminalEnd = z.infer<typeof terminalEnd>;

const shellChoice = z.enum(['auto', 'bash', 'sh']);

/** A shell in a container. It lives in main: a page that leaves or reloads finds it again, with what it printed last. */
const terminalSession = z.object({
  id: z.string(),
  containerId: z.string(),
  /** Counted per container, for its title. */
  number: z.number(),
  shell: shellChoice,
  asRoot: z.boolean(),
  startedAtMs: z.number(),
  end: terminalEnd.nullable(),
});
export type TerminalSession = z.infer<typeof terminalSession>;

/**
 * What a session printed: characters [firstOffset, endOffset) of its output are kept; `firstOffset` is also how many were
 * dropped for space. `end` as in the session.
 */
const terminalHead = z.object({
  firstOffset: z.number(),
  endOffset: z.number(),
  end: terminalEnd.nullable(),
});
export type TerminalHead = z.infer<typeof terminalHead>;

const session = z.strictObject({ sessionId: z.string().max(64) });
const sessionMissing = declare('TERMINAL_MISSING');

export const terminal = {
  /** Watches the sessions of one container, oldest first; those that are over stay until they are closed. */
  watch: oc
    .input(z.strictObject({ containerId }))
    .output(eventIterator(z.object({ sessions: z.array(terminalSession) }))),
  /**
   * Starts a shell with a terminal in a running container (`docker exec -it`). `auto` is bash where there is one, else sh.
   * `asRoot` is `--user 0`, else the container's own user.
   */
  open: oc
    .input(
      z.strictObject({
        containerId,
        ...size,
        shell: shellChoice.default('auto'),
        asRoot: z.boolean().default(false),
      }),
    )
    .output(terminalSession)
    .errors(declare(...engineFailures, 'CONTAINER_MISSING', 'CONTAINER_NOT_RUNNING', 'TERMINALS_FULL')),
  /** Watches how much a session printed, latest wins; what it printed is read with `read`. */
  follow: oc.input(session).output(eventIterator(terminalHead)).errors(sessionMissing),
  /**
   * Reads output from `fromOffset` on, at most `charactersPerRead`; where that was dropped already, from the first kept.
   * Untrusted, with control sequences. While somebody follows and does not read, the container's side waits.
   */
  read: oc
    .input(session.extend({ fromOffset: z.int().min(0) }))
    .output(z.object({ text: z.string(), fromOffset: z.number(), toOffset: z.number() }))
    .errors(sessionMissing),
  /** Types into a session. What is typed after its end is dropped. */
  write: oc.input(session.extend({ text: z.string().max(1_000_000) })).errors(sessionMissing),
  /** Says how large the terminal is now. */
  resize: oc.input(session.extend(size)).errors(sessionMissing),
  /** Ends a session with everything that still runs in it, and forgets it. Closing one that is over is no error. */
  close: oc.input(session).errors(sessionMissing),
};
