import type { BuildStep } from '../../../electron/contract/builds';
import { useText } from '../../lib/i18n';
import { icons } from '../../ui/icons';
import { buildTexts } from './locale';
import styles from './StepIcon.module.css';

const stepIcons = {
  waiting: icons.waiting,
  running: icons.starting,
  done: icons.running,
  cached: icons.cached,
  failed: icons.failed,
  cancelled: icons.cancel,
} as const;

/** A step's state as a symbol, with its word for screen readers. */
export function StepIcon({ state, size = 15 }: { state: BuildStep['state']; size?: number }) {
  const t = useText(buildTexts);
  const Symbol = stepIcons[state];
  return (
    <>
      <Symbol size={size} stroke={1.9} className={styles.icon} data-state={state} aria-hidden />
      <span className="hiddenVisually">{t(`step.${state}`)}</span>
    </>
  );
}
