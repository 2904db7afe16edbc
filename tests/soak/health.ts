import { readdirSync, readlinkSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What grows where something leaks. */
export interface Measures {
  /** Sockets, pipes and the like. */
  connections: number;
  /** Open files. */
  files: number;
  heapBytes: number;
  /** Listeners of the process itself. */
  listeners: number;
  readers: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What each descriptor of this process leads to, as `socket:[1]` or a path. */
function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)];
    } catch {
      // The one that read the folder is closed by now.
      return [];
    }
  });
}

/** Measures the process at rest. @param readers open watches of the services */
export function measure(readers: number): Measures {
  collectGarbage();
  collectGarbage();
  const open = openDescriptors();
  const files = open.filter((one) => one.startsWith('/'));
  return {
    connections: open.length - files.length,
    files: files.length,
    heapBytes: process.memoryUsage().heapUsed,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    readers,
  };
}

/** Collects what nobody caught, and warnings of too many listeners, until `stop`. */
export function watchProcess(): { troubles: string[]; stop(): void } {
  const troubles: string[] = [];
  const onError = (error: unknown) =>
    troubles.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const onWarning = (warning: Error) => {
    if (warning.name === 'MaxListenersExceededWarning') troubles.push(warning.stack ?? warning.message);
  };
  process.on('uncaughtException', onError).on('unhandledRejection', onError).on('warning', onWarning);
  return {
    troubles,
    stop: () =>
      void process.off('uncaughtException', onError).off('unhandledRejection', onError).off('warning', onWarning),
  };
}
