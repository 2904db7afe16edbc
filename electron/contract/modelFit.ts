import type { ModelShape } from './models';

/**
 * Whether a model fits into memory, worked out from numbers that the model and its surroundings give, each step of it kept
 * so that a person can check it. An estimate: what is in force is what `/api/ps` measures once it is loaded.
 */

/** Numbers of a model's architecture; a head has its share of the embedding where it has no lengths of its own. */
type FitShape = Pick<
  ModelShape,
  'blockCount' | 'embeddingLength' | 'headCount' | 'headCountKv' | 'keyLength' | 'valueLength'
>;

export interface FitQuestion {
  /** Size of the model's data. */
  weightsBytes: number;
  shape: FitShape | null;
  /** Context that it is to be loaded with, in tokens. */
  contextTokens: number;
  /** Requests that it answers at a time, each with a context of its own (`OLLAMA_NUM_PARALLEL`). */
  parallel: number;
  /** Bytes of a cached number: 2 for f16, Ollama's default (`OLLAMA_KV_CACHE_TYPE`). */
  cacheNumberBytes: number;
  /** The container's limit; null for none. */
  limitBytes: number | null;
  /** Memory of the machine that the engine runs on; null where unknown. */
  machineBytes: number | null;
  /** Free memory of its GPUs; null where there are none, or none was measured. */
  freeGpuBytes: number | null;
}

export interface Fit {
  weightsBytes: number;
  /** Keys and values of the context; null where the model does not tell what they take. */
  cacheBytes: number | null;
  /** Work space of one step. */
  workBytes: number | null;
  /** Of the program itself. */
  programBytes: number;
  neededBytes: number;
  /** How the cache was worked out: layers x tokens x numbers of a token x bytes; null where it could not be. */
  cache: { layers: number; tokens: number; numbersPerToken: number; numberBytes: number } | null;
  /** What it needs against the smaller of the container's limit and the machine's memory. */
  memory: FitPlace | null;
  /** Against the GPUs' free memory; `layersThatFit` of all would be computed there. */
  gpu: (FitPlace & { layersThatFit: number | null }) | null;
}

/** `tight`: it fits by less than a tenth, and something else may take that. */
export interface FitPlace {
  availableBytes: number;
  /** What the available bytes are of. */
  of: 'limit' | 'machine' | 'gpu';
  verdict: 'fits' | 'tight' | 'tooLarge';
}

const mib = 1024 * 1024;
/** What Ollama's server and its runner take by themselves: 115 MiB were measured at 0.6.5, on the processor. */
const programBytes = 128 * mib;
/** What Ollama keeps free on a GPU for the driver: https://github.com/ollama/ollama (discover/gpu.go, cudaMinimumMemory). */
const gpuReserveBytes = 457 * mib;
/** Tokens that are worked on at once, Ollama's `num_batch`. */
const batchTokens = 512;
const tightShare = 0.9;

/** Works out whether a model fits. */
export function modelFit(asked: FitQuestion): Fit {
  const { weightsBytes, shape, limitBytes, machineBytes, freeGpuBytes } = asked;
  const cache = cacheOf(asked);
  const cacheBytes = cache && cache.layers * cache.tokens * cache.numbersPerToken * cache.numberBytes;
  const workBytes = workOf(shape, asked.contextTokens);
  const neededBytes = Math.ceil(weightsBytes + (cacheBytes ?? 0) + (workBytes ?? 0) + programBytes);
  const isLimited = limitBytes !== null && (machineBytes === null || limitBytes <= machineBytes);
  const availableBytes = isLimited ? limitBytes : machineBytes;
  const usableGpuBytes = freeGpuBytes === null ? null : Math.max(0, freeGpuBytes - gpuReserveBytes);
  return {
    weightsBytes,
    cacheBytes,
    workBytes,
    programBytes,
    neededBytes,
    cache,
    memory:
      availableBytes === null
        ? null
        : { availableBytes, of: isLimited ? 'limit' : 'machine', verdict: verdictOf(neededBytes, availableBytes) },
    gpu:
      usableGpuBytes === null
        ? null
        : {
            availableBytes: usableGpuBytes,
            of: 'gpu',
            verdict: verdictOf(neededBytes - programBytes, usableGpuBytes),
            layersThatFit: layersThatFit(shape, weightsBytes + (cacheBytes ?? 0), workBytes ?? 0, usableGpuBytes),
          },
  };
}

function verdictOf(neededBytes: number, availableBytes: number): FitPlace['verdict'] {
  if (neededBytes > availableBytes) return 'tooLarge';
  return neededBytes > availableBytes * tightShare ? 'tight' : 'fits';
}

/** Keys and values of every layer for every token. Layers that look back a window only need less; this is the most. */
function cacheOf({ shape, contextTokens, parallel, cacheNumberBytes }: FitQuestion): Fit['cache'] {
  const { blockCount, embeddingLength, headCount, headCountKv, keyLength, valueLength } = shape ?? {};
  const headLength = embeddingLength && headCount ? embeddingLength / headCount : null;
  const heads = headCountKv ?? headCount;
  const key = keyLength ?? headLength;
  const value = valueLength ?? headLength;
  if (!blockCount || !heads || !key || !value) return null;
  return {
    layers: blockCount,
    tokens: contextTokens * parallel,
    numbersPerToken: heads * (key + value),
    numberBytes: cacheNumberBytes,
  };
}

/** Activations and attention of one batch, four bytes a number. */
function workOf(shape: FitShape | null, contextTokens: number): number | null {
  if (!shape?.embeddingLength || !shape.headCount) return null;
  const batch = Math.min(batchTokens, contextTokens);
  return 4 * batch * (1 + 4 * shape.embeddingLength + contextTokens * (1 + shape.headCount));
}

/** Ollama puts whole layers on a GPU until it is full, the rest stays with the processor. */
function layersThatFit(
  shape: FitShape | null,
  layersBytes: number,
  workBytes: number,
  availableBytes: number,
): number | null {
  if (!shape?.blockCount) return null;
  const perLayer = layersBytes / shape.blockCount;
  return Math.max(0, Math.min(shape.blockCount, Math.floor((availableBytes - workBytes) / perLayer)));
}
