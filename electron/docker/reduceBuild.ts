import type { BuildRequest, BuildState, BuildStep } from '../contract/builds';
import type { FailureValue } from '../contract/failures';
import type { BuildEvent } from './build';
import { baseImages, type DockerfileInstruction, imageOfFrom, lineOfStep } from './dockerfile';
import { isDiskFull } from './toFailure';

/** A build as it stands, with what the next change needs to know. */
export interface BuildRecord {
  state: BuildState;
  dockerfile: readonly DockerfileInstruction[];
  buildArguments: Readonly<Record<string, string>>;
  /** The last output lines of each step by its id, under the empty text those that belong to none. */
  lastLines: Readonly<Record<string, readonly string[]>>;
}

/** What changes a build: the builder's events, and our own. */
export type BuildChange =
  | Exclude<BuildEvent, { type: 'output' }>
  | { type: 'output'; id: string | null; texts: readonly string[] }
  | {
      type: 'packed';
      fileCount: number;
      sizeBytes: number;
      dockerfileHash: string;
      dockerfile: DockerfileInstruction[];
    }
  | { type: 'sent'; sentBytes: number; isSending: boolean }
  | { type: 'gaveUp'; failure: FailureValue; atMs: number };

/** Output lines of a step that are remembered beside the spool, and their UTF-16 units at most. */
export const rememberedLines = 20;
const rememberedLength = 2000;

/** What is known of a build before anything happened. */
export interface AskedBuild {
  taskId: string;
  request: BuildRequest;
  command: string;
  builder: BuildState['builder'];
  /** Those that the builder gets, besides secret ones. */
  buildArguments: Readonly<Record<string, string>>;
  startedAtMs: number;
}

/** A build that has only been asked for. */
export function newBuild({ buildArguments, ...asked }: AskedBuild): BuildRecord {
  return {
    state: {
      ...asked,
      tag: asked.request.tag,
      state: 'packing',
      finishedAtMs: null,
      totalSteps: 0,
      steps: [],
      context: null,
      dockerfileHash: null,
      baseImages: [],
      imageId: null,
      failure: null,
    },
    dockerfile: [],
    buildArguments,
    lastLines: {},
  };
}

/** The build after a change. Pure. `done` only after the engine named the image and the stream ended well. */
export function reduceBuild(record: BuildRecord, change: BuildChange): BuildRecord {
  const { state } = record;
  if (isOver(state)) return record;
  switch (change.type) {
    case 'packed':
      return {
        ...withState(record, {
          context: { fileCount: change.fileCount, sizeBytes: change.sizeBytes, sentBytes: 0 },
          dockerfileHash: change.dockerfileHash,
          baseImages: baseImages(change.dockerfile, record.buildArguments),
        }),
        dockerfile: change.dockerfile,
      };
    case 'sent':
      return withState(record, {
        context: state.context && { ...state.context, sentBytes: change.sentBytes, isSending: change.isSending },
      });
    case 'builder':
      return withState(record, { builder: change.builder, state: 'running' });
    case 'step':
      return withState(record, {
        totalSteps: Math.max(state.totalSteps, change.total),
        steps: [...state.steps, newStep(record, change)],
        // Each stage of a classic build names its image: a step that follows makes it a stage's, not the build's. BuildKit
        // names one, and under load tells of a step that was over before only after it.
        imageId: state.builder === 'classic' ? null : state.imageId,
      });
    case 'stepState':
      return withState(record, { steps: changeStep(state.steps, change.id, (step) => enter(step, change)) });
    case 'output': {
      const id = change.id ?? '';
      const texts = change.texts.slice(-rememberedLines).map((text) => text.slice(0, rememberedLength));
      const lines = [...(record.lastLines[id] ?? []), ...texts].slice(-rememberedLines);
      const remembered = { ...record, lastLines: { ...record.lastLines, [id]: lines } };
      if (state.steps.find((step) => step.id === id)?.hasOutput !== false) return remembered;
      return withState(remembered, { steps: changeStep(state.steps, id, (step) => ({ ...step, hasOutput: true })) });
    }
    case 'image':
      return withState(record, { imageId: change.imageId });
    case 'failed':
      return over(record, 'failed', failureOf(record, change.message), change.atMs);
    case 'ended':
      return change.complete && state.imageId !== null
        ? over(record, 'done', null, change.atMs)
        : over(record, 'interrupted', interrupted(record), change.atMs);
    case 'gaveUp':
      return over(record, stateOfFailure(change.failure), change.failure, change.atMs);
  }
}

function isOver(state: BuildState): boolean {
  return state.state !== 'packing' && state.state !== 'running';
}

function stateOfFailure(failure: FailureValue): BuildState['state'] {
  if (failure.code === 'CANCELLED') return 'cancelled';
  return failure.code === 'APP_CLOSED' ? 'interrupted' : 'failed';
}

