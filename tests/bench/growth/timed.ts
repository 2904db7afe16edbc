/** Milliseconds of each of `rounds` runs of `work`, after one that is not counted. */
export async function timed(work: () => unknown, rounds: number): Promise<number[]> {
  await work();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const fromMs = performance.now();
    await work();
    times.push(performance.now() - fromMs);
  }
  return times;
}
