import { type ImplementerInternalWithMiddlewares, implement, ORPCError } from '@orpc/server';
import { api } from '../contract/api';
import { isFailure } from '../contract/failures';
import { type AppLog, logDefect } from './appLog';

/** What every call is served with. */
export interface CallContext {
  log: AppLog;
  /** Address of the engine that the page drove when it made the call; null where it knew none. See `engineHeader`. */
  meantEngine: string | null;
}

/** Named, since written out it is longer than a compiler takes down. */
type Implementer = ImplementerInternalWithMiddlewares<typeof api, CallContext, CallContext>;

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/**
 * Turns whatever a service threw into what may cross: a failure that the call declared becomes its declared error; an
 * undeclared one or any other exception is a defect, logged with its stack and answered as INTERNAL with the log's id.
 */
function toWireError(error: unknown, call: string, declared: Record<string, unknown>, log: AppLog): unknown {
  if (error instanceof ORPCError || isAbort(error)) return error;
  if (isFailure(error) && error.code in declared) {
    return new ORPCError(error.code, { data: error.details, message: error.code });
  }
  return new ORPCError('INTERNAL', { data: { logId: logDefect(log, call, error) }, message: 'INTERNAL' });
}

function isAsyncIterator(value: unknown): value is AsyncIterableIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function* mappingErrors(source: AsyncIterable<unknown>, map: (error: unknown) => unknown) {
  try {
    yield* source;
  } catch (error) {
    throw map(error);
  }
}

/** The contract, to be implemented by `services/handlers`: errors of calls and of watches are mapped in one place. */
export const implementer: Implementer = implement(api)
  .$context<CallContext>()
  .use(async ({ next, path, procedure, context }) => {
    const map = (error: unknown) =>
      toWireError(error, path.join('.'), procedure['~orpc'].errorMap as Record<string, unknown>, context.log);
    try {
      const result = await next();
      if (!isAsyncIterator(result.output)) return result;
      return { ...result, output: mappingErrors(result.output, map) as typeof result.output };
    } catch (error) {
      throw map(error);
    }
  });
