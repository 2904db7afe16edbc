import type { BuildState } from '../../../electron/contract/builds';
import type { Tone } from '../../ui/Status';

/** The tone that a build's state is shown in. */
export const buildTones: Record<BuildState['state'], Tone> = {
  packing: 'busy',
  running: 'busy',
  done: 'good',
  failed: 'bad',
  interrupted: 'bad',
  cancelled: 'idle',
};

/** Whether a build has ended, one way or another. */
export const isOver = ({ state }: Pick<BuildState, 'state'>) => state !== 'packing' && state !== 'running';
