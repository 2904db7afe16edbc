import type { BuildState, BuildSummary } from '../contract/builds';

/** A build among all others. */
export function summaryOf(state: BuildState): BuildSummary {
  const { taskId, tag, builder, startedAtMs, finishedAtMs, dockerfileHash, imageId, request, steps } = state;
  return {
    taskId,
    tag,
    builder,
    state: state.state,
    startedAtMs,
    finishedAtMs,
    dockerfileHash,
    imageId,
    source: request.source,
    stepCount: Math.max(state.totalSteps, steps.length),
    cachedCount: steps.filter((step) => step.state === 'cached').length,
  };
}
