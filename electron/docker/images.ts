import type Dockerode from 'dockerode';
import { labels as ourLabels } from '../contract/containerSpec';
import type { Container } from '../contract/containers';
import { parseReference } from '../contract/imageNames';
import type { Image } from '../contract/images';
import type { ImageDetails } from './engine';
import { type ImageConfig, imageConfigOf } from './imageConfig';
import { encodeReference, ownTags } from './imagePaths';
import { request } from './request';

const readTimeoutMs = 15_000;
const changeTimeoutMs = 60_000;

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
        builtByWharf: ourLabels.built in (image.Labels ?? {}),
        layerCount: null,
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
    layers: inspected.RootFS?.Layers ?? [],
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

/** `GET /images/{name}/json`; see `Engine.imageConfig`. */
export async function imageConfig(docker: Dockerode, address: string, reference: string): Promise<ImageConfig> {
  const inspected = await request(docker, {
    method: 'GET',
    path: `/images/${encodeReference(reference)}/json`,
    timeoutMs: readTimeoutMs,
    context: { address, image: reference },
  });
  return imageConfigOf(inspected as { Id: string; Config?: object | null });
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

/** `POST /images/{name}/tag`; see `Engine.tagImage`. */
export async function tagImage(docker: Dockerode, address: string, reference: string, tag: string): Promise<void> {
  const { name, version } = parseReference(tag);
  await request(docker, {
    method: 'POST',
    path: `/images/${encodeReference(reference)}/tag`,
    query: { repo: name, tag: version },
    timeoutMs: changeTimeoutMs,
    context: { address, image: reference },
  });
}

/** Images whose parent is `id`; see `Engine.childImages`. Only the classic builder writes parents down. */
export async function childImages(docker: Dockerode, address: string, id: string): Promise<string[]> {
  const listed = (await request(docker, {
    method: 'GET',
    path: '/images/json',
    query: { all: true },
    timeoutMs: readTimeoutMs,
    context: { address },
  })) as Dockerode.ImageInfo[];
  const nameOf = (image: Dockerode.ImageInfo) =>
    ownTags(image.RepoTags)[0] ?? image.Id.replace('sha256:', '').slice(0, 12);
  return listed.filter(({ ParentId }) => ParentId === id).map(nameOf);
}
