import { oc } from '@orpc/contract';
import * as z from 'zod';
import { containerId } from './runRequest';

/** The three requests of the tutorial's service. */
export const probeNames = ['root', 'health', 'chat'] as const;
export type ProbeName = (typeof probeNames)[number];

/** What each of them asks. */
export const probeRequests: Record<ProbeName, { method: 'GET' | 'POST'; path: string }> = {
  root: { method: 'GET', path: '/' },
  health: { method: 'GET', path: '/health' },
  chat: { method: 'POST', path: '/chat' },
};

/** Characters of a body that are shown; the rest is counted. */
export const shownBodyCharacters = 64 * 1024;

/**
 * How an answer compares with the tutorial's: `asTutorial`, its very words; `fits`, same fields with other words (a model's
 * answer, a service that says more of itself); else what is wrong with it.
 */
const verdict = z.enum(['asTutorial', 'fits', 'wrongStatus', 'needsKey', 'notJson', 'wrongFields']);
export type ProbeVerdict = z.infer<typeof verdict>;

/** What came of one request. `body` is the service's text, untrusted. */
const probeOutcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('answered'),
    url: z.string(),
    status: z.number(),
    /** From sending to the last byte of the answer. */
    latencyMs: z.number(),
    mediaType: z.string(),
    body: z.string(),
    /** Characters that are not shown. */
    cutCharacters: z.number(),
    verdict,
  }),
  z.object({
    kind: z.literal('noAnswer'),
    url: z.string().nullable(),
    /** `missing`, `stopped`, `noPort`: nobody to ask; `refused`, `reset`, `timeout`, `notHttp`: of the connection. */
    reason: z.enum(['missing', 'stopped', 'noPort', 'refused', 'reset', 'timeout', 'notHttp']),
    latencyMs: z.number(),
  }),
]);
export type ProbeOutcome = z.infer<typeof probeOutcome>;

export const probe = {
  /**
   * Sends one of the three requests to the port that the container publishes on this machine, from main, and judges the
   * answer. `message` is what `POST /chat` says. Where the container was given an API_KEY, main sends it.
   */
  run: oc
    .input(
      z.strictObject({
        id: containerId,
        probe: z.enum(probeNames),
        message: z.string().min(1).max(10_000).default('Hello'),
      }),
    )
    .output(probeOutcome),
};
