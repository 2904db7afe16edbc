import { createHash } from 'node:crypto';
import type { Container } from '../../contract/containers';
import { ollamaPort } from '../../contract/ollamaContainer';
import { publishedUrl } from '../answers/findContainer';

/** A container that looks like an Ollama; whether it is one, only it can say. */
export interface OllamaInContainer {
  endpointId: string;
  name: string;
  containerId: string;
  /** Null where it cannot be reached from this machine, for `obstacle`. */
  baseUrl: string | null;
  obstacle: 'stopped' | 'noPort' | null;
}

/** The repository's last part is `ollama`, or begins or ends with it. */
const imageWords = /(^|[/_-])ollama([_-][^/]*)?$/;

/**
 * Containers in which an Ollama may run, whatever they are called: those that publish its port, or whose image is named
 * after it. Others are not asked: a question in HTTP is noise in a database's log.
 * @param rows the containers as last known
 */
export function ollamasInContainers(rows: readonly Container[]): OllamaInContainer[] {
  return rows
    .filter((row) => !row.servesApi && (publishesOllama(row) || imageWords.test(repositoryOf(row.image))))
    .map((row) => {
      const baseUrl = row.state === 'running' ? publishedUrl(row, ollamaPort) : null;
      return {
        endpointId: containerEndpointId(row.name),
        name: row.name,
        containerId: row.id,
        baseUrl,
        obstacle: row.state !== 'running' ? 'stopped' : baseUrl === null ? 'noPort' : null,
      } as const;
    });
}

/** The id of a container's Ollama: its name's, so that the next container of that name takes over. */
function containerEndpointId(name: string): string {
  const id = `container:${name}`;
  return id.length <= 200 ? id : `container:${createHash('sha256').update(name).digest('hex')}`;
}

function publishesOllama({ ports }: Container): boolean {
  return ports.some(({ containerPort, protocol }) => containerPort === ollamaPort && protocol === 'tcp');
}

/** `registry:5000/ollama/ollama:0.6@sha256:...` -> `registry:5000/ollama/ollama`. */
function repositoryOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}
