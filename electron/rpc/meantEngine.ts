import { engineHeader } from '../contract/engine';

type Headers = Record<string, string | string[] | undefined>;

/** Address of the engine that a message's sender shows; null where it says none. */
function meantEngine(headers: Headers): string | null {
  const sent = headers[engineHeader];
  if (typeof sent !== 'string' || sent === '') return null;
  try {
    return decodeURIComponent(sent);
  } catch {
    // No engine has such an address, so the call is refused.
    return sent;
  }
}

/** Tells the handlers of a call for which engine it was meant: for a server's `rootInterceptors`. */
export function readMeantEngine<O extends { request: { headers: Headers }; context: object }, R>(
  options: O & { next(options?: O): R },
): R {
  const context = { ...options.context, meantEngine: meantEngine(options.request.headers) };
  return options.next({ ...options, context });
}
