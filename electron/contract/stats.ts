import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { containerId } from './runRequest';

/** Samples that main keeps of a container: half an hour of two-second samples. */
export const keptSamples = 900;

/**
 * What a container used around one moment, as `docker stats` counts it. Rates are means since the sample before and null
 * for the first one, and for the first after a restart or a pause of the sampling.
 */
const statsSample = z.object({
  /** Epoch ms, by the engine's clock. */
  atMs: z.number(),
  /** 100 is one processor, as in `docker stats`. */
  cpuPercent: z.number().nullable(),
  /** Without the file cache that the kernel can take back. */
  memoryBytes: z.number(),
  /** The container's limit, or what the machine has; null where the engine does not say. */
  memoryLimitBytes: z.number().nullable(),
  networkReceivedBytesPerS: z.number().nullable(),
  networkSentBytesPerS: z.number().nullable(),
  blockReadBytesPerS: z.number().nullable(),
  blockWrittenBytesPerS: z.number().nullable(),
  /** Processes and threads inside; null where the engine does not say. */
  processCount: z.number().nullable(),
});
export type StatsSample = z.infer<typeof statsSample>;

/** `replace`: these are all that is kept, as many as were asked for; else they follow what came before. */
const statsEvent = z.object({ replace: z.boolean(), samples: z.array(statsSample) });
export type StatsEvent = z.infer<typeof statsEvent>;

/** What all running containers use together; `cpuPercent` as in a sample, null until two rounds were made. */
const statsTotal = z.object({
  containerCount: z.number(),
  cpuPercent: z.number().nullable(),
  memoryBytes: z.number(),
});
export type StatsTotal = z.infer<typeof statsTotal>;

export const stats = {
  /**
   * Watches what one container uses. First item: the last `sampleCount` samples of earlier watches, oldest first; then new
   * ones, several at once for a busy reader. The engine is only asked while somebody watches and the container runs.
   */
  watch: oc
    .input(z.strictObject({ id: containerId, sampleCount: z.int().min(1).max(keptSamples).default(keptSamples) }))
    .output(eventIterator(statsEvent)),
  /**
   * Watches what all running containers use together, asked for slowly: a few a second, a round every five seconds at most.
   * Latest wins; first item: the last known, null before the first round is over. The engine is only asked while somebody watches.
   */
  watchTotal: oc.output(eventIterator(statsTotal.nullable())),
};
