/** Calls `onSilence` each time nothing was heard for `silenceMs`. */
export class SilenceWatchdog {
  private timer: NodeJS.Timeout;

  constructor(silenceMs: number, onSilence: () => Promise<void>) {
    this.timer = setTimeout(() => {
      // A check that fails says nothing about the stream: an engine that is gone breaks it by itself.
      onSilence().then(
        () => this.heard(),
        () => this.heard(),
      );
    }, silenceMs);
  }

  heard(): void {
    this.timer.refresh();
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
