/** How many times longer a silence may be where nobody waits for what comes. */
const patience = 10;

/** Calls `onSilence` each time nothing was heard for `silenceMs`, more seldom while `isPatient`. */
export class SilenceWatchdog {
  private timer: NodeJS.Timeout;
  private silences = 0;

  constructor(silenceMs: number, isPatient: () => boolean, onSilence: () => Promise<void>) {
    this.timer = setTimeout(() => {
      this.silences += 1;
      if (isPatient() && this.silences % patience !== 0) {
        this.timer.refresh();
        return;
      }
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
