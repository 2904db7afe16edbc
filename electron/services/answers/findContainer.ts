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

/** The published port to talk to: the usual one first, IPv4 first. */
function portOf(container: Container): PublishedPort | undefined {
  const usable = container.ports.filter((port) => port.protocol === 'tcp' && port.hostIp in loopbackOf);
  const rank = (port: PublishedPort) =>
    (port.containerPort === usualPort ? 0 : 2) + (port.hostIp.includes(':') ? 1 : 0);
  return usable.sort((a, b) => rank(a) - rank(b))[0];
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
  const port = portOf(container);
  if (!port) throw unreachable('noPort');
  return { container, baseUrl: `http://${loopbackOf[port.hostIp]}:${port.hostPort}` };
}
