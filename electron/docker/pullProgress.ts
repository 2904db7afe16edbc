import type { PullLayer } from '../contract/imageTransfers';

/** A pull as far as the engine has told, in the order in which it named the layers. */
export interface PullProgress {
  layers: PullLayer[];
  /** The engine said that the image is there (`Status: ...`). Podman never does. */
  isComplete: boolean;
}

export const emptyPull: PullProgress = { layers: [], isComplete: false };

/** The engine's words for what a layer does, which are all it has: https://github.com/moby/moby, distribution/pull_v2.go */
const states: Record<string, PullLayer['state']> = {
  'Pulling fs layer': 'waiting',
  Waiting: 'waiting',
  Downloading: 'downloading',
  'Verifying Checksum': 'verifying',
  'Download complete': 'downloaded',
  Extracting: 'extracting',
  'Pull complete': 'done',
  'Already exists': 'present',
};

/**
 * The pull after one JSON line of its stream; the same object where the line changes nothing. Pure.
 * Bytes never fall: "Extracting" counts the same layer a second time, and that is not a download.
 */
export function reducePull(pull: PullProgress, line: unknown): PullProgress {
  if (typeof line !== 'object' || line === null) return pull;
  const { status, id, progressDetail } = line as Record<string, unknown>;
  if (typeof status !== 'string') return pull;
  if (id === undefined && status.startsWith('Status: ')) return { ...pull, isComplete: true };
  const state = /^Retrying in \d+ second/.test(status) ? 'retrying' : states[status];
  // Lines with an id and other words name the tag, not a layer.
  if (state === undefined || typeof id !== 'string') return pull;
  const before = pull.layers.find((layer) => layer.id === id);
  const layer = layerAfter(before ?? { id, state, bytes: 0, totalBytes: null }, state, progressDetail);
  if (before === undefined) return { ...pull, layers: [...pull.layers, layer] };
  return { ...pull, layers: pull.layers.map((one) => (one === before ? layer : one)) };
}

/** How many bytes were downloaded, of how many as far as is known; null before the first size is known. */
export function pulledBytes({ layers }: PullProgress): { done: number; total: number | null } {
  const known = layers.filter(({ totalBytes }) => totalBytes !== null);
  return {
    done: layers.reduce((sum, { bytes }) => sum + bytes, 0),
    total: known.length === 0 ? null : known.reduce((sum, { totalBytes }) => sum + (totalBytes ?? 0), 0),
  };
}

/** Layers that are there, and all that were named. */
export function pulledLayers({ layers }: PullProgress): { done: number; total: number } {
  return { done: layers.filter(({ state }) => state === 'done' || state === 'present').length, total: layers.length };
}

function layerAfter(layer: PullLayer, state: PullLayer['state'], detail: unknown): PullLayer {
  const { current, total } = (typeof detail === 'object' && detail !== null ? detail : {}) as Record<string, unknown>;
  const isDownload = state === 'downloading';
  const totalBytes = isDownload && isCount(total) && total > 0 ? total : layer.totalBytes;
  const told = isDownload && isCount(current) ? current : layer.bytes;
  const isOver = state === 'verifying' || state === 'downloaded' || state === 'extracting' || state === 'done';
  const bytes = isOver ? (totalBytes ?? told) : Math.max(layer.bytes, told);
  return { ...layer, state, bytes, totalBytes };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
