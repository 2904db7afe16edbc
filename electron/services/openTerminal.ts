import type { Socket } from 'node:net';
import { charactersPerRead, type TerminalEnd, type TerminalHead } from '../contract/terminal';
import type { Engine } from '../docker/engine';
import { delay } from './delay';
import { LiveValue } from './live';
import { TerminalOutput } from './terminalOutput';
import { SessionReport, signalCommand } from './terminalShell';

/** Characters of output that are kept for who comes back. */
const keptCharacters = 1_000_000;

/** Characters that may wait for a reader before the container's side is made to wait, and when it goes on. */
const pauseAt = 256 * 1024;
const resumeAt = 64 * 1024;

/** Output that nobody reads flows at most this fast, so that a flood does not keep the machine busy unseen. */
const unreadCharactersPerTurn = 256 * 1024;
const unreadTurnMs = 50;

/** How long a session has to say who it is, and to end by itself once it was hung up; and between two looks at it. */
const hangUpMs = 1_000;
const lookEveryMs = 50;

/** What an `OpenTerminal` is made of. */
export interface OpenTerminalOptions {
  engine: Engine;
  containerId: string;
  execId: string;
  stream: Socket;
  /** `--user`; null for the container's own. */
  user: string | null;
  /** Told once of the kernel session that the shell leads. */
  onSession(kernelSessionId: number): void;
  /** Says why the session is over; `exitCode` is its shell's where the engine still tells. */
  onEnd(over: { exitCode: number | null; stillRunning: boolean; typed: boolean }): Promise<TerminalEnd>;
}

/** The live end of a terminal session: its bytes, its size, its end. */
export class OpenTerminal {
  readonly head: LiveValue<TerminalHead>;
  private readonly output = new TerminalOutput(keptCharacters);
  private readonly report = new SessionReport();
  private readonly decoder = new TextDecoder();
  private readTo = 0;
  private unread = 0;
  private turn: ReturnType<typeof setTimeout> | null = null;
  private typed = false;
  private closing = false;
  private over: Promise<void> | null = null;

  constructor(private readonly options: OpenTerminalOptions) {
    this.head = new LiveValue<TerminalHead>({ firstOffset: 0, endOffset: 0, end: null });
    const { stream } = options;
    stream.on('data', (chunk: Uint8Array) => this.print(this.decoder.decode(chunk, { stream: true })));
    stream.on('end', () => this.finish());
    stream.on('close', () => this.finish());
    // The close that follows says what matters.
    stream.on('error', () => {});
  }

  /** Resolves when the session is over and says why. */
  async ended(): Promise<void> {
    await this.over;
  }

  /** See `terminal.follow`. */
  async *follow(signal?: AbortSignal): AsyncGenerator<TerminalHead, void, void> {
    try {
      yield* this.head.watch(signal);
    } finally {
      this.flow();
    }
  }

  /** See `terminal.read`. */
  read(fromOffset: number): { text: string; fromOffset: number; toOffset: number } {
    const part = this.output.read(fromOffset, charactersPerRead);
    this.readTo = Math.max(this.readTo, part.toOffset);
    this.flow();
    return part;
  }

  /** Types `text`. */
  write(text: string): void {
    this.typed = true;
    if (this.over === null) this.options.stream.write(text);
  }

  /** Tells the other side its size. */
  async resize(size: { columns: number; rows: number }): Promise<void> {
    if (this.over === null) await this.options.engine.resizeExec(this.options.execId, size);
  }

  /**
   * Ends everything that runs in the session: hung up first, as when a terminal is closed, then killed. The engine itself
   * has no call for it and leaves such processes running for good (moby #9098).
   * @throws a `Failure` where the engine could not be asked
   */
  async close(): Promise<void> {
    this.closing = true;
    try {
      await this.until(() => this.over !== null || this.report.sessionId !== null);
      if (this.over === null && this.report.sessionId !== null) {
        await this.signal('HUP', this.report.sessionId);
        await this.until(() => this.over !== null);
        await this.signal('KILL', this.report.sessionId);
      }
    } finally {
      this.options.stream.destroy();
      if (this.turn) clearTimeout(this.turn);
    }
  }

  private async until(holds: () => boolean): Promise<void> {
    for (let waitedMs = 0; waitedMs < hangUpMs && !holds(); waitedMs += lookEveryMs) await delay(lookEveryMs);
  }

  private async signal(signal: 'HUP' | 'KILL', sessionId: number): Promise<void> {
    const { engine, containerId, user } = this.options;
    await engine.execToEnd(containerId, { command: signalCommand(signal, sessionId), environment: [], user });
  }

  private print(decoded: string): void {
    const known = this.report.sessionId;
    const text = this.report.take(decoded);
    if (known === null && this.report.sessionId !== null) this.options.onSession(this.report.sessionId);
    if (text === '') return;
    this.output.append(text);
    this.unread += text.length;
    this.tell();
    this.flow();
  }

  private tell(end: TerminalEnd | null = null): void {
    this.head.set({ firstOffset: this.output.firstOffset, endOffset: this.output.endOffset, end });
  }

  /** Lets the container's side go on, or makes it wait, by how far the quickest reader is behind. */
  private flow(): void {
    const { stream } = this.options;
    if (this.over !== null) return;
    if (this.head.readerCount > 0 && !this.closing) {
      const behind = this.output.endOffset - Math.max(this.readTo, this.output.firstOffset);
      if (behind > pauseAt) stream.pause();
      else if (behind <= resumeAt) stream.resume();
      return;
    }
    if (this.unread < unreadCharactersPerTurn) {
      stream.resume();
      return;
    }
    stream.pause();
    this.turn ??= setTimeout(() => {
      this.turn = null;
      this.unread = 0;
      this.flow();
    }, unreadTurnMs);
  }

  private finish(): void {
    this.over ??= this.sayWhy();
  }

  private async sayWhy(): Promise<void> {
    if (this.turn) clearTimeout(this.turn);
    this.output.append(this.report.rest() + this.decoder.decode());
    const state = await this.options.engine
      .inspectExec(this.options.execId)
      .catch(() => ({ running: true, exitCode: null }));
    this.tell(await this.options.onEnd({ exitCode: state.exitCode, stillRunning: state.running, typed: this.typed }));
  }
}
