import type Dockerode from 'dockerode';
import { isFailure } from '../contract/failures';
import { inspectRaw } from './containers';
import { request } from './request';

/** A network and who is on it. */
export interface NetworkUse {
  name: string;
  /** By the engine's clock; 0 where it does not tell. */
  createdAtMs: number;
  containerIds: string[];
}

const readTimeoutMs = 15_000;
const changeTimeoutMs = 60_000;

/** `GET /networks`; see `Engine.networkNames`. */
export async function networkNames(docker: Dockerode, address: string): Promise<string[]> {
  const listed = (await request(docker, {
    method: 'GET',
    path: '/networks',
    timeoutMs: readTimeoutMs,
    context: { address },
  })) as { Name: string }[];
  return listed.map(({ Name }) => Name).sort();
}

/** `POST /networks/create`; see `Engine.createNetwork`. */
export async function createNetwork(
  docker: Dockerode,
  address: string,
  name: string,
  labels: Record<string, string>,
): Promise<boolean> {
  if ((await networkNames(docker, address)).includes(name)) return false;
  try {
    await request(docker, {
      method: 'POST',
      path: '/networks/create',
      body: { Name: name, CheckDuplicate: true, Driver: 'bridge', Labels: labels },
      timeoutMs: changeTimeoutMs,
      context: { address },
    });
    return true;
  } catch (error) {
    // Somebody was quicker.
    if (isFailure(error, 'ENGINE_REFUSED') && error.details.status === 409) return false;
    throw error;
  }
}

/** `GET /networks` by labels, of each the containers on it, stopped ones too; see `Engine.networksOf`. */
export async function networksOf(
  docker: Dockerode,
  address: string,
  labels: Record<string, string>,
): Promise<NetworkUse[]> {
  const label = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const ask = (path: string, query: Record<string, string>) =>
    request(docker, { method: 'GET', path, query, timeoutMs: readTimeoutMs, context: { address } });
  const listed = (await ask('/networks', { filters: JSON.stringify({ label }) })) as {
    Name: string;
    Created?: string;
    Labels?: Record<string, string> | null;
  }[];
  // Podman passes over filters that it does not know.
  const labelled = listed.filter(({ Labels }) =>
    Object.entries(labels).every(([name, value]) => Labels?.[name] === value),
  );
  return Promise.all(
    labelled.map(async ({ Name, Created }) => {
      const filters = JSON.stringify({ network: [Name] });
      const users = (await ask('/containers/json', { all: 'true', filters })) as { Id: string }[];
      return { name: Name, createdAtMs: Date.parse(Created ?? '') || 0, containerIds: users.map(({ Id }) => Id) };
    }),
  );
}

/** `DELETE /networks/{name}`; see `Engine.removeNetwork`. */
export async function removeNetwork(docker: Dockerode, address: string, name: string): Promise<void> {
  try {
    await request(docker, {
      method: 'DELETE',
      path: `/networks/${encodeURIComponent(name)}`,
      timeoutMs: changeTimeoutMs,
      context: { address },
    });
  } catch (error) {
    if (!isFailure(error, 'ENGINE_REFUSED') || error.details.status !== 404) throw error;
  }
}

/** `POST /networks/{name}/connect`; see `Engine.connectNetwork`. */
export async function connectNetwork(
  docker: Dockerode,
  address: string,
  name: string,
  containerId: string,
  aliases: string[],
): Promise<void> {
  const { NetworkSettings } = await inspectRaw(docker, address, containerId);
  if (name in (NetworkSettings.Networks ?? {})) return;
  await request(docker, {
    method: 'POST',
    path: `/networks/${encodeURIComponent(name)}/connect`,
    body: { Container: containerId, EndpointConfig: { Aliases: aliases } },
    timeoutMs: changeTimeoutMs,
    context: { address },
  });
}

/** The networks of an inspect but the first; see `Engine.otherNetworks`. */
export async function otherNetworks(
  docker: Dockerode,
  address: string,
  id: string,
): Promise<{ name: string; aliases: string[] }[]> {
  const inspected = await inspectRaw(docker, address, id);
  const mode = inspected.HostConfig.NetworkMode ?? 'default';
  const first = mode === 'default' ? 'bridge' : mode;
  return Object.entries(inspected.NetworkSettings.Networks ?? {})
    .filter(([name]) => name !== first)
    .map(([name, { Aliases }]) => ({
      name,
      // The engine adds the container's own id to them.
      aliases: ((Aliases ?? []) as string[]).filter((alias) => !inspected.Id.startsWith(alias)),
    }));
}

/** `GET /volumes`; see `Engine.volumeNames`. */
export async function volumeNames(docker: Dockerode, address: string): Promise<string[]> {
  const { Volumes } = (await request(docker, {
    method: 'GET',
    path: '/volumes',
    timeoutMs: readTimeoutMs,
    context: { address },
  })) as { Volumes: { Name: string }[] | null };
  return (Volumes ?? [])
    .map(({ Name }) => Name)
    .filter((name) => !/^[0-9a-f]{64}$/.test(name))
    .sort();
}
