import type { Ollama } from '../../electron/contract/models';

/** Whether an Ollama's models run on a machine that Wharf knows: in a container of its engine, or at a loopback address. */
export function computesHere({ containerId, baseUrl }: Pick<Ollama, 'containerId' | 'baseUrl'>): boolean {
  return containerId !== null || /^https?:\/\/(localhost|127\.|\[::1\])/.test(baseUrl ?? '');
}
