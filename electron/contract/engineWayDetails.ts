import * as z from 'zod';

/** Failures on the way to an engine, and in choosing one. Part of `failureDetails`. */
export const engineWayDetails = {
  /** The engine speaks no API version that Wharf does: it speaks `engineApis`, Wharf `wharfApis`, each oldest to newest. */
  ENGINE_VERSION: z.object({
    address: z.string(),
    reason: z.enum(['tooOld', 'tooNew']),
    version: z.string(),
    engineApis: z.string(),
    wharfApis: z.string(),
  }),
  /**
   * No way to the engine over SSH. `fingerprint` is that of the host's key as `SHA256:...`, `keyType` its kind, `place`
   * the file and line that says otherwise, or the host that a jump host did not pass on to; each is empty where the reason
   * has none. Where `host` is a jump host, `target` is the engine's; empty else.
   */
  ENGINE_SSH: z.object({
    address: z.string(),
    reason: z.enum([
      'hostUnknown',
      'hostChanged',
      'hostRevoked',
      'login',
      'keyLocked',
      'proxy',
      'protocol',
      'jumpAbsent',
      'jumpRefused',
      'jumpLoop',
    ]),
    host: z.string(),
    target: z.string(),
    user: z.string(),
    keyType: z.string(),
    fingerprint: z.string(),
    place: z.string(),
  }),
  /** The engine's certificate cannot be trusted, or there is no encryption at all (`plain`). `message` is the library's. */
  ENGINE_TLS: z.object({
    address: z.string(),
    reason: z.enum(['untrusted', 'expired', 'notYetValid', 'wrongName', 'clientRefused', 'files', 'noTls', 'plain']),
    message: z.string(),
  }),
  /** The engine cannot be changed while so many tasks run on it. */
  ENGINE_BUSY: z.object({ taskCount: z.number() }),
  /** The place that was chosen is no longer there: its context was removed. */
  ENGINE_CHOICE_MISSING: z.object({ id: z.string() }),
  /** The call was meant for the engine at `meant`; by now Wharf drives `driven`. Nothing was done. */
  ENGINE_CHANGED: z.object({ meant: z.string(), driven: z.string() }),
};
