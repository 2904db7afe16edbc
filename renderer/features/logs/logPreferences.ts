import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** How a time stamp is shown. */
export type Timestamps = 'off' | 'relative' | 'absolute';

interface LogPreferences {
  wrap: boolean;
  timestamps: Timestamps;
  /** Entries of several lines (tracebacks) show their first line only. */
  fold: boolean;
  /** Fields of JSON lines that stand in columns. */
  fields: readonly string[];
  set: (change: Partial<Pick<LogPreferences, 'wrap' | 'timestamps' | 'fold' | 'fields'>>) => void;
}

/** How this window shows logs, kept for next time. */
export const useLogPreferences = create<LogPreferences>()(
  persist(
    (set) => ({
      wrap: false,
      timestamps: 'absolute',
      fold: false,
      fields: [],
      set: (change) => set(change),
    }),
    { name: 'wharf.logs' },
  ),
);
