/** Waits of the log. */
export interface LogWaits {
  /** How long the stream stays open after its last follower left. */
  graceMs: number;
  /** A follow can go silent for good on rotation: after so long without a line the log is asked whether there are more. */
  silenceMs: number;
  /** First and longest wait before a lost stream is opened again. */
  retryMs: { first: number; longest: number };
  /** Lines that are read first, from the end, of a log that has more. */
  tailLines: number;
}

export const logWaits: LogWaits = {
  graceMs: 3_000,
  silenceMs: 30_000,
  retryMs: { first: 100, longest: 2_000 },
  tailLines: 2_000,
};
