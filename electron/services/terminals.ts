import { randomUUID } from 'node:crypto';
import type { Container } from '../contract/containers';
import { Failure, isFailure } from '../contract/failures';
import type { TerminalEnd, TerminalHead, TerminalSession } from '../contract/terminal';
import type { Engine } from '../docker/engine';
import { delay } from './delay';
import type { EngineLink } from './engine';
import type { LeftShells } from './leftShells';
import { LiveValue } from './live';
import { OpenTerminal } from './openTerminal';
import { shellCommand, shellEnvironment } from './terminalShell';

/** What `Terminals` works with. */
export interface TerminalsOptions {
  engineLink: EngineLink;
  leftShells: Pick<LeftShells, 'note' | 'forget'>;
  /** Takes one line for the app log. */
  log(line: string): void;
}

/** What a person asks for. */
export interface TerminalRequest {
  containerId: string;
  columns: number;
  rows: number;
  shell: TerminalSession['shell'];
  asRoot: boolean;
}

/** Sessions that may run at once, and that are remembered after their end. */
const openLimit = 16;
const rememberedLimit = 16;

/** How often a container is looked at after one of its shells was killed. */
const killedLooks = 15;
const lookEveryMs = 100;

/** What a shell answers that there is none: not executable, not found. */
const noShellCodes = new Set([126, 127]);

interface Entry {
  session: TerminalSession;
  /** Null where the shell did not even start. */
  terminal: OpenTerminal | null;
}

/** Shells in containers. They live here and outlast pages; what they print last is kept for who comes back. */
export class Terminals {
  private readonly entries = new Map<string, Entry>();
  private readonly live = new LiveValue<TerminalSession[]>([]);
  private readonly counts = new Map<string, number>();

  constructor(private readonly options: TerminalsOptions) {}

  /** How many watches are open; tests count them. */
  get readerCount(): number {
    const followers = [...this.entries.values()].map(({ terminal }) => terminal?.head.readerCount ?? 0);
    return followers.reduce((sum, count) => sum + count, this.live.readerCount);
  }

  /** See `terminal.watch`. */
  async *watch(containerId: string, signal?: AbortSignal): AsyncGenerator<{ sessions: TerminalSession[] }, void, void> {
    let told: string | null = null;
    for await (const all of this.live.watch(signal)) {
      const sessions = all.filter((session) => session.containerId === containerId);
      const text = JSON.stringify(sessions);
      if (text !== told) yield { sessions };
      told = text;
    }
  }

  /** See `terminal.open`. */
  async open(request: TerminalRequest): Promise<TerminalSession> {
    const { containerId, shell, asRoot } = request;
    if ([...this.entries.values()].filter(({ session }) => session.end === null).length >= openLimit) {
      throw new Failure('TERMINALS_FULL', { limit: openLimit });
    }
    const engine = this.options.engineLink.current();
    const number = (this.counts.get(containerId) ?? 0) + 1;
    const session = { id: randomUUID(), containerId, number, shell, asRoot, startedAtMs: Date.now(), end: null };
    const entry: Entry = { session, terminal: null };
    // Counted before it stands, so that a storm of clicks cannot pass the limit.
    this.entries.set(session.id, entry);
    this.counts.set(containerId, number);
    try {
      const container = await engine.inspectContainer(containerId);
      if (container.state !== 'running') throw new Failure('CONTAINER_NOT_RUNNING', { name: container.name });
      entry.terminal = await this.start(engine, container, request, session.id);
    } catch (error) {
      this.entries.delete(session.id);
      throw error;
    }
    if (entry.terminal === null) entry.session = { ...session, end: { reason: 'noShell', exitCode: null } };
    this.forgetOldest();
    this.publish();
    return entry.session;
  }

  /** See `terminal.follow`. */
  async *follow(sessionId: string, signal?: AbortSignal): AsyncGenerator<TerminalHead, void, void> {
    const { terminal, session } = this.entry(sessionId);
    if (terminal) yield* terminal.follow(signal);
    else yield { firstOffset: 0, endOffset: 0, end: session.end };
  }

  /** See `terminal.read`. */
  read(sessionId: string, fromOffset: number): { text: string; fromOffset: number; toOffset: number } {
    return this.entry(sessionId).terminal?.read(fromOffset) ?? { text: '', fromOffset: 0, toOffset: 0 };
  }

  /** See `terminal.write`. */
  write(sessionId: string, text: string): void {
    this.entry(sessionId).terminal?.write(text);
  }

  /** See `terminal.resize`. */
  async resize(sessionId: string, size: { columns: number; rows: number }): Promise<void> {
    await this.entry(sessionId).terminal?.resize(size);
  }

  /** See `terminal.close`. */
  async closeSession(sessionId: string): Promise<void> {
    const { terminal } = this.entry(sessionId);
    this.forget(sessionId);
    await this.end(terminal);
  }

