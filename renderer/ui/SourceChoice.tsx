import { useId } from 'react';
import styles from './SourceChoice.module.css';

interface SourceChoiceProps {
  name: string;
  why: string;
  checked: boolean;
  disabled?: boolean;
  onChoose: () => void;
}

/** One of the things that can be built, with what it is. */
export function SourceChoice({ name, why, checked, disabled, onChoose }: SourceChoiceProps) {
  const id = useId();
  return (
    <label className={styles.source}>
      <input
        type="radio"
        name="source"
        className={styles.radio}
        checked={checked}
        disabled={disabled}
        onChange={onChoose}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-why`}
      />
      <span id={`${id}-name`} className={styles.name}>
        {name}
      </span>
      <span id={`${id}-why`} className={styles.why}>
        {why}
      </span>
    </label>
  );
}
