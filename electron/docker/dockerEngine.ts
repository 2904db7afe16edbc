import type { Agent } from 'node:http';
import type Dockerode from 'dockerode';
import type { Container } from '../contract/containers';
import type { EngineEndpoint, EngineFacts } from '../contract/engine';
import type { Image } from '../contract/images';
import type { ContainerDetails } from '../contract/inspect';
import type { BuildEvent, BuildOptions } from './build';
import { openBuild } from './buildStream';
import { detailsOf } from './containerDetails';
import { containerLogs } from './containerLogs';
import { rowOfInspect } from './containerRows';
import * as containers from './containers';
import type { ContainerSpec, Engine, EngineEvent, ImageDetails } from './engine';
import { engineEvents } from './events';
import * as exec from './exec';
import { hideSecrets, type Json, textAt } from './hideSecrets';
import * as images from './images';
import type { LogBatch, LogOptions } from './logs';
import { request } from './request';
import { readStats, type StatsReading } from './stats';

/** The `Engine` over a connected dockerode. What each call does stands at the interface. */
export class DockerEngine implements Engine {
  private readonly address: string;

  constructor(
    private readonly docker: Dockerode,
    private readonly agent: Agent,
    readonly endpoint: EngineEndpoint,
    readonly facts: EngineFacts,
  ) {
    this.address = endpoint.address;
  }

  async ping(timeoutMs: number): Promise<void> {
    await request(this.docker, { method: 'GET', path: '/_ping', timeoutMs, context: { address: this.address } });
  }

  listContainers(signal?: AbortSignal): Promise<Container[]> {
    return containers.listContainers(this.docker, this.address, signal);
  }

  async inspectContainer(id: string, signal?: AbortSignal): Promise<Container> {
    return rowOfInspect(await containers.inspectRaw(this.docker, this.address, id, signal));
  }

  createContainer(spec: ContainerSpec): Promise<string> {
    return containers.createContainer(this.docker, this.address, spec);
  }

  startContainer(id: string): Promise<void> {
    return containers.startContainer(this.docker, this.address, id);
  }

  stopContainer(id: string, graceSeconds: number): Promise<void> {
    return containers.stopContainer(this.docker, this.address, id, graceSeconds);
  }

  restartContainer(id: string, graceSeconds: number): Promise<void> {
    return containers.restartContainer(this.docker, this.address, id, graceSeconds);
  }

  removeContainer(id: string, options: { force: boolean; volumes: boolean }): Promise<void> {
    return containers.removeContainer(this.docker, this.address, id, options);
  }

  async inspectDetails(id: string, signal?: AbortSignal): Promise<ContainerDetails> {
    const { shown, hidden } = await this.inspectHidden(id, signal);
    return detailsOf(shown as never, hidden);
  }

  inspectTree(id: string): Promise<{ shown: Json; hidden: string[][] }> {
    return this.inspectHidden(id);
  }

  async inspectText(id: string, path: readonly string[]): Promise<string | null> {
    return textAt((await containers.inspectRaw(this.docker, this.address, id)) as never, path);
  }

  async environmentVariable(id: string, name: string): Promise<string | null> {
    const { Config } = await containers.inspectRaw(this.docker, this.address, id);
    const variable = Config.Env?.find((one) => one.startsWith(`${name}=`));
    return variable?.slice(name.length + 1) ?? null;
  }

  readStats(id: string, signal?: AbortSignal): Promise<StatsReading | null> {
    return readStats(this.docker, this.address, id, signal);
  }

  execTerminal(
    id: string,
    spec: Omit<exec.ExecSpec, 'terminal'>,
    size: { columns: number; rows: number },
  ): Promise<exec.ExecTerminal> {
    return exec.execTerminal(this.docker, this.address, id, { ...spec, terminal: size });
  }

  execToEnd(id: string, spec: Omit<exec.ExecSpec, 'terminal'>): Promise<number | null> {
    return exec.execToEnd(this.docker, this.address, id, spec);
  }

  inspectExec(execId: string): Promise<exec.ExecState> {
    return exec.inspectExec(this.docker, this.address, execId);
  }

  resizeExec(execId: string, size: { columns: number; rows: number }): Promise<void> {
    return exec.resizeExec(this.docker, this.address, execId, size);
  }

  listImages(rows: readonly Container[], signal?: AbortSignal): Promise<Image[]> {
    return images.listImages(this.docker, this.address, rows, signal);
  }

  inspectImage(reference: string): Promise<ImageDetails> {
    return images.inspectImage(this.docker, this.address, reference);
  }

  imageInstructions(reference: string): Promise<string[]> {
    return images.imageInstructions(this.docker, this.address, reference);
  }

  removeImage(reference: string): Promise<void> {
    return images.removeImage(this.docker, this.address, reference);
  }

  pullImage(reference: string, signal: AbortSignal): Promise<void> {
    return images.pullImage(this.docker, this.address, reference, signal);
  }

  events(signal: AbortSignal, onOpen: () => void): AsyncIterable<EngineEvent> {
    return engineEvents(this.docker, { address: this.address }, signal, onOpen);
  }

  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogBatch> {
    return containerLogs(this.docker, this.address, id, options, signal);
  }

  build(options: BuildOptions, signal: AbortSignal): AsyncIterable<BuildEvent> {
    return openBuild(this.docker, this.address, options, signal);
  }

  private async inspectHidden(id: string, signal?: AbortSignal): Promise<{ shown: Json; hidden: string[][] }> {
    return hideSecrets((await containers.inspectRaw(this.docker, this.address, id, signal)) as never);
  }

  close(): void {
    this.agent.destroy();
  }
}
