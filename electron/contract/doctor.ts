import { oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures } from './failures';

/** A sentence in both languages: checks are shared with `npm run doctor`, which runs before the page exists. */
const bothLanguages = z.object({ en: z.string(), ko: z.string() });

/** What one check found. `note`: it cannot be seen from here; `fix` says what to do about `warn` and `bad`. */
const doctorFinding = z.object({
  id: z.enum(['version', 'advisories', 'access', 'disk', 'clock', 'proxy', 'authorities', 'warnings']),
  tone: z.enum(['ok', 'note', 'warn', 'bad']),
  name: bothLanguages,
  state: bothLanguages,
  fix: bothLanguages.optional(),
});
export type DoctorFinding = z.infer<typeof doctorFinding>;

export const doctor = {
  /** Looks at the engine in use and what stands around it: version, weaknesses, permissions, disk, clock, proxies, authorities. */
  check: oc.output(z.object({ findings: z.array(doctorFinding) })).errors(declare(...engineFailures)),
  /**
   * Writes what a report of a fault needs into the picked file (`.tar.gz`): findings, versions, settings, containers, the
   * app log. Secrets are masked. Works without an engine too, with less in it.
   */
  saveDiagnostics: oc
    .input(z.strictObject({ grant: z.string().max(100) }))
    .output(z.object({ fileName: z.string(), sizeBytes: z.number(), maskedCount: z.number() }))
    .errors(declare('FILE_NOT_PICKED', 'STORAGE_FAILED')),
};
