import type { BuildState, BuildStep } from '../../../electron/contract/builds';

/** How long a step took, or takes so far; null where it has not begun or its result came from the cache. */
export function stepMs(step: BuildStep, nowMs: number): number | null {
  if (step.startedAtMs === null || step.state === 'cached') return null;
  return Math.max(0, (step.finishedAtMs ?? nowMs) - step.startedAtMs);
}

/** How long a build took, or takes so far. */
export function buildMs(
  { startedAtMs, finishedAtMs }: Pick<BuildState, 'startedAtMs' | 'finishedAtMs'>,
  nowMs: number,
) {
  return Math.max(0, (finishedAtMs ?? nowMs) - startedAtMs);
}

/** Nobody asks why something was slow that took less. */
const noticedMs = 1000;

/** The step that took longest and its part of the whole time in percent; null where no step took a second. */
export function slowestStep(build: BuildState, nowMs: number): { step: BuildStep; percent: number } | null {
  let slowest: BuildStep | null = null;
  let longestMs = noticedMs;
  for (const step of build.steps) {
    const ms = stepMs(step, nowMs) ?? 0;
    if (ms <= longestMs) continue;
    longestMs = ms;
    slowest = step;
  }
  if (slowest === null) return null;
  return { step: slowest, percent: Math.min(100, Math.round((longestMs / Math.max(1, buildMs(build, nowMs))) * 100)) };
}
