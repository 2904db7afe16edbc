import type { Container } from '../../electron/contract/containers';
import type { containerTexts } from './locales/containerWords';

type Word = keyof (typeof containerTexts)['en'];

/** How a container stands: a word of `containerTexts`, and the tone it is shown in. */
export interface ContainerStatus {
  word: Word;
  tone: 'good' | 'warn' | 'bad' | 'busy' | 'idle';
}

/** Signals by which people stop containers (SIGINT, SIGKILL, SIGTERM): stopped, not failed. */
const askedToEnd = new Set([0, 130, 137, 143]);

/** State and health in one word. */
export function containerStatus(container: Container): ContainerStatus {
  switch (container.state) {
    case 'running':
      if (container.health === 'healthy') return { word: 'healthy', tone: 'good' };
      if (container.health === 'unhealthy') return { word: 'unhealthy', tone: 'bad' };
      if (container.health === 'starting') return { word: 'starting', tone: 'busy' };
      return { word: 'running', tone: 'good' };
    case 'exited': {
      const failed = container.outOfMemory || (container.exitCode !== null && !askedToEnd.has(container.exitCode));
      return failed ? { word: 'exitedBadly', tone: 'bad' } : { word: 'exited', tone: 'idle' };
    }
    case 'restarting':
      return { word: 'restarting', tone: container.restartCount > 0 ? 'warn' : 'busy' };
    case 'removing':
      return { word: 'removing', tone: 'busy' };
    case 'paused':
      return { word: 'paused', tone: 'warn' };
    case 'created':
      return container.startProblem === null ? { word: 'created', tone: 'idle' } : { word: 'exitedBadly', tone: 'bad' };
    case 'dead':
      return { word: 'dead', tone: 'bad' };
  }
}

/** True where starting it makes sense. */
export function canStart(container: Container): boolean {
  return container.state === 'created' || container.state === 'exited';
}

/** True where stopping it makes sense. */
export function canStop(container: Container): boolean {
  return container.state === 'running' || container.state === 'restarting' || container.state === 'paused';
}

/** The port on this machine that answers for the container; null where none is published. */
export function mainPort(container: Container): number | null {
  return container.ports.find((port) => port.protocol === 'tcp')?.hostPort ?? null;
}
