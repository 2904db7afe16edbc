import type { Container } from '../../contract/containers';
import { isFailure } from '../../contract/failures';
import { writtenOut } from '../../contract/imageNames';
import { type GpuGiven, type OllamaAsked, ollamaPort, ollamaRunRequest } from '../../contract/ollamaContainer';
import type { Engine } from '../../docker/engine';
import type { Ran } from '../containerRuns';
import type { Containers } from '../containers';
import { freeName } from './freeName';
import type { OllamaProxies } from './ollamaProxies';

/** What was asked for, its image decided on. */
export type Resolved = OllamaAsked & { image: string };

/** Ports, or names, that are tried when somebody is quicker. */
const tries = 20;

/** Finds or makes the container that Ollama runs in. */
export class OllamaPlaces {
  constructor(private readonly options: { containers: Containers; proxies: Pick<OllamaProxies, 'ofMachine'> }) {}

  /** Under the first name that nobody else has: ours with the image asked for, as it is, or a new one. */
  async reuseOrRun(engine: Engine, asked: Resolved): Promise<{ ran: Ran; gpu: GpuGiven; undo: () => Promise<void> }> {
    const { containers } = this.options;
    const rows = await engine.listContainers();
    const isOurs = ({ image, madeByWharf }: Container) => madeByWharf && writtenOut(image) === asked.image;
    const others = rows.filter((row) => !isOurs(row));
    const name = freeName(asked.name, new Set(others.map((row) => row.name)));
    const ours = rows.find((row) => row.name === name);
    if (ours !== undefined) {
      const wasUp = ours.state === 'running';
      if (!wasUp) await containers.start(ours.id);
      const { spec } = await engine.containerSpec(ours.id);
      const { ports } = await engine.inspectContainer(ours.id);
      return {
        ran: {
          id: ours.id,
          hostPort: ports.find(({ containerPort }) => containerPort === ollamaPort)?.hostPort ?? null,
        },
        gpu: { state: spec.gpus === null ? 'notAsked' : 'given' },
        undo: async () => (wasUp ? undefined : containers.stop(ours.id, 0)),
      };
    }
    const { ran, gpu } = await this.runWithGpu(engine, asked, rows);
    return { ran, gpu, undo: () => containers.remove(ran.id, { force: true, volumes: true }) };
  }

  /** With the GPUs where the engine offers some; where it cannot keep that promise, without, and says so. */
  private async runWithGpu(
    engine: Engine,
    asked: Resolved,
    rows: readonly Container[],
  ): Promise<{ ran: Ran; gpu: GpuGiven }> {
    if (asked.gpus === 'none') return { ran: await this.run(asked, false, rows), gpu: { state: 'notAsked' } };
    const { hasRuntime, cdiDevices } = await engine.gpuSupport();
    if (!hasRuntime && cdiDevices.length === 0) {
      return { ran: await this.run(asked, false, rows), gpu: { state: 'notOffered' } };
    }
    try {
      return { ran: await this.run(asked, true, rows), gpu: { state: 'given' } };
    } catch (error) {
      if (!isFailure(error, 'GPU_UNAVAILABLE')) throw error;
      const { message } = error.details;
      return { ran: await this.run(asked, false, rows), gpu: { state: 'refused', message } };
    }
  }

  private async run(asked: Resolved, withGpu: boolean, rows: readonly Container[]): Promise<Ran> {
    const { containers } = this.options;
    const taken = new Set(rows.map(({ name }) => name));
    const environment = this.options.proxies.ofMachine();
    let from = ollamaPort;
    for (let tried = 1; ; tried += 1) {
      const name = freeName(asked.name, taken);
      const hostPort = asked.isPublished ? await containers.suggestPort(from) : null;
      try {
        return await containers.run(ollamaRunRequest({ ...asked, name }, { withGpu, hostPort, environment }));
      } catch (error) {
        // Somebody was quicker: the next name, or the next port.
        if (tried === tries) throw error;
        if (isFailure(error, 'NAME_TAKEN')) taken.add(name);
        else if (isFailure(error, 'PORT_IN_USE')) from = error.details.port + 1;
        else throw error;
      }
    }
  }
}
