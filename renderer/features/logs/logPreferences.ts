import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** How a time stamp is shown. */
export type Timestamps = 'off' | 'relative' | 'absolute';

interface LogPreferences {
  wrap: boolean;
  timestamps: Timestamps;
  setWrap: (wrap: boolean) => void;
  setTimestamps: (timestamps: Timestamps) => void;
}

/** How this window shows logs, kept for next time. */
export const useLogPreferences = create<LogPreferences>()(
  persist(
    (set) => ({
      wrap: false,
      timestamps: 'absolute',
      setWrap: (wrap) => set({ wrap }),
      setTimestamps: (timestamps) => set({ timestamps }),
    }),
    { name: 'wharf.logs' },
  ),
);