  /** Ends all sessions. Resolves when their processes are gone, or after `limitMs`: a silent engine must not keep Wharf open. */
  async close(limitMs = 3_000): Promise<void> {
    const allOver = new AbortController();
    const ending = Promise.all([...this.entries.values()].map(({ terminal }) => this.end(terminal)));
    this.entries.clear();
    await Promise.race([ending.then(() => allOver.abort()), delay(limitMs, allOver.signal)]);
  }

  private async end(terminal: OpenTerminal | null): Promise<void> {
    try {
      await terminal?.close();
    } catch (error) {
      // Gone with its container, or its engine is away; then nothing can be done about it.
      if (!isFailure(error)) throw error;
      this.options.log(`closing a terminal: ${error.code}`);
    }
  }

  /** Starts the shell; null where the container has none. */
  private async start(
    engine: Engine,
    container: Container,
    { columns, rows, shell, asRoot }: TerminalRequest,
    sessionId: string,
  ): Promise<OpenTerminal | null> {
    const { leftShells } = this.options;
    const user = asRoot ? '0' : null;
    const { environment } = await engine.inspectDetails(container.id);
    const spec = {
      command: shellCommand(shell),
      environment: shellEnvironment(environment.map(({ name, value }) => `${name}=${value ?? ''}`)),
      user,
    };
    try {
      const exec = await engine.execTerminal(container.id, spec, { columns, rows });
      const terminal = new OpenTerminal({
        engine,
        containerId: container.id,
        ...exec,
        user,
        onSession: (kernelSessionId) =>
          void leftShells.note(engine, { containerId: container.id, execId: exec.execId, kernelSessionId, user }),
        onEnd: (over) => {
          // One that the engine lost sight of may still run.
          if (!over.stillRunning) void leftShells.forget(exec.execId);
          return this.onEnd(sessionId, engine, container, over);
        },
      });
      await terminal.resize({ columns, rows });
      return terminal;
    } catch (error) {
      if (!isFailure(error, 'ENGINE_REFUSED')) throw error;
      // Newer engines refuse at once what older ones say through the terminal (moby #45414).
      if (/OCI runtime exec failed|no such file|executable file not found/i.test(error.details.message)) return null;
      if (error.details.status === 409) throw new Failure('CONTAINER_NOT_RUNNING', { name: container.name });
      throw error;
    }
  }

  private async onEnd(
    sessionId: string,
    engine: Engine,
    container: Container,
    over: { exitCode: number | null; stillRunning: boolean; typed: boolean },
  ): Promise<TerminalEnd> {
    const look = () => engine.inspectContainer(container.id).catch((error: unknown) => error);
    let now = await look();
    // A container that is killed loses its shells before it counts as ended itself.
    const wasKilled = over.exitCode === null || over.exitCode > 128;
    for (let looks = 0; wasKilled && looks < killedLooks && reasonOf(container, now, over) === 'exited'; looks += 1) {
      await delay(lookEveryMs);
      now = await look();
    }
    const end = { reason: reasonOf(container, now, over), exitCode: over.exitCode };
    const entry = this.entries.get(sessionId);
    if (entry) {
      entry.session = { ...entry.session, end };
      // Nobody can get at the terminals of a container that is gone.
      if (isFailure(now, 'CONTAINER_MISSING')) this.forget(sessionId);
      else this.publish();
    }
    return end;
  }

  private forget(sessionId: string): void {
    this.entries.delete(sessionId);
    this.publish();
  }

  private forgetOldest(): void {
    const over = [...this.entries.values()].filter(({ session }) => session.end !== null);
    for (const { session } of over.slice(0, Math.max(0, over.length - rememberedLimit)))
      this.entries.delete(session.id);
  }

  private entry(sessionId: string): Entry {
    const entry = this.entries.get(sessionId);
    if (!entry) throw new Failure('TERMINAL_MISSING', { id: sessionId });
    return entry;
  }

  private publish(): void {
    this.live.set([...this.entries.values()].map(({ session }) => session));
  }
}

/** Why a shell is over, by what the engine says of its container afterwards. */
function reasonOf(
  before: Container,
  now: unknown,
  { exitCode, stillRunning, typed }: { exitCode: number | null; stillRunning: boolean; typed: boolean },
): TerminalEnd['reason'] {
  if (isFailure(now, 'CONTAINER_MISSING')) return 'containerEnded';
  if (now instanceof Error) return 'lost';
  const container = now as Container;
  if (container.state !== 'running' || container.startedAtMs !== before.startedAtMs) return 'containerEnded';
  if (stillRunning) return 'lost';
  return !typed && exitCode !== null && noShellCodes.has(exitCode) ? 'noShell' : 'exited';
}
