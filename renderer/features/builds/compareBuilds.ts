import type { BuildState, BuildStep } from '../../../electron/contract/builds';
import { stepMs } from './stepTimes';

/** One step in two builds; null where a build has none like it. */
export interface ComparedStep {
  /** As the builder prints it, without its number. Untrusted. */
  text: string;
  before: BuildStep | null;
  after: BuildStep | null;
  /** ms that it took longer after than before; null where one of them has no time of its own. */
  differenceMs: number | null;
}

/** What makes two steps the same one: their words and stage, not their number, which changes with every line added. */
function keyOf({ instruction }: BuildStep): string {
  return instruction
    .replace(/\s+/g, ' ')
    .replace(/^\[(?:(\S+) )?\d+\/\d+\] /, (_whole, stage) => (stage === undefined ? '' : `[${stage}] `))
    .replace(/@sha256:[0-9a-f]+/, '')
    .trim();
}

/**
 * The steps of two builds beside each other, in the order of the later one; those that only the earlier one has follow what
 * stood before them.
 */
export function compareBuilds(before: BuildState, after: BuildState): ComparedStep[] {
  const left = before.steps.map((step) => ({ step, key: keyOf(step) }));
  const rows: ComparedStep[] = [];
  for (const step of after.steps) {
    const key = keyOf(step);
    const at = left.findIndex((candidate) => candidate.key === key);
    const [found] = at === -1 ? [] : left.splice(at, 1);
    rows.push(rowOf(key, found?.step ?? null, step));
  }
  for (const { step, key } of left) {
    const place = before.steps.indexOf(step);
    const previous = before.steps[place - 1];
    const at = previous === undefined ? -1 : rows.findIndex((row) => row.before === previous);
    rows.splice(at + 1, 0, rowOf(key, step, null));
  }
  return rows;
}

function rowOf(text: string, before: BuildStep | null, after: BuildStep | null): ComparedStep {
  const [beforeMs, afterMs] = [before, after].map((step) => step && timeOf(step));
  return { text, before, after, differenceMs: beforeMs == null || afterMs == null ? null : afterMs - beforeMs };
}

/** A step from the cache took no time. */
function timeOf(step: BuildStep): number | null {
  return step.state === 'cached' ? 0 : step.finishedAtMs === null ? null : stepMs(step, step.finishedAtMs);
}
