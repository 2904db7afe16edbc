import type { ButtonHTMLAttributes } from 'react';
import styles from './IconButton.module.css';
import type { Icon } from './icons';

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  icon: Icon;
  /** Its name, for people who do not see it and for those who hover. */
  label: string;
  /** A second line of the hover text, e.g. the docker command. */
  hint?: string;
  danger?: boolean;
}

/** A small square button with an icon. Plain, since table rows hold many of them. */
export function IconButton({ icon: Symbol, label, hint, danger, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${styles.button} ${className ?? ''}`}
      data-danger={danger || undefined}
      aria-label={label}
      title={hint === undefined ? label : `${label}\n${hint}`}
    >
      <Symbol size={16} stroke={1.75} aria-hidden />
    </button>
  );
}
