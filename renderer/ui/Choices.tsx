import styles from './Choices.module.css';

interface ChoicesProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; word: string; count?: number }[];
  onChange: (value: T) => void;
}

/** One of a few, side by side: filters, tabs of a form. */
export function Choices<T extends string>({ label, value, choices, onChange }: ChoicesProps<T>) {
  return (
    <fieldset className={styles.choices}>
      <legend className="hiddenVisually">{label}</legend>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          className={styles.choice}
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.word}
          {choice.count !== undefined && <span className={styles.count}>{choice.count}</span>}
        </button>
      ))}
    </fieldset>
  );
}
