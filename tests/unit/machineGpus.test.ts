import { describe, expect, it } from 'vitest';
import { gpusIn, machineGpus } from '../../electron/services/ollamaContainer/machineGpus';

const mib = 1024 * 1024;

describe('the GPUs of this machine', () => {
  it('are read wrong where a name has a comma, or invented where the driver does not measure', () => {
    expect(gpusIn('NVIDIA RTX A2000, 12GB, 12282, 11000\nNVIDIA GB10, [N/A], [N/A]\n\n')).toEqual([
      { name: 'NVIDIA RTX A2000, 12GB', totalBytes: 12282 * mib, freeBytes: 11000 * mib },
    ]);
  });

  it('fail the page where there is no such program', async () => {
    expect(await machineGpus('no-such-nvidia-smi')).toEqual([]);
  });
});
