import type { ModelLayer } from '../../contract/modelTasks';
import type { TaskSubject } from '../../contract/tasks';
import type { StreamLine } from './client';

type Phase = Extract<TaskSubject, { kind: 'pullModel' }>['phase'];

/** A pull as far as Ollama has told, layers in the order in which it came to them. */
export interface ModelPullProgress {
  phase: Phase;
  layers: ModelLayer[];
}

export const emptyModelPull: ModelPullProgress = { phase: 'asking', layers: [] };

/**
 * The pull after one line of its stream; the same object where the line changes nothing. Pure. Bytes of a layer fall where
 * Ollama throws a damaged part away and begins it again (https://github.com/ollama/ollama, server/download.go).
 */
export function reduceModelPull(pull: ModelPullProgress, line: StreamLine): ModelPullProgress {
  const { status, digest, total, completed } = line;
  if (digest !== null) return withLayer(pull, digest.replace(/^sha256:/, '').slice(0, 12), completed ?? 0, total);
  if (status === null || status === 'pulling manifest') return pull;
  if (status === 'success') return { phase: 'done', layers: pull.layers.map(there) };
  if (status.startsWith('verifying')) return { phase: 'verifying', layers: pull.layers.map(there) };
  if (status.startsWith('writing')) return { phase: 'writing', layers: pull.layers.map(there) };
  return pull;
}

function withLayer(pull: ModelPullProgress, id: string, bytes: number, totalBytes: number | null): ModelPullProgress {
  const before = pull.layers.find((layer) => layer.id === id);
  const isWhole = totalBytes !== null && totalBytes > 0 && bytes >= totalBytes;
  // A layer that is whole the first time it is named moved no bytes: Ollama tells of a small one the same way.
  const state = before?.state === 'present' || (!before && isWhole) ? 'present' : isWhole ? 'done' : 'downloading';
  const layer: ModelLayer = { id, state, bytes, totalBytes: totalBytes ?? before?.totalBytes ?? null };
  if (before && same(before, layer) && pull.phase === 'downloading') return pull;
  const layers = before ? pull.layers.map((one) => (one === before ? layer : one)) : [...pull.layers, layer];
  return { phase: 'downloading', layers };
}

const same = (one: ModelLayer, other: ModelLayer) =>
  one.state === other.state && one.bytes === other.bytes && one.totalBytes === other.totalBytes;

function there(layer: ModelLayer): ModelLayer {
  return layer.state === 'present' ? layer : { ...layer, state: 'done', bytes: layer.totalBytes ?? layer.bytes };
}

/** Bytes that move in this pull, of how many as far as is known; null before the first size is known. What was there is not counted. */
export function movedBytes({ layers }: ModelPullProgress): { done: number; total: number | null } {
  const moved = layers.filter(({ state, totalBytes }) => state !== 'present' && totalBytes !== null);
  return {
    done: moved.reduce((sum, { bytes }) => sum + bytes, 0),
    total: moved.length === 0 ? null : moved.reduce((sum, { totalBytes }) => sum + (totalBytes ?? 0), 0),
  };
}
