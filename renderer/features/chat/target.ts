import { messageLengthLimit } from '../../../electron/contract/chat';
import type { Container } from '../../../electron/contract/containers';
import type { ChatTarget, ContainerTarget } from '../../../electron/contract/targets';

/** Containers that can be talked to: they run and their image serves the API. */
export function chatContainers(containers: readonly Container[]): Container[] {
  return containers.filter(({ servesApi, state }) => servesApi && state === 'running');
}

/** The target that a container is. */
export const targetOf = ({ id, name }: Container): ContainerTarget => ({ kind: 'container', id, name });

/** Whether both mean the same container or endpoint with the same model; a container may have been made again. */
export function sameTarget(a: ChatTarget, b: ChatTarget): boolean {
  if (a.model !== b.model) return false;
  if (a.kind === 'container') return b.kind === 'container' && (a.id === b.id || a.name === b.name);
  return b.kind === 'endpoint' && a.endpointId === b.endpointId;
}

/** The container of a target: by id, else the running one that has its name now; null where there is none. */
export function findTarget(containers: readonly Container[], target: ContainerTarget): Container | null {
  return (
    containers.find(({ id }) => id === target.id) ??
    containers.find(({ name, state }) => name === target.name && state === 'running') ??
    null
  );
}

/** Whom a new conversation talks to: the one asked for, else the last one talked to, else a healthy one. */
export function firstTarget(
  containers: readonly Container[],
  wishedId: string | undefined,
  lastTargets: readonly (ChatTarget | null)[],
): ChatTarget | null {
  const running = chatContainers(containers);
  const wished = containers.find(({ id }) => id === wishedId);
  if (wished) return targetOf(wished);
  for (const target of lastTargets) {
    if (target?.kind === 'endpoint') return target;
    const found = target && findTarget(running, target);
    if (target && found) return { ...target, id: found.id, name: found.name };
  }
  const first = running.find(({ health }) => health === 'healthy') ?? running[0];
  return first ? targetOf(first) : null;
}

/** Why nothing can be sent now; `startedAtMs` tells since when a container gets ready. */
export type SendBlock =
  | { reason: 'answering' | 'noTarget' | 'noText' }
  | { reason: 'tooLong'; length: number; limit: number }
  | { reason: 'missing' | 'stopped' | 'noPort'; name: string; containerId: string }
  | { reason: 'starting'; name: string; startedAtMs: number | null };

interface SendSituation {
  text: string;
  isAnswering: boolean;
  target: ChatTarget | null;
  /** Undefined until main told. */
  containers: readonly Container[] | undefined;
}

/** The first reason not to send, or null. What only main can know fails there, with words of its own. */
export function sendBlock({ text, isAnswering, target, containers }: SendSituation): SendBlock | null {
  if (isAnswering) return { reason: 'answering' };
  if (target === null) return { reason: 'noTarget' };
  if (containers !== undefined && target.kind === 'container') {
    const container = findTarget(containers, target);
    const named = { name: container?.name ?? target.name, containerId: container?.id ?? target.id };
    if (container === null) return { reason: 'missing', ...named };
    if (container.state !== 'running') return { reason: 'stopped', ...named };
    if (container.health === 'starting') {
      return { reason: 'starting', name: container.name, startedAtMs: container.startedAtMs };
    }
    if (!container.ports.some(({ protocol }) => protocol === 'tcp')) return { reason: 'noPort', ...named };
  }
  if (text.length > messageLengthLimit) return { reason: 'tooLong', length: text.length, limit: messageLengthLimit };
  if (text.trim() === '') return { reason: 'noText' };
  return null;
}
