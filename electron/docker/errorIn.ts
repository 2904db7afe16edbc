/** The engine's error in a line of a progress stream; null in any other line. */
export function errorIn(line: unknown): string | null {
  if (typeof line !== 'object' || line === null) return null;
  const { error, errorDetail } = line as { error?: unknown; errorDetail?: { message?: unknown } };
  if (typeof errorDetail?.message === 'string') return errorDetail.message;
  if (error === undefined) return null;
  return typeof error === 'string' ? error : JSON.stringify(error);
}
