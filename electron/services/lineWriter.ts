/** One line for a task's output, without its line break. `mark` lines are Wharf's own words. */
export interface WrittenLine {
  stream: 'stdout' | 'stderr' | 'mark';
  /** Epoch ms; null where nothing is known about it. */
  atMs: number | null;
  text: string;
  /** The part of the task that wrote it, such as a build's step; left out for none. Parts can be read by themselves. */
  part?: string;
}

/** Where the output of one task goes. The line spool implements it; writing never waits and never fails the writer. */
export interface LineWriter {
  /** Adds one line and answers its index, counted from 0. */
  append(line: WrittenLine): number;
  /** No further line comes. Ending twice is no error. */
  end(): void;
}

/** Opens the output of a task before its first line; `Lines` of the spool is one. */
export interface TaskOutput {
  taskWriter(taskId: string): LineWriter;
}
