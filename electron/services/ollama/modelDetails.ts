import * as z from 'zod';
import type { ModelDetails } from '../../contract/models';

/** Longest text of a model's that is passed on: licences of merged models add up. */
const textLimit = 200_000;

const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => (value ?? '').slice(0, textLimit));
const shown = z.object({
  template: text,
  system: text,
  license: z.preprocess((value) => (Array.isArray(value) ? value.join('\n\n') : value), text),
  modelfile: text,
  parameters: text,
  capabilities: z.array(z.string()).nullish().catch(null),
  details: z.object({ parent_model: text }).nullish().catch(null),
  model_info: z.record(z.string(), z.unknown()).nullish().catch(null),
});

/**
 * What `/api/show` said, as far as it can be understood. Pure.
 * @param said the JSON value of the answer
 */
export function detailsOf(
  name: string,
  said: unknown,
): Omit<ModelDetails, 'context'> & { contextTokens: number | null } {
  const { template, system, license, modelfile, parameters, capabilities, details, model_info } =
    shown.safeParse(said).data ?? shown.parse({});
  const listed = parameterLines(parameters);
  const written = listed.find((parameter) => parameter.name === 'num_ctx')?.value ?? '';
  return {
    name,
    template,
    system,
    license,
    modelfile,
    parameters: listed,
    capabilities: capabilities ?? [],
    parentModel: details?.parent_model || null,
    shape: shapeOf(model_info ?? {}),
    contextTokens: /^\d+$/.test(written) ? Number(written) : null,
  };
}

/** Lines `name   value`, the value quoted or not (Ollama's server/routes.go prints them so). */
function parameterLines(lines: string): ModelDetails['parameters'] {
  return lines.split('\n').flatMap((line) => {
    const [, name, value] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || value === undefined) return [];
    return [{ name, value: unquoted(value) }];
  });
}

function unquoted(value: string): string {
  if (!/^".*"$/.test(value)) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value.slice(1, -1);
  }
}

/** GGUF's own keys (ggml, docs/gguf.md): most are under the architecture's name. */
function shapeOf(facts: Record<string, unknown>): ModelDetails['shape'] {
  const architecture = facts['general.architecture'];
  const number = (key: string): number | null => {
    const value = facts[key];
    // Where heads differ by block there is a list: the largest one counts for memory.
    const numbers = (Array.isArray(value) ? value : [value]).filter((one): one is number => typeof one === 'number');
    return numbers.length === 0 ? null : numbers.reduce((most, one) => Math.max(most, one));
  };
  const of = (key: string) => (typeof architecture === 'string' ? number(`${architecture}.${key}`) : null);
  return {
    architecture: typeof architecture === 'string' ? architecture.slice(0, 100) : null,
    parameterCount: number('general.parameter_count'),
    contextLength: of('context_length'),
    blockCount: of('block_count'),
    embeddingLength: of('embedding_length'),
    headCount: of('attention.head_count'),
    headCountKv: of('attention.head_count_kv'),
    keyLength: of('attention.key_length'),
    valueLength: of('attention.value_length'),
  };
}
