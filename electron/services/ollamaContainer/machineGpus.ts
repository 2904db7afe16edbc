import { execFile } from 'node:child_process';
import type { MachineGpu } from '../../contract/ollamaContainer';

const timeLimitMs = 5_000;
const mib = 1024 * 1024;
const question = ['--query-gpu=name,memory.total,memory.free', '--format=csv,noheader,nounits'];

/**
 * NVIDIA GPUs of this machine, as the driver's own program measures them; none where there is no such program or driver.
 * @param program tests give their own; https://docs.nvidia.com/deploy/nvidia-smi/
 */
export function machineGpus(program = 'nvidia-smi'): Promise<MachineGpu[]> {
  return new Promise((resolve) => {
    execFile(program, question, { timeout: timeLimitMs }, (error, printed) => resolve(error ? [] : gpusIn(printed)));
  });
}

/** Lines of `name, MiB in all, MiB free`. What a driver does not measure (`[N/A]`) is left out. */
export function gpusIn(printed: string): MachineGpu[] {
  return printed.split('\n').flatMap((line) => {
    const [, name, total, free] = /^(.+),\s*(\d+),\s*(\d+)\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, totalBytes: Number(total) * mib, freeBytes: Number(free) * mib }];
  });
}
