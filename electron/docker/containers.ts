import type Dockerode from 'dockerode';
import type { KillSignal } from '../contract/containerCommands';
import type { ContainerSpec } from '../contract/containerSpec';
import type { Container } from '../contract/containers';
import { Failure, isFailure } from '../contract/failures';
import { rowOfInspect, rowOfList, unpublishedPorts } from './containerRows';
import { createBody } from './createBody';
import { request } from './request';

/** Limits of waiting. Reading is quick; the others do disk and network work in the engine first. */
const readTimeoutMs = 15_000;
const changeTimeoutMs = 60_000;

/** `GET /containers/json?all=1`; see `Engine.listContainers`. */
export async function listContainers(docker: Dockerode, address: string, signal?: AbortSignal): Promise<Container[]> {
  const listed = await request(docker, {
    method: 'GET',
    path: '/containers/json',
    query: { all: true },
    timeoutMs: readTimeoutMs,
    signal,
    context: { address },
  });
  return (listed as Dockerode.ContainerInfo[]).map(rowOfList);
}

/** The engine's own answer about one container, by id or name. Rejects with CONTAINER_MISSING. */
export async function inspectRaw(
  docker: Dockerode,
  address: string,
  id: string,
  signal?: AbortSignal,
): Promise<Dockerode.ContainerInspectInfo> {
  const inspected = await request(docker, {
    method: 'GET',
    path: `/containers/${encodeURIComponent(id)}/json`,
    timeoutMs: readTimeoutMs,
    signal,
    context: { address, container: id },
  });
  return inspected as Dockerode.ContainerInspectInfo;
}

/** `POST /containers/create`; see `Engine.createContainer`. */
export async function createContainer(
  docker: Dockerode,
  address: string,
  spec: ContainerSpec,
  basedOn: string | null,
): Promise<string> {
  const base = basedOn === null ? null : await inspectRaw(docker, address, basedOn);
  try {
    const created = await request(docker, {
      method: 'POST',
      path: '/containers/create',
      query: { name: spec.name },
      body: createBody(spec, base),
      timeoutMs: changeTimeoutMs,
      context: { address, image: spec.image, container: spec.name },
    });
    return (created as { Id: string }).Id;
  } catch (error) {
    throw isFailure(error, 'ENGINE_REFUSED') && error.details.status === 409
      ? await nameTaken(docker, address, spec.name, error)
      : error;
  }
}

/** A conflict while creating is about the name; who has it is asked, since the answer only says so in prose. */
async function nameTaken(docker: Dockerode, address: string, name: string, cause: unknown): Promise<Error> {
  try {
    const holder = rowOfInspect(await inspectRaw(docker, address, name));
    return new Failure('NAME_TAKEN', { name, holderId: holder.id, madeByWharf: holder.madeByWharf }, { cause });
  } catch (error) {
    // Gone in between, or the name is reserved by a creation that has not finished: the name is taken all the same.
    if (!isFailure(error, 'CONTAINER_MISSING')) return error as Error;
    return new Failure('NAME_TAKEN', { name, holderId: '', madeByWharf: false }, { cause });
  }
}

/** `POST /containers/{id}/start`; see `Engine.startContainer`. */
export async function startContainer(docker: Dockerode, address: string, id: string): Promise<void> {
  await change(docker, address, id, 'start', {}, changeTimeoutMs);
  await requirePorts(docker, address, id);
}

/** `POST /containers/{id}/stop`; see `Engine.stopContainer`. */
export async function stopContainer(docker: Dockerode, address: string, id: string, graceSeconds: number) {
  await change(docker, address, id, 'stop', { t: graceSeconds }, changeTimeoutMs + graceSeconds * 1000);
}

/** `POST /containers/{id}/restart`; see `Engine.restartContainer`. */
export async function restartContainer(docker: Dockerode, address: string, id: string, graceSeconds: number) {
  await change(docker, address, id, 'restart', { t: graceSeconds }, changeTimeoutMs + graceSeconds * 1000);
  await requirePorts(docker, address, id);
}

/** Docker 29 can start a container without its ports after a port conflict (moby #51758): compare what came of it. */
async function requirePorts(docker: Dockerode, address: string, id: string): Promise<void> {
  const inspected = await inspectRaw(docker, address, id);
  const [port] = unpublishedPorts(inspected);
  if (port !== undefined) {
    throw new Failure('PORTS_NOT_PUBLISHED', { name: inspected.Name.replace(/^\//, ''), port });
  }
}

/** `DELETE /containers/{id}`; see `Engine.removeContainer`. */
export async function removeContainer(
  docker: Dockerode,
  address: string,
  id: string,
  options: { force: boolean; volumes: boolean },
): Promise<void> {
  try {
    await request(docker, {
      method: 'DELETE',
      path: `/containers/${id}`,
      query: { force: options.force, v: options.volumes },
      timeoutMs: changeTimeoutMs,
      context: { address, container: id },
    });
  } catch (error) {
    // 409 means running as well as being removed already; only the container's state tells which.
    if (!isFailure(error, 'ENGINE_REFUSED') || error.details.status !== 409) throw error;
    const row = rowOfInspect(await inspectRaw(docker, address, id));
    if (row.state === 'removing') return;
    if (row.state === 'running' || row.state === 'paused' || row.state === 'restarting') {
      throw new Failure('CONTAINER_RUNNING', { name: row.name }, { cause: error });
    }
    throw error;
  }
}

async function change(
  docker: Dockerode,
  address: string,
  id: string,
  verb: 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill' | 'rename',
  query: Record<string, number | string>,
  timeoutMs: number,
): Promise<void> {
  // 304, "already so", is no error to `request`.
  await request(docker, {
    method: 'POST',
    path: `/containers/${id}/${verb}`,
    query,
    timeoutMs,
    context: { address, container: id },
  });
}

/** `POST /containers/{id}/pause` and `/unpause`; see `Engine.setPaused`. */
export async function setPaused(docker: Dockerode, address: string, id: string, isPaused: boolean): Promise<void> {
  try {
    await change(docker, address, id, isPaused ? 'pause' : 'unpause', {}, changeTimeoutMs);
  } catch (error) {
    // The engine answers 409 (older ones 500) for what is so already; only the container's state tells.
    if (!isFailure(error, 'ENGINE_REFUSED')) throw error;
    const row = rowOfInspect(await inspectRaw(docker, address, id));
    if ((row.state === 'paused') !== isPaused) throw error;
  }
}

/** `POST /containers/{id}/kill`; see `Engine.killContainer`. */
export async function killContainer(docker: Dockerode, address: string, id: string, signal: KillSignal): Promise<void> {
  try {
    await change(docker, address, id, 'kill', { signal }, changeTimeoutMs);
  } catch (error) {
    // 409 is "not running", which is what was wanted.
    if (!isFailure(error, 'ENGINE_REFUSED') || error.details.status !== 409) throw error;
  }
}

/** `POST /containers/{id}/rename`; see `Engine.renameContainer`. */
export async function renameContainer(docker: Dockerode, address: string, id: string, name: string): Promise<void> {
  try {
    await change(docker, address, id, 'rename', { name }, changeTimeoutMs);
  } catch (error) {
    if (!isFailure(error, 'ENGINE_REFUSED')) throw error;
    // 409 for another's name; 400 where the name is its own already.
    const row = rowOfInspect(await inspectRaw(docker, address, id));
    if (row.name === name) return;
    throw error.details.status === 409 ? await nameTaken(docker, address, name, error) : error;
  }
}
