import type { FakeStart } from '../../fakes/fakeHost';
import { sampleTransfers } from '../../fakes/sampleImages';
import {
  buildFailure,
  lostEngine,
  noEngine,
  sampleBuild,
  sampleBuildkit,
  sampleContainer,
  sampleContainers,
  sampleConversations,
  sampleDockerfile,
  sampleId,
  sampleImage,
  sampleImages,
  sampleLine,
  sampleMessages,
  sampleOutput,
  sampleTask,
  sampleTasks,
} from '../../fakes/samples';

const firstRun = (phase: 'building' | 'running' | 'waitingForHealth' | 'done', state: 'running' | 'failed' | 'done') =>
  sampleTask({
    id: 'task-first',
    subject: {
      kind: 'buildAndRun',
      tag: 'llm-api:latest',
      phase,
      buildTaskId: 'task-build',
      containerId: phase === 'building' ? null : sampleId(1),
      containerName: phase === 'building' ? null : 'llm-api',
      hostPort: phase === 'building' ? null : 8000,
    },
    state,
    progress: { done: 4, total: 11 },
    failure: state === 'failed' ? buildFailure(5) : null,
    finishedAtMs: state === 'running' ? null : Date.now() - 2000,
  });

const containerLog = Array.from({ length: 400 }, (_, index) =>
  sampleLine({
    index,
    atMs: Date.now() - (400 - index) * 1000,
    stream: index % 23 === 0 ? 'stderr' : 'stdout',
    level: index % 23 === 0 ? 'warn' : 'info',
    text:
      index % 23 === 0
        ? '\u001b[33mWARNING\u001b[0m  slow answer: 1.2 s'
        : `\u001b[32mINFO\u001b[0m:     127.0.0.1:${40000 + index} - "POST /chat HTTP/1.1" 200 OK`,
  }),
);

const keptDetails = { dockerfile: sampleDockerfile, lastLines: { '5': ['Collecting fastapi', 'ERROR: no such file'] } };

/** Builds of earlier runs, the first of them from the cache. */
function earlierBuilds() {
  const day = 86_400_000;
  return Object.fromEntries(
    (['done', 'done', 'cancelled', 'failed'] as const).map((end, at) => {
      const build = sampleBuild(`task-e${at}`, end === 'done' ? 9 : 6, end);
      const startedAtMs = build.startedAtMs - (at + 1) * day;
      const shift = (ms: number | null) => (ms === null ? null : ms - (at + 1) * day);
      const steps = build.steps.map((step, index) => ({
        ...step,
        state: at === 1 && step.state === 'cached' ? ('done' as const) : step.state,
        startedAtMs: shift(step.startedAtMs),
        finishedAtMs: shift(step.finishedAtMs === null ? null : step.finishedAtMs + at * index * 700),
      }));
      const finishedAtMs = startedAtMs + 21_000 + at * 9_000;
      return [build.taskId, { ...build, startedAtMs, finishedAtMs, steps }];
    }),
  );
}

/** What the page can be looked at in. */
export const scenarios: Record<string, () => FakeStart> = {
  empty: () => ({}),
  full: () => ({
    containers: sampleContainers(),
    images: sampleImages(),
    tasks: sampleTasks(),
    builds: {
      'task-build': sampleBuild('task-build', 5, 'running'),
      'task-old': sampleBuild('task-old', 5, 'failed'),
      ...earlierBuilds(),
    },
    buildDetails: Object.fromEntries(['task-build', 'task-old'].map((id) => [id, keptDetails])),
    conversations: sampleConversations(),
    messages: sampleMessages(),
    lines: { 'task-build': sampleOutput(5), 'task-old': sampleOutput(5), [sampleId(1)]: containerLog },
    heldPorts: { 8002: 'python3' },
  }),
  noEngine: () => ({ engine: noEngine() }),
  lost: () => ({
    engine: lostEngine(),
    containers: sampleContainers(),
    images: sampleImages(),
    tasks: sampleTasks(),
    conversations: sampleConversations(),
  }),
  building: () => ({
    tasks: [firstRun('building', 'running'), sampleTask()],
    builds: { 'task-build': sampleBuild('task-build', 5, 'running') },
    lines: { 'task-build': sampleOutput(5) },
  }),
  buildFailed: () => ({
    tasks: [
      firstRun('building', 'failed'),
      sampleTask({ state: 'failed', failure: buildFailure(5), finishedAtMs: Date.now() - 2000 }),
    ],
    builds: { 'task-build': sampleBuild('task-build', 5, 'failed') },
    lines: { 'task-build': sampleOutput(5) },
  }),
  buildkit: () => ({
    images: sampleImages(),
    tasks: [sampleTask({ startedAtMs: Date.now() - 42_000, progress: { done: 5, total: 10 } })],
    builds: { 'task-build': sampleBuildkit('task-build') },
    lines: { 'task-build': sampleOutput(5) },
  }),
  transfers: () => ({
    images: sampleImages(),
    tasks: sampleTransfers(),
    settings: { baseImage: 'wharf/python-base:3.11' },
    lines: { 'task-pull': sampleOutput(5) },
  }),
  mirror: () => ({ images: sampleImages(), settings: { registryMirror: 'mirror.example.internal:5000' } }),
  ready: () => ({
    containers: [sampleContainer()],
    images: [sampleImage({ usedBy: ['llm-api'] })],
    tasks: [firstRun('done', 'done')],
    builds: { 'task-build': sampleBuild('task-build', 9, 'done') },
    lines: { 'task-build': sampleOutput(9) },
  }),
};
