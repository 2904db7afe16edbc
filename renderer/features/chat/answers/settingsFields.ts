import type { Parameters } from '../../../../electron/contract/answers';

/** Names of the parameters that are one number. */
type NumberName = Exclude<keyof Parameters, 'stop'>;

/** How a number is entered: its range in the contract, its step, and a usual value to begin from. */
export interface NumberField {
  name: NumberName;
  min: number;
  max: number;
  step: number;
  usual: number;
}

/** Those that people change first, and the rest. */
export const numberFields: readonly NumberField[] = [
  { name: 'temperature', min: 0, max: 2, step: 0.1, usual: 0.7 },
  { name: 'maxTokens', min: 1, max: 1_000_000, step: 128, usual: 512 },
  { name: 'contextTokens', min: 256, max: 1_000_000, step: 1024, usual: 8192 },
  { name: 'topP', min: 0, max: 1, step: 0.05, usual: 0.9 },
  { name: 'topK', min: 1, max: 1000, step: 5, usual: 40 },
  { name: 'minP', min: 0, max: 1, step: 0.01, usual: 0.05 },
  { name: 'seed', min: 0, max: 2 ** 31 - 1, step: 1, usual: 1 },
  { name: 'repeatPenalty', min: 0, max: 2, step: 0.05, usual: 1.1 },
  { name: 'presencePenalty', min: -2, max: 2, step: 0.1, usual: 0 },
  { name: 'frequencyPenalty', min: -2, max: 2, step: 0.1, usual: 0 },
];

/** Whether a number may be sent; integers where the API wants them. */
export function isInRange({ name, min, max }: NumberField, value: number): boolean {
  const isWhole = Number.isInteger(value);
  const wantsWhole = ['maxTokens', 'contextTokens', 'topK', 'seed'].includes(name);
  return value >= min && value <= max && (isWhole || !wantsWhole);
}

/** Lines of a text as stop texts: four at most, none empty; undefined where there is none. */
export function stopTexts(lines: string): string[] | undefined {
  const texts = lines
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, 4)
    .map((line) => line.slice(0, 200));
  return texts.length === 0 ? undefined : texts;
}

/** Parameters without those that are undefined. */
export function given(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)) as Parameters;
}
