/** Where main writes down what went wrong. Never given secrets: callers pass codes, ids and stacks, no inputs. */
export interface AppLog {
  error(message: string, cause?: unknown): void;
  warn(message: string, cause?: unknown): void;
  info(message: string): void;
}
