import type { Containers } from './containers';
import type { EngineLink } from './engine';

/** What a container's log is read from, and what tells that a stopped container runs again. */
export interface LogSource {
  engineLink: Pick<EngineLink, 'current' | 'check'>;
  containers: Pick<Containers, 'watch' | 'table'>;
  /** Writes an unexpected error down and answers the id that finds it in the app log. */
  logDefect: (error: unknown) => string;
}
