import type Dockerode from 'dockerode';
import { labels as ourLabels } from '../contract/commands';
import type { Container } from '../contract/containers';
import { Failure, isFailure } from '../contract/failures';
import type { Image } from '../contract/images';
import { splitReference } from './baseImage.mjs';
import type { ImageDetails } from './engine';
import { ndjson } from './ndjson';
import { openStream, request } from './request';
import { readStream } from './stream';
import { isDiskFull, toFailure } from './toFailure';

const readTimeoutMs = 15_000;
const changeTimeoutMs = 60_000;
/** The engine answers a pull once the registry has; an unreachable one takes a while. */
const pullOpenTimeoutMs = 300_000;

/** `GET /images/json`; see `Engine.listImages`. */
export async function listImages(
  docker: Dockerode,
  address: string,
  containers: readonly Container[],
  signal?: AbortSignal,
): Promise<Image[]> {
  const listed = (await request(docker, {
    method: 'GET',
    path: '/images/json',
    timeoutMs: readTimeoutMs,
    signal,
    context: { address },
  })) as Dockerode.ImageInfo[];
  return listed
    .map(
      (image): Image => ({
        id: image.Id,
        tags: ownTags(image.RepoTags),
        createdAtMs: image.Created * 1000,
        sizeBytes: image.Size,
        usedBy: containers.filter((container) => container.imageId === image.Id).map((container) => container.name),
        servesApi: ourLabels.api in (image.Labels ?? {}),
      }),
    )
    .sort((left, right) => right.createdAtMs - left.createdAtMs || left.id.localeCompare(right.id));
}

/** `GET /images/{name}/json`; see `Engine.inspectImage`. */
export async function inspectImage(docker: Dockerode, address: string, reference: string): Promise<ImageDetails> {
  const inspected = (await request(docker, {
    method: 'GET',
    path: `/images/${encodeReference(reference)}/json`,
    timeoutMs: readTimeoutMs,
    context: { address, image: reference },
  })) as Dockerode.ImageInspectInfo;
  const config = inspected.Config as {
    Labels?: Record<string, string> | null;
    Healthcheck?: { Test?: string[] } | null;
  };
  const test = config.Healthcheck?.Test;
  return {
    id: inspected.Id,
    tags: ownTags(inspected.RepoTags),
    labels: config.Labels ?? {},
    sizeBytes: inspected.Size,
    hasHealthCheck: test !== undefined && test.length > 0 && test[0] !== 'NONE',
  };
}

/** `GET /images/{name}/history`; see `Engine.imageInstructions`. */
export async function imageInstructions(docker: Dockerode, address: string, reference: string): Promise<string[]> {
  const layers = (await request(docker, {
    method: 'GET',
    path: `/images/${encodeReference(reference)}/history`,
    timeoutMs: readTimeoutMs,
    context: { address, image: reference },
  })) as { CreatedBy?: string }[];
  return layers.map(({ CreatedBy }) => CreatedBy ?? '');
}

/** `DELETE /images/{name}`; see `Engine.removeImage`. */
export async function removeImage(docker: Dockerode, address: string, reference: string): Promise<void> {
  await request(docker, {
    method: 'DELETE',
    path: `/images/${encodeReference(reference)}`,
    timeoutMs: changeTimeoutMs,
    context: { address, image: reference },
  });
}

/** `POST /images/create`; see `Engine.pullImage`. Errors after the first byte stand in the stream, under HTTP 200. */
export async function pullImage(
  docker: Dockerode,
  address: string,
  reference: string,
  signal: AbortSignal,
): Promise<void> {
  const unreachable = (message: string, cause?: unknown) =>
    isDiskFull(message)
      ? new Failure('DISK_FULL', { message }, { cause })
      : new Failure('BASE_IMAGE_UNREACHABLE', { image: reference, message }, { cause });
  try {
    const { name, tag } = splitReference(reference);
    const stream = await openStream(docker, {
      method: 'POST',
      path: '/images/create',
      query: { fromImage: name, tag },
      timeoutMs: pullOpenTimeoutMs,
      signal,
      context: { address },
    });
    for await (const line of ndjson(readStream(stream, signal))) {
      const { error } = line as { error?: unknown };
      if (error !== undefined) throw unreachable(typeof error === 'string' ? error : JSON.stringify(error));
    }
  } catch (error) {
    if (isFailure(error, 'ENGINE_REFUSED')) throw unreachable(error.details.message, error);
    throw toFailure(error, { address });
  }
  if (signal.aborted) throw new Failure('CANCELLED', {});
  await inspectImage(docker, address, reference).catch((error: unknown) => {
    throw isFailure(error, 'IMAGE_MISSING') ? unreachable('', error) : error;
  });
}

/** A reference in a path: slashes and colons stay, what would end the path does not. */
function encodeReference(reference: string): string {
  return reference.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':').replaceAll('%40', '@');
}

function ownTags(tags: string[] | null | undefined): string[] {
  return (tags ?? []).filter((tag) => tag !== '<none>:<none>');
}
