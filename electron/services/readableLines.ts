import type { Line, LinesHead } from '../contract/lines';
import type { LiveValue } from './live';

/** Lines of any kind of source, as they are followed and read. */
export interface ReadableLines {
  readonly head: LiveValue<LinesHead>;
  /** The lines [fromIndex, toIndex) that are kept. */
  read(fromIndex: number, toIndex: number): Promise<Line[]>;
}

/** The head of a source without lines. */
export const emptyHead = (state: LinesHead['state']): LinesHead => ({
  firstIndex: 0,
  endIndex: 0,
  droppedCount: 0,
  olderCount: null,
  generation: 0,
  state,
  failure: null,
});
