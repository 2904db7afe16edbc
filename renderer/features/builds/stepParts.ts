import type { BuildStep } from '../../../electron/contract/builds';

/** A step's instruction taken apart for showing. */
export interface StepParts {
  /** `2/4`; empty for what the builder does before and after the Dockerfile. */
  number: string;
  /** The stage of a build of several stages that BuildKit names; null for none. */
  stage: string | null;
  text: string;
  /** Not an instruction of the Dockerfile: loading and exporting. */
  isBuilders: boolean;
}

/**
 * The number, stage and words of a step. BuildKit prefixes them (`[builder 2/4] RUN ...`, `[internal] load ...`), the
 * classic builder counts.
 * @param index place among the steps, from 0
 * @param total all steps, as far as known
 */
export function stepParts(step: BuildStep, builder: 'classic' | 'buildkit', index: number, total: number): StepParts {
  const text = step.instruction.replace(/\s+/g, ' ').trim();
  if (builder === 'classic') return { number: `${index + 1}/${total}`, stage: null, text, isBuilders: false };
  const counted = /^\[(?:(\S+) )?(\d+\/\d+)\] (.*)$/.exec(text);
  if (counted) {
    return { number: counted[2] ?? '', stage: counted[1] ?? null, text: counted[3] ?? '', isBuilders: false };
  }
  return { number: '', stage: null, text: text.replace(/^\[internal\] /, ''), isBuilders: true };
}
