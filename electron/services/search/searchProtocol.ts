import type { LineQuery } from '../../contract/lines';
import type { SegmentPart } from '../spool/segment';

/** What the worker is asked. */
export interface SearchQuestion {
  id: number;
  query: LineQuery;
  parts: SegmentPart[];
  /** One 32-bit number; anything but 0 stops the search at the next chunk. */
  cancelled: SharedArrayBuffer;
}

/** What the worker says: that it goes on, or how one question ended. Question 0 is none: it is loaded. */
export type SearchAnswer =
  | { id: number; kind: 'alive' }
  | { id: number; kind: 'found'; hits: Float64Array }
  | { id: number; kind: 'failed'; message: string };
