/** Heads that bring nothing but more lines are told to the view this often: its numbers cannot be read any faster. */
const leastHeadPauseMs = 125;

/** At most one screen in so many ms while following, whatever arrives. */
const tailPauseMs = 40;

/** The same where nothing of the last screen is left on the next: nobody reads it, and each costs the page a whole one. */
const floodPauseMs = 100;

/** Between two heads that bring nothing but more lines; `askedMs` is the least that the feed's owner wants. */
export const headPauseMs = (askedMs = 0): number => Math.max(leastHeadPauseMs, askedMs);

/** Between two screens at the end; `isOther` where none of the rows shown is on the next. */
export const screenPauseMs = (isOther: boolean, askedMs = tailPauseMs): number =>
  isOther ? Math.max(askedMs, floodPauseMs) : askedMs;
