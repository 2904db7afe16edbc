import { type FailureValue, isFailure } from '../contract/failures';

/**
 * What went wrong as the value that watches and tasks carry: a failure as it is, anything else as a defect.
 * @param logDefect writes an unexpected error down and answers the id that finds it in the app log
 */
export function failureOf(error: unknown, logDefect: (error: unknown) => string): FailureValue {
  return isFailure(error) ? error.toValue() : { code: 'INTERNAL', details: { logId: logDefect(error) } };
}
