import type { ServerResponse } from 'node:http';
import { fakeId } from './fakeEngine';
import type { FakeEngine, FakeEngineOptions, FakeImage } from './fakeEngineTypes';
import { writeSliced } from './fakeEngineWire';

/** What a route works with. */
export interface Surroundings {
  fake: FakeEngine;
  later(ms: number, act: () => void): void;
  eventStreams: Set<ServerResponse>;
  onBuild: FakeEngineOptions['onBuild'];
}

/** Answers with a status and a body. */
export type Say = (status: number, value?: object | string) => void;

/** An image by id, or by a reference with or without its tag. */
export function findImage(fake: FakeEngine, reference: string): FakeImage | undefined {
  const tag = reference.lastIndexOf(':') > reference.lastIndexOf('/') ? reference : `${reference}:latest`;
  return [...fake.images.values()].find(({ id, tags }) => id === reference || tags.includes(tag));
}

/** `POST /build`. */
export async function build(
  { fake, onBuild = defaultBuild }: Surroundings,
  query: URLSearchParams,
  contextBytes: number,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  for await (const piece of onBuild(fake, query, contextBytes)) {
    if (response.destroyed) return;
    writeSliced(fake, response, typeof piece === 'string' ? Buffer.from(`${piece}\n`) : piece);
  }
  response.end();
}

/** The classic builder's words for a build of three steps that makes an image of the tag asked for. */
async function* defaultBuild(fake: FakeEngine, query: URLSearchParams): AsyncGenerator<string> {
  const steps = ['FROM wharf/python-base:3.11', 'COPY . /app', 'CMD ["python"]'];
  for (const [index, step] of steps.entries()) {
    yield JSON.stringify({ stream: `Step ${index + 1}/${steps.length} : ${step}\n` });
    yield JSON.stringify({ stream: ` ---> ${fakeId().slice(0, 12)}\n` });
  }
  const tag = query.get('t') ?? 'built:latest';
  const labels = JSON.parse(query.get('labels') || '{}') as Record<string, string>;
  const image = fake.addImage({ tags: [tag.includes(':') ? tag : `${tag}:latest`], labels });
  yield JSON.stringify({ aux: { ID: image.id } });
  yield JSON.stringify({ stream: `Successfully built ${image.id.slice(7, 19)}\n` });
  yield JSON.stringify({ stream: `Successfully tagged ${image.tags[0]}\n` });
}

/** `GET` and `DELETE` of one image. */
export function imageRoute(fake: FakeEngine, method: string, reference: string, say: Say): void {
  const image = findImage(fake, reference);
  if (!image) return say(404, { message: `No such image: ${reference}` });
  if (method === 'GET') return say(200, inspectedImage(image));
  const user = [...fake.containers.values()].find((container) => container.imageId === image.id);
  if (user && image.tags.length < 2) {
    return say(409, {
      message: `conflict: unable to remove repository reference "${reference}" (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${image.id.slice(7, 19)}`,
    });
  }
  image.tags = image.tags.filter((tag) => tag !== reference && tag !== `${reference}:latest`);
  fake.emit({ type: 'image', action: 'untag', id: image.id });
  if (image.tags.length === 0 || reference === image.id) {
    fake.images.delete(image.id);
    fake.emit({ type: 'image', action: 'delete', id: image.id });
  }
  return say(200, [{ Untagged: reference }]);
}

/** `POST /images/{name}/tag`: another image that has the tag loses it. */
export function tagRoute(fake: FakeEngine, reference: string, query: URLSearchParams, say: Say): void {
  const image = findImage(fake, reference);
  if (!image) return say(404, { message: `No such image: ${reference}` });
  const tag = `${query.get('repo')}:${query.get('tag') || 'latest'}`;
  for (const one of fake.images.values()) one.tags = one.tags.filter((own) => own !== tag);
  image.tags.push(tag);
  fake.emit({ type: 'image', action: 'tag', id: image.id });
  return say(201);
}

/** `GET /images/{name}/history`: one step a label, which is as good as any. */
export function historyRoute(fake: FakeEngine, reference: string, say: Say): void {
  const image = findImage(fake, reference);
  if (!image) return say(404, { message: `No such image: ${reference}` });
  const step = { Id: image.id, Created: Math.floor(image.createdAtMs / 1000), Tags: image.tags, Comment: '' };
  return say(200, [
    { ...step, CreatedBy: '/bin/sh -c #(nop)  CMD ["python"]', Size: 0 },
    { ...step, CreatedBy: '', Size: image.sizeBytes },
  ]);
}

/** `GET /system/df`. */
export function diskRoute(fake: FakeEngine, say: Say): void {
  const images = [...fake.images.values()];
  const users = (id: string) => [...fake.containers.values()].filter(({ imageId }) => imageId === id).length;
  return say(200, {
    LayersSize: images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    Images: images.map((image) => ({ ...listedImage(image), SharedSize: 0, Containers: users(image.id) })),
    Containers: [...fake.containers.values()].map(({ state, imageId }) => ({
      State: state,
      ImageID: imageId,
      SizeRw: 0,
    })),
    Volumes: [],
    BuildCache: [],
  });
}

/** What a list answers for one image. */
export function listedImage(image: FakeImage): object {
  return {
    Id: image.id,
    RepoTags: image.tags.length > 0 ? image.tags : ['<none>:<none>'],
    Created: Math.floor(image.createdAtMs / 1000),
    Size: image.sizeBytes,
    Labels: image.labels,
  };
}

function inspectedImage(image: FakeImage): object {
  return {
    Id: image.id,
    RepoTags: image.tags,
    Size: image.sizeBytes,
    Created: new Date(image.createdAtMs).toISOString(),
    Config: {
      Labels: image.labels,
      ...(image.healthyAfterMs !== null && { Healthcheck: { Test: ['CMD', 'check'] } }),
    },
  };
}
