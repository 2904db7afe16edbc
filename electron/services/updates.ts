import type { UpdateState, UpdatesAway } from '../contract/updates';
import { LiveValue } from './live';
import type { Settings } from './settings';

/** What fetches and installs another version of Wharf; it checks what it fetched by itself. */
export interface Updater {
  /** The newer version that the feed has, or null. Rejects where the feed does not answer or makes no sense. */
  newer(): Promise<string | null>;
  /** Fetches that version and checks it against the feed's SHA-512. Rejects where it is another one. */
  download(onShare: (share: number) => void): Promise<void>;
  /** Whether a downloaded version takes the place of this one when Wharf quits. */
  setInstallOnQuit(on: boolean): void;
  /** Quits, installs and starts the new version. */
  install(): void;
}

interface UpdatesOptions {
  settings: Settings;
  /** Loads the updater, which nobody needs to start; or says why there is none. */
  open: () => Promise<Updater | UpdatesAway>;
  log: (message: string) => void;
}

/** The first start of a day is busy enough. */
const firstAfterMs = 60_000;
const againAfterMs = 24 * 60 * 60 * 1000;

/** Keeps Wharf itself up to date where it was installed so that it can be, unless the person switched that off. */
export class Updates {
  readonly #live = new LiveValue<UpdateState>({ kind: 'idle' });
  readonly #closing = new AbortController();
  #opened: Promise<Updater | UpdatesAway> | null = null;
  #underWay: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: UpdatesOptions) {}

  /** Begins to look once a day while that is on. */
  begin(): void {
    void this.#followSwitch();
  }

  async *watch(signal?: AbortSignal): AsyncGenerator<UpdateState, void, void> {
    const updater = await this.#open();
    if (typeof updater === 'string') this.#live.set({ kind: 'away', reason: updater });
    yield* this.#live.watch(signal);
  }

  /** Asks the feed and downloads what is newer; a second call waits for the first. Never rejects: the state tells. */
  check(): Promise<void> {
    this.#underWay ??= this.#check().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async install(): Promise<void> {
    const updater = await this.#open();
    if (typeof updater !== 'string' && this.#live.value.kind === 'ready') updater.install();
  }

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  async #check(): Promise<void> {
    try {
      const updater = await this.#open();
      if (typeof updater === 'string' || this.#live.value.kind === 'ready') return;
      this.#live.set({ kind: 'checking' });
      const version = await updater.newer();
      if (version === null) {
        this.#live.set({ kind: 'current', checkedAtMs: Date.now() });
        return;
      }
      const tell = (share: number) => this.#live.set({ kind: 'downloading', version, share });
      tell(0);
      await updater.download(tell);
      updater.setInstallOnQuit(this.options.settings.value.updates);
      this.#live.set({ kind: 'ready', version });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.options.log(`looking for an update failed: ${message}`);
      // Some come with the whole answer of a server.
      this.#live.set({ kind: 'failed', message: message.slice(0, 300) });
    }
  }

  #open(): Promise<Updater | UpdatesAway> {
    this.#opened ??= this.options.open();
    return this.#opened;
  }

  async #followSwitch(): Promise<void> {
    let wasOn: boolean | null = null;
    for await (const { updates: isOn } of this.options.settings.watch(this.#closing.signal)) {
      if (isOn === wasOn) continue;
      wasOn = isOn;
      clearTimeout(this.#timer);
      const updater = this.#live.value.kind === 'ready' ? await this.#open() : null;
      if (updater !== null && typeof updater !== 'string') updater.setInstallOnQuit(isOn);
      if (isOn) this.#checkAfter(firstAfterMs);
    }
  }

  #checkAfter(delayMs: number): void {
    this.#timer = setTimeout(() => {
      // Before it looks, which takes a while: so the switch, off meanwhile, finds what it has to end.
      this.#checkAfter(againAfterMs);
      void this.check();
    }, delayMs);
    this.#timer.unref();
  }
}
