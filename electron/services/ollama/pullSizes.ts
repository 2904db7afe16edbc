import * as z from 'zod';
import type { PullSize, PullSizeUnknown } from '../../contract/models';
import { isLinkLocal, isLoopback } from '../answers/address';
import { askHttp, BodyTooLong, beginning, type StreamedResponse, wholeText } from '../answers/httpStream';
import { parseJson } from '../answers/wire';
import { withTimeLimit } from '../timeLimit';
import { writtenOutModel } from './modelNames';
import type { Ollamas } from './ollamas';

/** Where names without a host come from: https://github.com/ollama/ollama (types/model/name.go). */
const publicHost = 'registry.ollama.ai';
/** A person waits for it, and can pull without. */
const patienceMs = 6_000;
/** A manifest has some dozen layers, of the newest kind some thousand. */
const manifestLimit = 4 * 1024 * 1024;
const refusalLimit = 4 * 1024;
const redirectLimit = 3;

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
const weightsTypes = /^application\/vnd\.ollama\.image\.(model|tensor)$/;
const sized = z.object({ size: z.int().nonnegative() });
const manifest = z.object({
  config: sized,
  layers: z
    .array(sized.extend({ mediaType: z.string() }))
    .max(20_000)
    .refine((layers) => layers.some(({ mediaType }) => weightsTypes.test(mediaType))),
});

export interface PullSizesOptions {
  ollamas: Pick<Ollamas, 'place'>;
  patienceMs?: number;
}

/** What would be pulled: an endpoint's Ollama, the model, and whether its registry may be asked without encryption. */
export interface PullSizeQuestion {
  endpointId: string;
  model: string;
  allowPlainHttp: boolean;
}

/** How much a pull would bring, asked of the registry itself; nothing of ours but the model's name goes there. */
export class PullSizes {
  constructor(private readonly options: PullSizesOptions) {}

  /**
   * See `models.pullSize`. Asking ends with `signal`.
   * @throws what `Ollamas.place` throws, for a registry on loopback
   */
  async size(asked: PullSizeQuestion, signal?: AbortSignal): Promise<PullSize> {
    const url = manifestAddress(asked.model, asked.allowPlainHttp);
    if (url === null) return { kind: 'unknown', host: asked.model, reason: 'unreachable' };
    const { host } = url;
    if (isLoopback(url) && !(await this.sharesLoopback(asked.endpointId))) {
      return { kind: 'unknown', host, reason: 'elsewhere' };
    }
    const answer = await withTimeLimit(this.options.patienceMs ?? patienceMs, (limited) => ask(url, limited), signal);
    return typeof answer === 'number'
      ? { kind: 'known', host, sizeBytes: answer }
      : { kind: 'unknown', host, reason: answer };
  }

  /** Whether an Ollama means by loopback what this process means. */
  private async sharesLoopback(endpointId: string): Promise<boolean> {
    const { server, containerName } = await this.options.ollamas.place(endpointId);
    return containerName === null && isLoopback(new URL(server.baseUrl));
  }
}

/**
 * Address of a model's manifest (https://distribution.github.io/distribution/spec/api/), as Ollama asks for it: without
 * encryption only where that is allowed and the name has a host of its own. Null where its host is none.
 * @param model as `modelReference`
 */
export function manifestAddress(model: string, allowPlainHttp: boolean): URL | null {
  const parts = writtenOutModel(model).split('/');
  const [name = '', tag = ''] = (parts.pop() ?? '').split(':');
  const namespace = parts.pop() ?? 'library';
  const host = parts.pop();
  const scheme = host !== undefined && allowPlainHttp ? 'http' : 'https';
  try {
    return new URL(`${scheme}://${host ?? publicHost}/v2/${namespace}/${name}/manifests/${tag}`);
  } catch {
    return null;
  }
}

/** Bytes of everything that the manifest names, which is what `/api/tags` tells once it is there; or why not. */
async function ask(from: URL, signal: AbortSignal): Promise<number | PullSizeUnknown> {
  let url = from;
  try {
    for (let redirects = 0; redirects <= redirectLimit; redirects += 1) {
      if (isLinkLocal(bareHost(url))) return 'refused';
      const headers = { accept: manifestType };
      const response = await askHttp({ method: 'GET', url: url.href, headers, body: null, signal });
      if (response.status === 200) {
        const told = await sizeIn(response);
        // A body that the time limit cut reads like one that is no manifest.
        return signal.aborted ? 'unreachable' : told;
      }
      await beginning(response.text, refusalLimit);
      if (response.status === 404) return 'missing';
      const { location } = response.headers;
      if (response.status < 300 || response.status >= 400 || location === undefined) return 'refused';
      const next = new URL(location, url);
      if (!mayFollow(url, next)) return 'refused';
      url = next;
    }
    return 'refused';
  } catch (error) {
    return error instanceof BodyTooLong ? 'notUnderstood' : 'unreachable';
  }
}

async function sizeIn({ text }: StreamedResponse): Promise<number | PullSizeUnknown> {
  const { data } = manifest.safeParse(parseJson(await wholeText(text, manifestLimit)));
  if (!data) return 'notUnderstood';
  const sizeBytes = data.layers.reduce((sum, { size }) => sum + size, data.config.size);
  return Number.isSafeInteger(sizeBytes) ? sizeBytes : 'notUnderstood';
}

/** A registry sends on to others over encryption, and without only to itself; never from outside to this machine. */
export function mayFollow(from: URL, to: URL): boolean {
  if (to.username !== '' || to.password !== '') return false;
  if (to.protocol === 'http:') return from.protocol === 'http:' && to.host === from.host;
  return to.protocol === 'https:' && (isLoopback(from) || !isLoopback(to));
}

const bareHost = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '');
