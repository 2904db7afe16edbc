import * as z from 'zod';
import { Failure } from '../../contract/failures';
import type { EndpointKind, OfferedModel } from '../../contract/targets';
import { askHttp, beginning, wholeText } from './httpStream';
import { notReached, upstreamFailure } from './upstreamFailure';
import { parseJson } from './wire';

/** A list of models is asked for by a person who waits for it. */
const patienceMs = 10_000;
const bodyLimit = 4 * 1024 * 1024;

/** A server to ask, and what it speaks; the bundled API speaks Ollama's lists. */
export interface Server {
  name: string;
  kind: EndpointKind;
  baseUrl: string;
  key: string | null;
  allowLinkLocal: boolean;
}

const word = z.string().nullish().catch(null);
const ollamaTags = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      size: z.number().nullish().catch(null),
      details: z.object({ family: word, parameter_size: word, quantization_level: word }).nullish().catch(null),
    }),
  ),
});
const openaiModels = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * The models that a server offers: `GET /api/tags` of Ollama (its docs/api.md), `GET /v1/models` of OpenAI.
 * @throws Failure CHAT_TARGET_UNREACHABLE, CHAT_UNAUTHORIZED, CHAT_OVERLOADED or CHAT_UPSTREAM
 */
export async function offeredModels(server: Server): Promise<OfferedModel[]> {
  if (server.kind === 'openai') {
    const listed = openaiModels.safeParse(await askJson(server, 'GET', '/v1/models'));
    if (!listed.success) throw notUnderstood('/v1/models');
    return listed.data.data
      .map(({ id }) => ({ name: id, sizeBytes: null, family: null, parameterSize: null, quantization: null }))
      .sort(byName);
  }
  const listed = ollamaTags.safeParse(await askJson(server, 'GET', '/api/tags'));
  if (!listed.success) throw notUnderstood('/api/tags');
  return listed.data.models
    .map(({ name, size, details }) => ({
      name,
      sizeBytes: size || null,
      family: details?.family || null,
      parameterSize: details?.parameter_size || null,
      quantization: details?.quantization_level || null,
    }))
    .sort(byName);
}

const byName = (a: OfferedModel, b: OfferedModel) => a.name.localeCompare(b.name);

const notUnderstood = (path: string) =>
  new Failure('CHAT_UPSTREAM', { status: 200, message: `${path}: no list of models` });

const shownModel = z.object({ parameters: word, model_info: z.record(z.string(), z.unknown()).nullish().catch(null) });
const loadedModels = z.object({
  models: z.array(z.object({ name: word, model: word, context_length: z.number().nullish().catch(null) })),
});

/**
 * The context in force for a model of an Ollama, in tokens: what the loaded model was given (`/api/ps`, from 0.9 on), else
 * what its Modelfile says (`/api/show`, `num_ctx`). Null where neither tells; Ollama's default depends on its version.
 * @param isBundled the bundled API, which passes `/api/show` on and has no `/api/ps`
 */
export async function contextInForce(server: Server, model: string, isBundled: boolean): Promise<number | null> {
  const loaded = isBundled ? undefined : loadedModels.safeParse(await quietly(askJson(server, 'GET', '/api/ps'))).data;
  const running = loaded?.models.find((one) => one.name === model || one.model === model);
  if (running?.context_length) return running.context_length;
  const shown = shownModel.safeParse(await quietly(askJson(server, 'POST', '/api/show', { model }))).data;
  const written = /^num_ctx\s+(\d+)$/m.exec(shown?.parameters ?? '')?.[1];
  return written === undefined ? null : Number(written);
}

/** What cannot be had is not known; the answer itself does not depend on it. */
const quietly = (asked: Promise<unknown>) => asked.catch(() => null);

async function askJson(
  server: Server,
  method: 'GET' | 'POST',
  path: string,
  body: object | null = null,
): Promise<unknown> {
  const { name, baseUrl, key, allowLinkLocal } = server;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  try {
    const response = await askHttp({
      method,
      url: `${baseUrl}${path}`,
      headers: { accept: 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      body: body === null ? null : JSON.stringify(body),
      signal: patience.signal,
      allowLinkLocal,
    });
    if (response.status < 200 || response.status >= 300) {
      const said = await beginning(response.text, 64 * 1024);
      const { status, headers } = response;
      throw upstreamFailure({ name, status, headers, body: said, model: null, key });
    }
    const text = await wholeText(response.text, bodyLimit);
    if (patience.signal.aborted) throw new Error('aborted');
    return parseJson(text);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (patience.signal.aborted) throw new Failure('CHAT_TARGET_UNREACHABLE', { name, reason: 'timeout' });
    throw notReached(error, name);
  } finally {
    clearTimeout(timer);
  }
}
