import type { FitQuestion } from '../../electron/contract/modelFit';
import type { ModelDetails, PullSizeUnknown } from '../../electron/contract/models';

/** What is known of a model that somebody thinks of pulling or running. `host` is the registry that told, or did not. */
export type ModelToFit =
  | { kind: 'asking' }
  | { kind: 'onDisk'; sizeBytes: number; details: ModelDetails | null }
  | { kind: 'inRegistry'; sizeBytes: number; host: string }
  | { kind: 'unknown'; reason: PullSizeUnknown; host: string };

/** The memory that it is held against. */
export type FitPlaces = Pick<FitQuestion, 'limitBytes' | 'machineBytes' | 'freeGpuBytes'>;

/** Context that is reckoned with where the model asks for none, in tokens: Ollama's default since 0.6. */
export const usualContextTokens = 4096;
