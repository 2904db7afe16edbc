import { describe, expect, it } from 'vitest';
import { type FitQuestion, modelFit } from '../../electron/contract/modelFit';

const gib = 1024 ** 3;
/** Llama 3.1 8B, as its `model_info` has it. */
const llama = {
  blockCount: 32,
  embeddingLength: 4096,
  headCount: 32,
  headCountKv: 8,
  keyLength: 128,
  valueLength: 128,
};
const asked = (part: Partial<FitQuestion> = {}): FitQuestion => ({
  weightsBytes: 4.92e9,
  shape: llama,
  contextTokens: 8192,
  parallel: 1,
  cacheNumberBytes: 2,
  limitBytes: null,
  machineBytes: 16 * gib,
  freeGpuBytes: null,
  ...part,
});

describe('whether a model fits', () => {
  it('counts the heads of the queries for the cache, or forgets the values', () => {
    const { cacheBytes, cache } = modelFit(asked());
    expect(cacheBytes).toBe(1 * gib);
    expect(cache).toEqual({ layers: 32, tokens: 8192, numbersPerToken: 2048, numberBytes: 2 });
    expect(modelFit(asked({ parallel: 4, cacheNumberBytes: 1 })).cacheBytes).toBe(2 * gib);
    // Without lengths of its own, a head has its share of the embedding.
    expect(modelFit(asked({ shape: { ...llama, keyLength: null, valueLength: null } })).cacheBytes).toBe(gib);
    expect(modelFit(asked({ shape: { ...llama, headCountKv: null } })).cacheBytes).toBe(4 * gib);
  });

  it('adds up to something else than its parts', () => {
    const fit = modelFit(asked());
    expect(fit.neededBytes).toBe(fit.weightsBytes + (fit.cacheBytes ?? 0) + (fit.workBytes ?? 0) + fit.programBytes);
  });

  it('looks at the machine where the container may have less, or at a limit above the machine', () => {
    expect(modelFit(asked({ limitBytes: 4 * gib })).memory).toMatchObject({ of: 'limit', verdict: 'tooLarge' });
    expect(modelFit(asked({ limitBytes: 64 * gib })).memory).toMatchObject({ of: 'machine', verdict: 'fits' });
    const { neededBytes } = modelFit(asked());
    expect(modelFit(asked({ limitBytes: neededBytes })).memory?.verdict).toBe('tight');
    expect(modelFit(asked({ limitBytes: neededBytes - 1 })).memory?.verdict).toBe('tooLarge');
    expect(modelFit(asked({ machineBytes: null })).memory).toBeNull();
  });

  it('promises a whole model to a GPU that takes a part, or more layers than there are', () => {
    expect(modelFit(asked({ freeGpuBytes: 24 * gib })).gpu).toMatchObject({ verdict: 'fits', layersThatFit: 32 });
    const part = modelFit(asked({ freeGpuBytes: 4 * gib })).gpu;
    expect(part?.verdict).toBe('tooLarge');
    expect(part?.layersThatFit).toBeGreaterThan(5);
    expect(part?.layersThatFit).toBeLessThan(25);
    expect(modelFit(asked({ freeGpuBytes: 0 })).gpu).toMatchObject({ availableBytes: 0, layersThatFit: 0 });
  });

  it('invents a cache for a model that tells nothing of itself', () => {
    const fit = modelFit(asked({ shape: null, freeGpuBytes: 8 * gib }));
    expect(fit).toMatchObject({ cacheBytes: null, workBytes: null, cache: null, gpu: { layersThatFit: null } });
    expect(fit.neededBytes).toBeGreaterThan(4.92e9);
  });
});
