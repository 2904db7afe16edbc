import type { Readable } from 'node:stream';
import * as z from 'zod';
import { isFailure } from '../../contract/failures';
import type { InstalledModel, LoadedModel, ModelDetails } from '../../contract/models';
import { askJson, askServer, notUnderstood, type Server } from '../answers/askServer';
import { beginning } from '../answers/httpStream';
import { parseJson, textLines } from '../answers/wire';
import { detailsOf } from './modelDetails';

/**
 * Ollama's own API (https://github.com/ollama/ollama, docs/api.md), a function an entry. All of them throw what `askServer`
 * throws. What Ollama says is checked here; text in it is still somebody else's.
 */

const word = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => text || null);
const count = z.number().nonnegative().nullish().catch(null);
const version = z.object({ version: z.string().min(1).max(100) });
const details = z.object({
  format: word,
  family: word,
  families: z.array(z.string()).nullish().catch(null),
  parameter_size: word,
  quantization_level: word,
});
const tags = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        digest: z.string().catch(''),
        size: count,
        modified_at: word,
        details: details.nullish().catch(null),
      }),
    )
    .nullable(),
});
const running = z.object({
  models: z
    .array(
      z.object({ name: word, model: word, size: count, size_vram: count, context_length: count, expires_at: word }),
    )
    .nullable(),
});

/** Beyond so many years a model's end is Ollama's "never": it adds 292 years for a negative keep_alive. */
const neverYears = 50;

/**
 * Which Ollama answers; null where something else does.
 * @param limitMs how long it may take
 */
export async function ollamaVersion(server: Server, limitMs: number): Promise<string | null> {
  const said = version.safeParse(await askJson(server, { method: 'GET', path: '/api/version' }, limitMs));
  return said.success ? said.data.version : null;
}

/** The models on its disk, by name. */
export async function installedModels(server: Server): Promise<InstalledModel[]> {
  const listed = tags.safeParse(await askJson(server, { method: 'GET', path: '/api/tags' }));
  if (!listed.success) throw notUnderstood('/api/tags', 'list of models');
  return (listed.data.models ?? [])
    .map(({ name, digest, size, modified_at, details }) => ({
      name,
      digest: digest.replace(/^sha256:/, ''),
      sizeBytes: size ?? 0,
      modifiedAtMs: timeOf(modified_at),
      format: details?.format ?? null,
      family: details?.family ?? null,
      families: details?.families ?? [],
      parameterSize: details?.parameter_size ?? null,
      quantization: details?.quantization_level ?? null,
    }))
    .sort((left, right) => left.name.localeCompare(right.name));
}

/** The models in memory, by name. */
export async function loadedModels(server: Server, nowMs = Date.now()): Promise<LoadedModel[]> {
  const listed = running.safeParse(await askJson(server, { method: 'GET', path: '/api/ps' }));
  if (!listed.success) throw notUnderstood('/api/ps', 'list of models');
  return (listed.data.models ?? [])
    .map(({ name, model, size, size_vram, context_length, expires_at }) => {
      const expiresAtMs = timeOf(expires_at);
      const isNever = expiresAtMs !== null && expiresAtMs - nowMs > neverYears * 365 * 86_400_000;
      return {
        name: name ?? model ?? '',
        sizeBytes: size ?? 0,
        gpuBytes: Math.min(size_vram ?? 0, size ?? 0),
        contextTokens: context_length || null,
        expiresAtMs: isNever ? null : expiresAtMs,
      };
    })
    .filter(({ name }) => name !== '')
    .sort((left, right) => left.name.localeCompare(right.name));
}

/** What a model says of itself, and the context that its parameters ask for. */
export async function showModel(
  server: Server,
  model: string,
): Promise<Omit<ModelDetails, 'context'> & { contextTokens: number | null }> {
  const said = await askJson(server, { method: 'POST', path: '/api/show', body: { model }, model });
  return detailsOf(model, said);
}

/** Gives a model one more name; replaces what had it. */
export async function copyModel(server: Server, model: string, to: string): Promise<void> {
  await askJson(server, { method: 'POST', path: '/api/copy', body: { source: model, destination: to }, model });
}

/** Removes a name of a model, and the data that no other name needs. */
export async function deleteModel(server: Server, model: string): Promise<void> {
  await askJson(server, { method: 'DELETE', path: '/api/delete', body: { model }, model });
}

/** Loading a large model from a slow disk takes minutes. */
const loadLimitMs = 30 * 60_000;

/**
 * Loads a model, or keeps a loaded one; resolves once it is in memory.
 * @param seconds how long it stays without use; 0 unloads it, -1 keeps it
 * @param embeds the model only embeds text: it is asked for another way
 */
export async function keepModel(server: Server, model: string, seconds: number, embeds: boolean): Promise<void> {
  const [path, more] = embeds ? ['/api/embed', { input: [] }] : ['/api/generate', { stream: false }];
  const body = { model, keep_alive: seconds, ...more };
  await askJson(server, { method: 'POST', path, body, model }, loadLimitMs);
}

/** Whether a blob is there. `digest`: `sha256:` and 64 digits. */
export async function hasBlob(server: Server, digest: string): Promise<boolean> {
  try {
    await askJson(server, { method: 'HEAD', path: `/api/blobs/${digest}` });
    return true;
  } catch (error) {
    if (isFailure(error, 'CHAT_UPSTREAM') && error.details.status === 404) return false;
    throw error;
  }
}

/** Sends a blob; Ollama checks it against its digest. */
export async function putBlob(
  server: Server,
  digest: string,
  blob: { bytes: Readable; sizeBytes: number },
  signal: AbortSignal,
): Promise<void> {
  const response = await askServer(server, { method: 'POST', path: `/api/blobs/${digest}`, body: blob }, signal);
  await beginning(response.text, lineLimit);
}

/** A line of a stream of Ollama's. */
export interface StreamLine {
  status: string | null;
  error: string | null;
  digest: string | null;
  total: number | null;
  completed: number | null;
}

const streamLine = z.object({ status: word, error: word, digest: word, total: count, completed: count });
const lineLimit = 1024 * 1024;

/**
 * Begins long work (`/api/pull`, `/api/create`) and yields what Ollama says, line by line; those of one chunk together.
 * Ends without an error when `signal` aborts, and when Ollama's answer ends, said everything or not.
 * @throws as `askServer`; ECONNRESET where the connection breaks
 */
export async function* streamLines(
  server: Server,
  path: '/api/pull' | '/api/create',
  body: object,
  signal: AbortSignal,
): AsyncGenerator<StreamLine[], void, void> {
  const response = await askServer(server, { method: 'POST', path, body }, signal);
  for await (const lines of textLines(response.text, lineLimit)) {
    const said: StreamLine[] = [];
    for (const line of lines) {
      const { data } = streamLine.safeParse(parseJson(line));
      if (!data) throw notUnderstood(path, 'line of JSON');
      const { status, error, digest, total, completed } = data;
      said.push({ status, error, digest, total: total ?? null, completed: completed ?? null });
    }
    yield said;
  }
}

function timeOf(text: string | null): number | null {
  const atMs = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(atMs) || atMs <= 0 ? null : atMs;
}
