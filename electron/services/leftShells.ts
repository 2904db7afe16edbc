import * as z from 'zod';
import { isFailure } from '../contract/failures';
import type { Engine } from '../docker/engine';
import type { EngineLink } from './engine';
import { JsonFile } from './jsonFile';
import { signalCommand } from './terminalShell';

/** Shells that are remembered at most; far more than may be open at once. */
const keptShells = 200;

const leftShell = z.object({
  /** Where its engine is. */
  address: z.string(),
  containerId: z.string(),
  execId: z.string(),
  /** The kernel session that it leads, in its container. */
  kernelSessionId: z.int().min(2),
  user: z.string().nullable(),
  /** Process of the Wharf that opened it. */
  ownerPid: z.int(),
});
type LeftShell = z.infer<typeof leftShell>;

/** What `LeftShells` works with. */
export interface LeftShellsOptions {
  engineLink: EngineLink;
  /** Takes one line for the app log. */
  log(line: string): void;
  /** Whether a process of this machine runs; its own by default. */
  isRunning?(pid: number): boolean;
}

/**
 * Ends the shells of a Wharf that could not do so itself, since it was killed: an engine leaves a process with a terminal
 * running when nobody is at it any more (moby #9098). Each open shell is on disk; a shell of a Wharf that is gone is ended
 * as soon as its engine answers, and only where the engine says that this very one still runs.
 */
export class LeftShells {
  private readonly forgetReady: () => void;

  private constructor(
    private readonly file: JsonFile<LeftShell[]>,
    private readonly options: LeftShellsOptions,
  ) {
    this.forgetReady = options.engineLink.onReady((engine) => void this.endLeft(engine));
  }

  /** Reads what is known of earlier runs, and looks after it whenever an engine becomes ready. */
  static async open(file: string, options: LeftShellsOptions): Promise<LeftShells> {
    const parse = (value: unknown) => (value === undefined ? [] : z.array(leftShell).parse(value));
    return new LeftShells(await JsonFile.open(file, parse), options);
  }

  /** Remembers a shell of this run until `forget`. */
  note(engine: Engine, shell: Pick<LeftShell, 'containerId' | 'execId' | 'kernelSessionId' | 'user'>): Promise<void> {
    const one = { ...shell, address: engine.endpoint.address, ownerPid: process.pid };
    return this.change((shells) => [...shells, one].slice(-keptShells));
  }

  /** A shell is over. */
  forget(execId: string): Promise<void> {
    return this.change((shells) => shells.filter((shell) => shell.execId !== execId));
  }

  close(): void {
    this.forgetReady();
  }

  private async endLeft(engine: Engine): Promise<void> {
    const isRunning = this.options.isRunning ?? isProcess;
    for (const shell of this.file.value) {
      if (shell.address !== engine.endpoint.address || isRunning(shell.ownerPid)) continue;
      try {
        if ((await engine.inspectExec(shell.execId)).running) await end(engine, shell);
      } catch (error) {
        // Gone with its container, or the engine went away again: then the next time will do.
        if (!isFailure(error)) throw error;
        if (error.code !== 'ENGINE_REFUSED' && error.code !== 'CONTAINER_MISSING') return;
      }
      await this.forget(shell.execId);
    }
  }

  /** A disk that takes nothing keeps nobody from a terminal. */
  private async change(make: (shells: LeftShell[]) => LeftShell[]): Promise<void> {
    try {
      await this.file.change(make);
    } catch (error) {
      if (!isFailure(error, 'STORAGE_FAILED')) throw error;
      this.options.log(`open shells are not kept: ${error.details.message}`);
    }
  }
}

async function end(engine: Engine, { containerId, kernelSessionId, user }: LeftShell): Promise<void> {
  for (const signal of ['HUP', 'KILL'] as const) {
    await engine.execToEnd(containerId, { command: signalCommand(signal, kernelSessionId), environment: [], user });
  }
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
