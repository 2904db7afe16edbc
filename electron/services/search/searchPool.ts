import { Worker } from 'node:worker_threads';
import { Failure } from '../../contract/failures';
import { linePattern } from '../../contract/linePattern';
import type { LineQuery } from '../../contract/lines';
import type { Spool } from '../spool/spool';
import { storageFailed } from '../storageFailed';
import type { SearchAnswer, SearchQuestion } from './searchProtocol';

/** How long a chunk of text may take: far longer than any search that will end. */
const chunkLimitMs = 700;

/** How long an idle worker is kept. */
const idleMs = 60_000;

interface Pending {
  question: SearchQuestion;
  resolve(hits: Float64Array): void;
  reject(error: unknown): void;
}

/** One query, ready to be asked. */
export interface LineFinder {
  /** Indexes of the lines in [from, to) of a spool that fit, ascending; fewer once `signal` aborted. */
  find(spool: Spool, from: number, to: number, signal: AbortSignal): Promise<ArrayLike<number>>;
}

/**
 * Searches spools in a worker thread, one question after the other. A question that stands still is taken for one that
 * never ends: its worker is thrown away, and the others are asked again in a new one.
 */
export class SearchPool {
  private worker: Worker | null = null;
  private isLoaded = false;
  private readonly pending = new Map<number, Pending>();
  private asked = 0;
  private watchdog: NodeJS.Timeout | null = null;
  private idle: NodeJS.Timeout | null = null;
  private holders = 0;
  private closed = false;

  /** @param workerFile the bundled `searchWorker` */
  constructor(private readonly workerFile: string) {}

  /**
   * Makes a query ready, and the worker, which starts while the lines are still being read.
   * @throws SEARCH_PATTERN_INVALID
   */
  finder(query: LineQuery): LineFinder {
    linePattern(query.text, query);
    linePattern(query.exclude, query);
    this.makeReady();
    return {
      find: async (spool, from, to, signal) => {
        if (spool.storedEnd < to) await spool.stored();
        const parts = spool.parts(from, to);
        if (parts.length === 0 || signal.aborted) return [];
        return this.ask(query, parts, signal);
      },
    };
  }

  /** Has the worker ready until what comes back is called: starting it takes longer than most searches. */
  hold(): () => void {
    if (this.closed) return () => undefined;
    this.holders += 1;
    this.makeReady();
    return () => {
      this.holders -= 1;
      this.heard();
    };
  }

  private makeReady(): void {
    if (this.closed) return;
    try {
      this.open();
    } catch {
      // The first search fails the same way, and says so.
    }
    // A question that stands still is not helped on by another.
    if (this.pending.size === 0) this.heard();
  }

  /** Ends the worker. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.idle) clearTimeout(this.idle);
    if (this.watchdog) clearTimeout(this.watchdog);
    for (const { reject } of this.pending.values()) reject(new Failure('APP_CLOSED', {}));
    this.pending.clear();
    const { worker } = this;
    this.worker = null;
    await worker?.terminate();
  }

  private ask(query: LineQuery, parts: SearchQuestion['parts'], signal: AbortSignal): Promise<Float64Array> {
    this.asked += 1;
    const id = this.asked;
    const cancelled = new SharedArrayBuffer(4);
    const cancel = () => Atomics.store(new Int32Array(cancelled), 0, 1);
    signal.addEventListener('abort', cancel, { once: true });
    return new Promise<Float64Array>((resolve, reject) => {
      const question = { id, query, parts, cancelled };
      this.pending.set(id, { question, resolve, reject });
      if (this.idle) clearTimeout(this.idle);
      this.open().postMessage(question);
      if (this.pending.size === 1) this.heard();
    }).finally(() => signal.removeEventListener('abort', cancel));
  }

  private open(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(this.workerFile);
    worker.on('message', (answer: SearchAnswer) => {
      if (this.worker !== worker) return;
      this.isLoaded = true;
      this.onAnswer(answer);
    });
    worker.on('error', (error) => this.onEnd(worker, error));
    worker.on('exit', (code) => this.onEnd(worker, new Error(`search worker exited with ${code}`)));
    this.worker = worker;
    this.isLoaded = false;
    return worker;
  }

  /** What the worker was asked is not asked of another: it may be what broke it. */
  private onEnd(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = null;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
    this.heard();
  }

  private onAnswer(answer: SearchAnswer): void {
    const pending = this.pending.get(answer.id);
    if (pending && answer.kind !== 'alive') {
      this.pending.delete(answer.id);
      if (answer.kind === 'found') pending.resolve(answer.hits);
      else pending.reject(storageFailed(new Error(answer.message)));
    }
    this.heard();
  }

  /** The worker goes on, or has nothing to do. */
  private heard(): void {
    if (this.watchdog) clearTimeout(this.watchdog);
    this.watchdog = null;
    if (this.pending.size > 0) {
      // Until it said something it is being loaded, which takes as long as it takes.
      if (!this.isLoaded) return;
      // What it said while this thread was busy is heard first.
      this.watchdog = setTimeout(() => {
        const asked = this.watchdog;
        setImmediate(() => {
          if (this.watchdog === asked) this.giveUp();
        });
      }, chunkLimitMs);
      return;
    }
    if (this.idle) clearTimeout(this.idle);
    if (this.holders > 0) return;
    this.idle = setTimeout(() => {
      void this.worker?.terminate();
      this.worker = null;
    }, idleMs);
    this.idle.unref();
  }

  private giveUp(): void {
    const worker = this.worker;
    this.worker = null;
    void worker?.terminate();
    const [stuck, ...others] = this.pending.values();
    if (stuck) {
      this.pending.delete(stuck.question.id);
      stuck.reject(new Failure('SEARCH_TOO_SLOW', { limitMs: chunkLimitMs }));
    }
    for (const { question } of others) this.open().postMessage(question);
    this.heard();
  }
}
