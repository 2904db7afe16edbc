import type { Container, PublishedPort } from '../../contract/containers';
import { Failure } from '../../contract/failures';
import type { ContainerTarget } from '../../contract/targets';

/** Port inside the container that the bundled service listens on; another one is taken where this is not published. */
const usualPort = 8000;

/** Address to connect to for each address that a port can be published on and that is this machine alone or any. */
const loopbackOf: Record<string, string> = {
  '127.0.0.1': '127.0.0.1',
  '0.0.0.0': '127.0.0.1',
  '': '127.0.0.1',
  '::1': '[::1]',
  '::': '[::1]',
};

/**
 * The base address under which this machine reaches a container's service: over the port `wanted` inside it first, IPv4
 * first; null where it publishes none on this machine.
 */
export function publishedUrl(container: Container, wanted: number): string | null {
  const usable = container.ports.filter((port) => port.protocol === 'tcp' && port.hostIp in loopbackOf);
  const rank = (port: PublishedPort) => (port.containerPort === wanted ? 0 : 2) + (port.hostIp.includes(':') ? 1 : 0);
  const [port] = usable.sort((a, b) => rank(a) - rank(b));
  return port === undefined ? null : `http://${loopbackOf[port.hostIp]}:${port.hostPort}`;
}

/**
 * Finds who answers: the target's container, or, where that is gone, the running one that has its name now.
 * @param rows the containers as last known
 * @returns the container and the base address of its service, without a slash at the end
 * @throws Failure CHAT_TARGET_UNREACHABLE (`missing`, `stopped`, `noPort`)
 */
export function findContainer(
  rows: readonly Container[],
  target: ContainerTarget,
): { container: Container; baseUrl: string } {
  const unreachable = (reason: 'missing' | 'stopped' | 'noPort') =>
    new Failure('CHAT_TARGET_UNREACHABLE', { name: target.name, reason });
  const container =
    rows.find((row) => row.id === target.id) ?? rows.find((row) => row.name === target.name && row.state === 'running');
  if (!container) throw unreachable('missing');
  if (container.state !== 'running') throw unreachable('stopped');
  const baseUrl = publishedUrl(container, usualPort);
  if (baseUrl === null) throw unreachable('noPort');
  return { container, baseUrl };
}
