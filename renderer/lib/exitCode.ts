import type { Container } from '../../electron/contract/containers';
import { type Language, translate } from './i18n';
import { exitCodeTexts } from './locales/exitCodes';

const known = {
  0: 'ok',
  125: 'engine',
  126: 'notExecutable',
  127: 'notFound',
  130: 'interrupted',
  134: 'aborted',
  137: 'killed',
  139: 'crashed',
  143: 'terminated',
} as const;

/**
 * An exit code in plain words.
 * @param outOfMemory the engine's own word that the kernel's memory limit killed it; without it 137 is any SIGKILL
 */
export function exitWords(exitCode: number, outOfMemory: boolean, language: Language): string {
  const t = translate(exitCodeTexts, language);
  if (outOfMemory) return t('outOfMemory');
  if (exitCode in known) return t(known[exitCode as keyof typeof known]);
  if (exitCode > 128 && exitCode <= 128 + 64) return t('signal', { signal: exitCode - 128, code: exitCode });
  return t('failed', { code: exitCode });
}

/** Why a container's process could not even be started, in plain words. */
export function startProblemWords(problem: NonNullable<Container['startProblem']>, language: Language): string {
  const t = translate(exitCodeTexts, language);
  return t(problem === 'other' ? 'couldNotStart' : problem);
}
