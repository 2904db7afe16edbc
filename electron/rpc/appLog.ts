import { randomUUID } from 'node:crypto';

/** Where main writes down what went wrong. Never given secrets: callers pass codes, ids and stacks, no inputs. */
export interface AppLog {
  error(message: string, cause?: unknown): void;
  warn(message: string, cause?: unknown): void;
  info(message: string): void;
}

/** Writes a defect down with its stack and answers the id that the page shows for it. */
export function logDefect(log: AppLog, where: string, cause: unknown): string {
  const logId = randomUUID().slice(0, 8);
  log.error(`[${logId}] ${where} failed unexpectedly`, cause);
  return logId;
}
