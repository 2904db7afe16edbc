import type { Provenance } from '../../contract/answers';
import type { Container } from '../../contract/containers';
import type { ChatTarget, ModelSource, OfferedModel } from '../../contract/targets';
import { delay } from '../delay';
import type { Server } from './askServer';
import { bundledDialect, type Dialect, ollamaDialect, openaiDialect } from './dialect';
import type { Endpoints } from './endpoints';
import { findContainer } from './findContainer';
import { contextInForce, offeredModels } from './models';
import { AnswerQueue } from './queue';
import type { RequestLog } from './requestLog';

/** Answers at a time of a container: as many as the bundled image generates at once (its MAX_GENERATIONS). */
const answersAtOnceOfContainer = 4;

/** How long the table of containers may take to tell what became of one whose connection ended, and how often it is read. */
const fatePatienceMs = 1_500;
const fateEveryMs = 25;
/** A container that stopped may be on its way up again. */
const restartPatienceMs = 700;

/** How long what a container says of a model is taken for true. */
const contextAgeMs = 5 * 60_000;

/** Who answers, found: where to ask and in which words. */
export interface Answerer {
  server: Server;
  dialect: Dialect;
  model: string | null;
  /** The container as it stood when it was asked; null for an endpoint. */
  container: Container | null;
  origin: Pick<Provenance, 'containerId' | 'containerName' | 'image' | 'imageId' | 'endpoint'>;
}

export interface AnsweringOptions {
  /** The containers as last known. */
  containers: { table(): readonly Container[] };
  endpoints: Endpoints;
  requests: RequestLog;
  /** The key that a container's service wants, from its environment; null where it wants none. */
  serviceKey(containerId: string): Promise<string | null>;
}

/** What all answers share: who can be asked, the lines in front of them, and the requests as they went. */
export class Answering {
  readonly queue = new AnswerQueue();
  readonly requests: RequestLog;
  private readonly contexts = new Map<string, { tokens: number | null; atMs: number }>();

  constructor(private readonly options: AnsweringOptions) {
    this.requests = options.requests;
  }

  /** The line of a target, and how many of it are asked at a time. */
  async lineOf(target: ChatTarget): Promise<{ line: string; limit: number }> {
    if (target.kind === 'container') return { line: `container:${target.name}`, limit: answersAtOnceOfContainer };
    const { endpoint } = await this.options.endpoints.get(target.endpointId, target.name);
    return { line: `endpoint:${endpoint.id}`, limit: endpoint.answersAtOnce };
  }

  /**
   * Finds who answers now.
   * @throws Failure CHAT_TARGET_UNREACHABLE, ENDPOINT_MISSING, STORAGE_FAILED
   */
  async find(target: ChatTarget): Promise<Answerer> {
    const model = target.model ?? null;
    if (target.kind === 'container') {
      const { container, baseUrl } = findContainer(this.options.containers.table(), target);
      const key = await this.options.serviceKey(container.id);
      return {
        server: { name: container.name, kind: 'ollama', baseUrl, key, allowLinkLocal: false },
        dialect: bundledDialect,
        model,
        container,
        origin: {
          containerId: container.id,
          containerName: container.name,
          image: container.image,
          imageId: container.imageId,
          endpoint: null,
        },
      };
    }
    const { endpoint, key } = await this.options.endpoints.get(target.endpointId, target.name);
    const { id, name, kind, baseUrl, allowLinkLocal } = endpoint;
    return {
      server: { name, kind, baseUrl, key, allowLinkLocal },
      dialect: kind === 'ollama' ? ollamaDialect : openaiDialect,
      model,
      container: null,
      origin: {
        containerId: null,
        containerName: null,
        image: null,
        imageId: null,
        endpoint: { id, name, kind, baseUrl },
      },
    };
  }

  /** See `targets.models`. */
  async models(source: ModelSource): Promise<{ models: OfferedModel[] }> {
    const { server } = await this.find(
      source.kind === 'container' ? { ...source, name: '' } : { ...source, name: '', model: '-' },
    );
    return { models: await offeredModels(server) };
  }

  /** Names of the models that a server has; none where it does not tell. */
  async modelNames({ server }: Answerer): Promise<string[]> {
    const models = await offeredModels(server).catch(() => []);
    return models.map(({ name }) => name);
  }

  /** The context in force for `model`, in tokens; null where nobody tells. */
  async contextTokens({ server, container }: Answerer, model: string): Promise<number | null> {
    if (server.kind !== 'ollama') return null;
    const key = `${container?.id ?? server.baseUrl} ${model}`;
    const known = this.contexts.get(key);
    // A container's log should not fill with our questions.
    if (container && known && Date.now() - known.atMs < contextAgeMs) return known.tokens;
    const tokens = await contextInForce(server, model, container !== null);
    this.contexts.set(key, { tokens, atMs: Date.now() });
    return tokens;
  }

  /** What became of a container whose connection ended: null where it is still the same and runs. */
  async fateOf(container: Container): Promise<'stopped' | 'removed' | 'restarted' | null> {
    const began = performance.now();
    let stoppedAt: number | null = null;
    for (;;) {
      const now = performance.now();
      const row = this.options.containers.table().find(({ id }) => id === container.id);
      if (!row || row.state === 'removing') return 'removed';
      if (row.state === 'running' || row.state === 'paused') {
        if (stoppedAt !== null || startedAgain(container, row)) return 'restarted';
        if (now - began > fatePatienceMs) return null;
      } else {
        stoppedAt ??= now;
        if (now - stoppedAt > restartPatienceMs) return 'stopped';
      }
      await delay(fateEveryMs);
    }
  }
}

function startedAgain(before: Container, now: Container): boolean {
  if (now.restartCount > before.restartCount) return true;
  return before.startedAtMs !== null && now.startedAtMs !== null && now.startedAtMs > before.startedAtMs;
}
