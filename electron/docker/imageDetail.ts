import type Dockerode from 'dockerode';
import type { HistoryStep, ImageDetail } from '../contract/images';
import { hiddenMark, isSecret } from '../contract/secrets';
import { hideSecrets, type Json } from './hideSecrets';
import { encodeReference, ownTags } from './imagePaths';
import { request } from './request';

const readTimeoutMs = 15_000;

/** The engine's answer as far as it is read; Podman leaves much of it out. */
interface Inspected {
  Id: string;
  RepoTags?: string[] | null;
  RepoDigests?: string[] | null;
  Created?: string;
  Size?: number;
  Os?: string;
  Architecture?: string;
  Variant?: string;
  RootFS?: { Layers?: string[] | null };
  Config?: {
    Entrypoint?: string[] | string | null;
    Cmd?: string[] | string | null;
    WorkingDir?: string;
    User?: string;
    ExposedPorts?: Record<string, object> | null;
    Env?: string[] | null;
    Volumes?: Record<string, object> | null;
    Labels?: Record<string, string> | null;
    Healthcheck?: { Test?: string[] } | null;
  } | null;
}

/** `GET /images/{name}/json`; see `Engine.describeImage`. */
export async function describeImage(docker: Dockerode, address: string, reference: string): Promise<ImageDetail> {
  const answer = await request(docker, {
    method: 'GET',
    path: `/images/${encodeReference(reference)}/json`,
    timeoutMs: readTimeoutMs,
    context: { address, image: reference },
  });
  return detailOf(answer as Inspected, hideSecrets(answer as Json).shown);
}

/** `GET /images/{name}/history`; see `Engine.imageHistory`. */
export async function imageHistory(docker: Dockerode, address: string, reference: string): Promise<HistoryStep[]> {
  const answer = (await request(docker, {
    method: 'GET',
    path: `/images/${encodeReference(reference)}/history`,
    timeoutMs: readTimeoutMs,
    context: { address, image: reference },
  })) as { Created: number; CreatedBy?: string; Comment?: string; Size: number; Tags?: string[] | null }[];
  return answer
    .map((step) => ({
      createdAtMs: step.Created * 1000,
      createdBy: step.CreatedBy ?? '',
      comment: step.Comment ?? '',
      sizeBytes: step.Size,
      tags: ownTags(step.Tags),
    }))
    .reverse();
}

function detailOf(image: Inspected, shown: Json): ImageDetail {
  const config = image.Config ?? {};
  const createdAtMs = Date.parse(image.Created ?? '');
  const test = config.Healthcheck?.Test ?? [];
  const environment = config.Env ?? [];
  return {
    id: image.Id,
    tags: ownTags(image.RepoTags),
    digests: (image.RepoDigests ?? []).filter((digest) => !digest.startsWith('<none>')),
    // An image without a date of its own says year 1.
    createdAtMs: createdAtMs > 0 ? createdAtMs : null,
    sizeBytes: image.Size ?? 0,
    platform: [image.Os, image.Architecture, image.Variant].filter(Boolean).join('/'),
    entrypoint: words(config.Entrypoint),
    command: words(config.Cmd),
    workingFolder: config.WorkingDir ?? '',
    user: config.User ?? '',
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    environment: environment.map(withoutSecret),
    volumes: Object.keys(config.Volumes ?? {}),
    labels: Object.entries(config.Labels ?? {}).map(([name, value]) => ({
      name,
      value: isSecret(name, value) ? hiddenMark : value,
    })),
    healthCheck: test.length === 0 || test[0] === 'NONE' ? null : test.slice(1).join(' '),
    layerCount: image.RootFS?.Layers?.length ?? 0,
    inspect: shown,
  };
}

function words(value: string[] | string | null | undefined): string[] {
  if (typeof value === 'string') return [value];
  return value ?? [];
}

function withoutSecret(variable: string): string {
  const equals = variable.indexOf('=');
  const name = variable.slice(0, equals);
  return isSecret(name, variable.slice(equals + 1)) ? `${name}=${hiddenMark}` : variable;
}
