import styles from './FieldProblem.module.css';

/** What is wrong with a field, and the one click that puts it right. */
export function FieldProblem({ words, remedy, onRemedy }: { words: string; remedy?: string; onRemedy?: () => void }) {
  return (
    <span className={styles.problem} role="alert">
      <span>{words}</span>
      {remedy !== undefined && (
        <button type="button" className={styles.remedy} onClick={onRemedy}>
          {remedy}
        </button>
      )}
    </span>
  );
}