function withState(record: BuildRecord, change: Partial<BuildState>): BuildRecord {
  return { ...record, state: { ...record.state, ...change } };
}

function newStep(record: BuildRecord, change: { id: string; index: number; instruction: string }): BuildStep {
  return {
    id: change.id,
    instruction: change.instruction,
    line: lineOfStep(record.dockerfile, change.instruction, change.index),
    state: 'waiting',
    startedAtMs: null,
    finishedAtMs: null,
    hasOutput: false,
  };
}

function changeStep(steps: BuildStep[], id: string, change: (step: BuildStep) => BuildStep): BuildStep[] {
  return steps.map((step) => (step.id === id ? change(step) : step));
}

function enter(step: BuildStep, change: { state: BuildStep['state']; atMs: number }): BuildStep {
  const { state, atMs } = change;
  if (state === 'running') return { ...step, state, startedAtMs: step.startedAtMs ?? atMs, finishedAtMs: null };
  return { ...step, state, startedAtMs: step.startedAtMs ?? atMs, finishedAtMs: atMs };
}

function over(
  record: BuildRecord,
  state: BuildState['state'],
  failure: FailureValue | null,
  atMs: number,
): BuildRecord {
  const left = state === 'done' ? 'done' : 'cancelled';
  const steps = record.state.steps.map((step) =>
    step.state === 'running' ? { ...step, state: left as BuildStep['state'], finishedAtMs: atMs } : step,
  );
  const imageId = state === 'done' ? record.state.imageId : null;
  return withState(record, { state, failure, steps, imageId, finishedAtMs: atMs });
}

/** Position of a step as the builder counts: `[builder 2/4] RUN` is 2 of 4, otherwise its place among all steps. */
function position(state: BuildState, at: number): { step: number; total: number } {
  const counted = /^\[(?:.+ )?(\d+)\/(\d+)\] /.exec(state.steps[at]?.instruction ?? '');
  return counted
    ? { step: Number(counted[1]), total: Number(counted[2]) }
    : { step: at + 1, total: Math.max(state.totalSteps, state.steps.length) };
}

/** A step's own last lines; where it wrote none, those of no step or of the last step that wrote. */
function lastLines({ lastLines: known, state }: BuildRecord, id: string | null): string[] {
  const writer = [...state.steps].reverse().find((step) => step.hasOutput);
  return [...(known[id ?? ''] ?? known[''] ?? known[writer?.id ?? ''] ?? [])];
}

function interrupted(record: BuildRecord): FailureValue {
  const { state } = record;
  const running = state.steps.findIndex((step) => step.state === 'running');
  const at = running === -1 ? state.steps.length - 1 : running;
  return {
    code: 'BUILD_INTERRUPTED',
    details: { ...position(state, at), lastLines: lastLines(record, state.steps[at]?.id ?? null) },
  };
}

function failureOf(record: BuildRecord, message: string): FailureValue {
  const { state } = record;
  if (isDiskFull(message)) return { code: 'DISK_FULL', details: { message } };
  const at = state.steps.findIndex((step) => step.state === 'failed');
  const step = state.steps[at];
  const image = step ? baseImageOf(record, step.instruction) : null;
  if (image !== null) return baseImageFailure(image, message);
  const parsed = /dockerfile parse error(?: on)? line (\d+)/i.exec(message)?.[1];
  return {
    code: 'BUILD_FAILED',
    details: {
      ...position(state, at),
      instruction: step?.instruction ?? '',
      line: step?.line ?? (parsed === undefined ? null : Number(parsed)),
      message,
      lastLines: lastLines(record, step?.id ?? null),
    },
  };
}

/** The base image that a step is about, or null where it is about something else. */
function baseImageOf(record: BuildRecord, instruction: string): string | null {
  const metadata = /^\[internal\] load metadata for (\S+)/.exec(instruction)?.[1];
  if (metadata !== undefined) return familiar(metadata);
  const from = /^(?:\[(?:.+ )?\d+\/\d+\] )?FROM\s+(.+)$/i.exec(instruction)?.[1];
  return from === undefined ? null : familiar(imageOfFrom(record.dockerfile, from, record.buildArguments));
}

/** Without the parts that Docker adds to short names. */
function familiar(reference: string): string {
  return reference.replace(/^docker\.io\/(library\/)?/, '').replace(/@sha256:[0-9a-f]{64}$/, '');
}

/**
 * Why a base image cannot be had: the registry says that there is none (IMAGE_MISSING), or nothing gave it
 * (BASE_IMAGE_UNREACHABLE). The engine tells the difference in its text only.
 * @param message the engine's text
 */
function baseImageFailure(image: string, message: string): FailureValue {
  const unknown = /manifest unknown|pull access denied|repository does not exist|: not found$/i.test(message);
  return unknown
    ? { code: 'IMAGE_MISSING', details: { image } }
    : { code: 'BASE_IMAGE_UNREACHABLE', details: { image, message } };
}
