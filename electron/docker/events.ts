import type Dockerode from 'dockerode';
import type { EngineEvent } from './engine';
import { ndjson } from './ndjson';
import { openStream } from './request';
import { readStream } from './stream';
import { type FailureContext, toFailure } from './toFailure';

/** An engine that is silent for this long has not accepted the question; answers come at once otherwise. */
const openTimeoutMs = 10_000;

/** Podman's words for what Docker calls otherwise. */
const containerWords: Record<string, string> = { died: 'die', remove: 'destroy', init: 'create' };
const imageWords: Record<string, string> = { remove: 'delete' };

const subjects = ['container', 'image', 'network', 'volume'] as const;

/** The engine's event stream, normalised; see `Engine.events`. */
export async function* engineEvents(
  docker: Dockerode,
  context: FailureContext,
  signal: AbortSignal,
  onOpen: () => void,
): AsyncGenerator<EngineEvent, void, void> {
  try {
    const stream = await openStream(docker, {
      method: 'GET',
      path: '/events',
      timeoutMs: openTimeoutMs,
      signal,
      context,
    });
    onOpen();
    for await (const raw of ndjson(readStream(stream, signal))) {
      const event = normalizeEvent(raw);
      if (event) yield event;
    }
  } catch (error) {
    if (!signal.aborted) throw toFailure(error, context);
  }
}

/**
 * One event of `GET /events` in our shape; null for what is none. Docker below 1.52 has `status` and `id` at the top,
 * later ones only `Type`, `Action` and `Actor.ID`; `exec_create: sh` and `health_status: healthy` lose what follows.
 *
 * https://docs.docker.com/reference/api/engine/version-history/ (1.52), https://docs.podman.io (podman events)
 */
export function normalizeEvent(raw: unknown): EngineEvent | null {
  if (raw === null || typeof raw !== 'object') return null;
  const event = raw as Record<string, unknown>;
  const actor = (typeof event.Actor === 'object' && event.Actor !== null ? event.Actor : {}) as Record<string, unknown>;
  const fullAction = text(event.Action) || text(event.status);
  const id = text(actor.ID) || text(event.id);
  if (fullAction === '' || id === '') return null;

  const type = text(event.Type) || 'container';
  const subject = subjects.find((known) => known === type) ?? 'other';
  const word = fullAction.split(':', 1)[0]?.trim() ?? fullAction;
  const words = subject === 'container' ? containerWords : subject === 'image' ? imageWords : {};
  return { subject, action: words[word] ?? word, id, atMs: atMs(event) };
}

function atMs(event: Record<string, unknown>): number {
  if (typeof event.timeNano === 'number' && event.timeNano > 0) return Math.floor(event.timeNano / 1e6);
  return typeof event.time === 'number' ? event.time * 1000 : 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
