import { Button } from '@mantine/core';
import { useId } from 'react';
import { IconButton } from './IconButton';
import { icons } from './icons';
import styles from './PairRows.module.css';

export interface Pair {
  name: string;
  value: string;
}

interface PairRowsProps {
  value: Pair[];
  onChange: (value: Pair[]) => void;
  words: { group: string; name: string; value: string; add: string; remove: string };
  /** What is wrong with a row's name; null where nothing is. */
  problem: (pair: Pair, all: Pair[]) => string | null;
}

/** Names and values to type: environment variables, build arguments. */
export function PairRows({ value, onChange, words, problem }: PairRowsProps) {
  const id = useId();
  const change = (index: number, part: Partial<Pair>) =>
    onChange(value.map((pair, at) => (at === index ? { ...pair, ...part } : pair)));
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{words.group}</legend>
      {value.map((pair, index) => {
        const wrong = problem(pair, value);
        const problemId = `${id}-${index}`;
        return (
          // Rows have no identity of their own and are only added at the end.
          <div key={problemId} className={styles.row}>
            <input
              className={`mono ${styles.input}`}
              value={pair.name}
              placeholder={words.name}
              aria-label={`${words.name} ${index + 1}`}
              aria-invalid={wrong !== null || undefined}
              aria-describedby={wrong === null ? undefined : problemId}
              spellCheck={false}
              onChange={(event) => change(index, { name: event.target.value })}
            />
            <input
              className={`mono ${styles.input}`}
              value={pair.value}
              placeholder={words.value}
              aria-label={`${words.value} ${index + 1}`}
              spellCheck={false}
              onChange={(event) => change(index, { value: event.target.value })}
            />
            <IconButton
              icon={icons.close}
              label={`${words.remove} ${pair.name || index + 1}`}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            />
            {wrong !== null && (
              <div id={problemId} className={styles.problem}>
                {wrong}
              </div>
            )}
          </div>
        );
      })}
      <Button
        variant="default"
        leftSection={<icons.add size={14} aria-hidden />}
        onClick={() => onChange([...value, { name: '', value: '' }])}
      >
        {words.add}
      </Button>
    </fieldset>
  );
}
