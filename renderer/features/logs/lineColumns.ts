import type { Timestamps } from './logPreferences';

/** What stands beside every line of a view, the same for all of them. */
export interface LineColumns {
  timestamps: Timestamps;
  levels: boolean;
  /** Names and colours of the containers of a merged log, by id; null where there is one container. */
  containers: ReadonlyMap<string, { name: string; color: string }> | null;
  /** Fields of JSON lines that stand in columns. */
  fields: readonly string[];
}
