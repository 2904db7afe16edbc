import * as z from 'zod';
import type { OfferedModel } from '../../contract/targets';
import { installedModels, loadedModels, showModel } from '../ollama/client';
import { askJson, notUnderstood, type Server } from './askServer';

const openaiModels = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * The models that a server offers: `GET /api/tags` of Ollama (its docs/api.md), `GET /v1/models` of OpenAI.
 * @throws Failure CHAT_TARGET_UNREACHABLE, CHAT_UNAUTHORIZED, CHAT_OVERLOADED or CHAT_UPSTREAM
 */
export async function offeredModels(server: Server): Promise<OfferedModel[]> {
  if (server.kind === 'openai') {
    const listed = openaiModels.safeParse(await askJson(server, { method: 'GET', path: '/v1/models' }));
    if (!listed.success) throw notUnderstood('/v1/models', 'list of models');
    return listed.data.data
      .map(({ id }) => ({ name: id, sizeBytes: null, family: null, parameterSize: null, quantization: null }))
      .sort(byName);
  }
  const listed = await installedModels(server);
  return listed.map(({ name, sizeBytes, family, parameterSize, quantization }) => ({
    name,
    sizeBytes: sizeBytes || null,
    family,
    parameterSize,
    quantization,
  }));
}

const byName = (a: OfferedModel, b: OfferedModel) => a.name.localeCompare(b.name);

/**
 * The context in force for a model of an Ollama, in tokens: what the loaded model was given (`/api/ps`, from 0.9 on), else
 * what its Modelfile says (`/api/show`, `num_ctx`). Null where neither tells; Ollama's default depends on its version.
 * @param isBundled the bundled API, which passes `/api/show` on and has no `/api/ps`
 */
export async function contextInForce(server: Server, model: string, isBundled: boolean): Promise<number | null> {
  const loaded = isBundled ? null : await quietly(loadedModels(server));
  const running = loaded?.find(({ name }) => name === model);
  if (running?.contextTokens) return running.contextTokens;
  return (await quietly(showModel(server, model)))?.contextTokens ?? null;
}

/** What cannot be had is not known; the answer itself does not depend on it. */
const quietly = <T>(asked: Promise<T>): Promise<T | null> => asked.catch(() => null);
