import type { EngineChoice, EngineChoices as EngineChoicesValue, EngineState } from '../contract/engine';
import { Failure, isFailure } from '../contract/failures';
import { type ChoosableEngine, choosableTargets, type EngineTarget, engineTargets } from '../docker/endpoints';
import type { Engine } from '../docker/engine';
import type { EngineSurroundings } from '../docker/engineCandidates.mjs';
import type { EngineLink } from './engine';
import type { EngineMemory } from './engineMemory';
import type { Tasks } from './tasks';
import { withTimeLimit } from './timeLimit';

/** Places on this machine are asked for so long when their list is shown. */
const lookMs = 1_500;

/** What `EngineChoices` works with. */
export interface EngineChoicesOptions {
  memory: EngineMemory;
  surroundings: EngineSurroundings;
  engineLink: EngineLink;
  tasks: Pick<Tasks, 'runningCount' | 'forgetRepeats'>;
  connect(target: EngineTarget, signal?: AbortSignal): Promise<Engine>;
}

/** Where engines should be looked for: the one that was chosen, and only that, or the usual places. */
export function enginesToTry(memory: Pick<EngineMemory, 'chosen'>, surroundings: EngineSurroundings): EngineTarget[] {
  const { chosen } = memory;
  if (chosen === null) return engineTargets(surroundings);
  // As it is now, with its certificates; as it was where its context is gone: then nothing else is driven instead.
  return [choosableTargets(surroundings).find(({ id }) => id === chosen.id)?.target ?? chosen.target];
}

/** Which engines there are, and which one is driven. */
export class EngineChoices {
  constructor(private readonly options: EngineChoicesOptions) {}

  /** See `engine.choices`. */
  async list(): Promise<EngineChoicesValue> {
    const { memory, surroundings, tasks } = this.options;
    const choices = await Promise.all(choosableTargets(surroundings).map((choosable) => this.look(choosable)));
    // A usual socket that is not there is no choice; a context or DOCKER_HOST was written down by somebody.
    const shown = choices.filter(({ endpoint, failure }) => endpoint.source !== 'socket' || !isAbsent(failure));
    return { choices: shown, chosenId: memory.chosen?.id ?? null, busyTasks: tasks.runningCount };
  }

  /** See `engine.choose`. */
  async choose(id: string | null): Promise<EngineState> {
    const { memory, engineLink, tasks } = this.options;
    this.mustBeIdle();
    const found = id === null ? await this.first() : await this.open(this.find(id).target);
    try {
      // Work that began while the other engine was tried keeps its own.
      this.mustBeIdle();
      await memory.choose(id === null ? null : { id, target: found.target });
    } catch (error) {
      found.engine.close();
      throw error;
    }
    if (found.target.address !== engineLink.state.value.endpoint?.address) tasks.forgetRepeats();
    engineLink.use(found.target, found.engine);
    return engineLink.state.value;
  }

  /** See `engine.trustHost`. */
  async trustHost(id: string, fingerprint: string): Promise<void> {
    const { target } = this.find(id);
    if (!(await this.options.memory.trustHost(target.address, fingerprint))) {
      throw new Failure('ENGINE_CHOICE_MISSING', { id });
    }
  }

  /** See `engine.allowPlain`. */
  async allowPlain(id: string): Promise<void> {
    await this.options.memory.allowPlain(this.find(id).target.address);
  }

  private mustBeIdle(): void {
    const taskCount = this.options.tasks.runningCount;
    if (taskCount > 0) throw new Failure('ENGINE_BUSY', { taskCount });
  }

  private find(id: string): ChoosableEngine {
    const found = choosableTargets(this.options.surroundings).find((choosable) => choosable.id === id);
    if (found === undefined) throw new Failure('ENGINE_CHOICE_MISSING', { id });
    return found;
  }

  private async open(target: EngineTarget): Promise<{ target: EngineTarget; engine: Engine }> {
    return { target, engine: await this.options.connect(target) };
  }

  /** The first of the usual places that answers. @throws what the first of them failed with, where none does */
  private async first(): Promise<{ target: EngineTarget; engine: Engine }> {
    let firstFailure: Failure | null = null;
    for (const target of engineTargets(this.options.surroundings)) {
      try {
        return await this.open(target);
      } catch (error) {
        if (!isFailure(error)) throw error;
        firstFailure ??= error;
      }
    }
    throw firstFailure ?? new Failure('ENGINE_UNREACHABLE', { address: '', reason: 'absent' });
  }

  private async look({ id, kind, target }: ChoosableEngine): Promise<EngineChoice> {
    const { source, label, address } = target;
    const choice = { id, kind, endpoint: { source, label, address }, facts: null, failure: null };
    const driven = this.options.engineLink.state.value;
    if (driven.endpoint?.address === address) {
      return { ...choice, state: 'driven', facts: driven.facts, failure: driven.failure };
    }
    if (!/^(unix|npipe):/.test(address)) return { ...choice, state: 'unasked' };
    try {
      const engine = await withTimeLimit(lookMs, (limited) => this.options.connect(target, limited));
      engine.close();
      return { ...choice, state: 'answers', facts: engine.facts };
    } catch (error) {
      if (!isFailure(error)) throw error;
      const failure = isFailure(error, 'CANCELLED')
        ? { code: 'ENGINE_NOT_ANSWERING' as const, details: { address, timeoutMs: lookMs } }
        : error.toValue();
      return { ...choice, state: 'silent', failure };
    }
  }
}

function isAbsent(failure: EngineChoice['failure']): boolean {
  return failure?.code === 'ENGINE_UNREACHABLE' && failure.details.reason === 'absent';
}
