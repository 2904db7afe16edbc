import type { AnswerNumbers, Parameters } from '../../../../electron/contract/answers';

/** Tokens per second after the first one came, by the service's own clock where it tells; null where it told too little. */
export function tokenRate(numbers: AnswerNumbers): number | null {
  const { completionTokens, totalMs, firstTokenMs, generateMs } = numbers;
  if (completionTokens === null || completionTokens < 2) return null;
  const spentMs = generateMs ?? (totalMs === null ? null : totalMs - (firstTokenMs ?? 0));
  if (spentMs === null || spentMs < 50) return null;
  const rate = (completionTokens * 1000) / spentMs;
  return rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate);
}

/** How full the context is from here on. */
const nearlyFull = 0.85;

/** Tokens of the context that a conversation takes after an answer; null where nobody told. */
export interface ContextUse {
  used: number;
  limit: number;
  /** Of 1; more than 1 where the service shifted it. */
  share: number;
  state: 'fine' | 'nearlyFull' | 'overflowed';
}

/** What an answer left of the context: the next prompt holds this one and its answer. */
export function contextUse(numbers: AnswerNumbers | null): ContextUse | null {
  if (!numbers || numbers.contextTokens == null || numbers.promptTokens === null) return null;
  const used = numbers.promptTokens + (numbers.completionTokens ?? 0);
  const share = used / numbers.contextTokens;
  const state = numbers.overflowed ? 'overflowed' : share >= nearlyFull ? 'nearlyFull' : 'fine';
  return { used, limit: numbers.contextTokens, share, state };
}

/** `temperature 0.2, seed 7`: parameters as they are named in requests, for a narrow place; empty where none is set. */
export function parametersLine(parameters: Parameters | undefined): string {
  return Object.entries(parameters ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? JSON.stringify(value) : value}`)
    .join(', ');
}
