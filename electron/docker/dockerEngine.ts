import type { Agent } from 'node:http';
import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { KillSignal } from '../contract/containerCommands';
import type { ContainerSpec } from '../contract/containerSpec';
import type { Container } from '../contract/containers';
import type { EngineEndpoint, EngineFacts } from '../contract/engine';
import { isFailure } from '../contract/failures';
import type { HistoryStep, Image, ImageDetail } from '../contract/images';
import type { ContainerDetails } from '../contract/inspect';
import type { BuildEvent, BuildOptions } from './build';
import { openBuild } from './buildStream';
import { detailsOf } from './containerDetails';
import * as files from './containerFiles';
import { containerLogs } from './containerLogs';
import { rowOfInspect } from './containerRows';
import { specOfInspect } from './containerSpec';
import * as containers from './containers';
import type { EngineDisk } from './diskUse';
import * as disk from './diskUse';
import type { Engine, EngineEvent, ImageDetails } from './engine';
import { engineEvents } from './events';
import * as exec from './exec';
import { type GpuSupport, gpuSupport } from './gpuSupport';
import { hideSecrets, type Json, textAt } from './hideSecrets';
import * as archives from './imageArchive';
import type { ImageConfig } from './imageConfig';
import * as imageDetail from './imageDetail';
import * as images from './images';
import type { LogBatch, LogOptions } from './logs';
import * as networks from './networks';
import { type PullOptions, pullImage } from './pull';
import { request } from './request';
import { readStats, type StatsReading } from './stats';

/** For a question that nothing waits for but a person. */
const askTimeoutMs = 10_000;

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

  gpuSupport(): Promise<GpuSupport> {
    return gpuSupport(this.docker, this.address);
  }

  ask(path: string): Promise<unknown> {
    return request(this.docker, { method: 'GET', path, timeoutMs: askTimeoutMs, context: { address: this.address } });
  }

  listContainers(signal?: AbortSignal): Promise<Container[]> {
    return containers.listContainers(this.docker, this.address, signal);
  }

  async inspectContainer(id: string, signal?: AbortSignal): Promise<Container> {
    return rowOfInspect(await containers.inspectRaw(this.docker, this.address, id, signal));
  }

  createContainer(spec: ContainerSpec, basedOn: string | null = null): Promise<string> {
    return containers.createContainer(this.docker, this.address, spec, basedOn);
  }

  async containerSpec(id: string): Promise<{ spec: ContainerSpec; image: ImageConfig | null }> {
    const inspected = await containers.inspectRaw(this.docker, this.address, id);
    // Its image may have lost its name or be gone: then nothing can be told apart from it.
    const image = await this.imageConfig(inspected.Image).catch((error: unknown) => {
      if (isFailure(error, 'IMAGE_MISSING')) return null;
      throw error;
    });
    return { spec: specOfInspect(inspected, image), image };
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

  setPaused(id: string, isPaused: boolean): Promise<void> {
    return containers.setPaused(this.docker, this.address, id, isPaused);
  }

  killContainer(id: string, signal: KillSignal): Promise<void> {
    return containers.killContainer(this.docker, this.address, id, signal);
  }

  renameContainer(id: string, name: string): Promise<void> {
    return containers.renameContainer(this.docker, this.address, id, name);
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

  imageConfig(reference: string): Promise<ImageConfig> {
    return images.imageConfig(this.docker, this.address, reference);
  }

  removeImage(reference: string): Promise<void> {
    return images.removeImage(this.docker, this.address, reference);
  }

  describeImage(reference: string): Promise<ImageDetail> {
    return imageDetail.describeImage(this.docker, this.address, reference);
  }

  imageHistory(reference: string): Promise<HistoryStep[]> {
    return imageDetail.imageHistory(this.docker, this.address, reference);
  }

  tagImage(reference: string, tag: string): Promise<void> {
    return images.tagImage(this.docker, this.address, reference, tag);
  }

  childImages(id: string): Promise<string[]> {
    return images.childImages(this.docker, this.address, id);
  }

  pullImage(reference: string, options: Omit<PullOptions, 'saysWhenComplete'>): Promise<void> {
    const saysWhenComplete = this.facts.product === 'Docker';
    return pullImage(this.docker, this.address, reference, { ...options, saysWhenComplete });
  }

  saveImages(references: readonly string[], signal: AbortSignal): AsyncIterable<Uint8Array> {
    return archives.saveImages(this.docker, this.address, references, signal);
  }

  loadImages(archive: Readable, signal: AbortSignal): Promise<string[]> {
    return archives.loadImages(this.docker, this.address, archive, signal);
  }

  diskUse(signal?: AbortSignal): Promise<EngineDisk> {
    return disk.diskUse(this.docker, this.address, signal);
  }

  pruneBuildCache(signal: AbortSignal): Promise<number> {
    return disk.pruneBuildCache(this.docker, this.address, signal);
  }

  readFiles(id: string, path: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return files.readFiles(this.docker, this.address, id, path, signal);
  }

  fileSize(id: string, path: string): Promise<number | null> {
    return files.fileSize(this.docker, this.address, id, path);
  }

  writeFiles(id: string, path: string, archive: Readable, signal: AbortSignal): Promise<void> {
    return files.writeFiles(this.docker, this.address, id, path, archive, signal);
  }

  networkNames(): Promise<string[]> {
    return networks.networkNames(this.docker, this.address);
  }

  createNetwork(name: string, labels: Record<string, string>): Promise<boolean> {
    return networks.createNetwork(this.docker, this.address, name, labels);
  }

  networksOf(labels: Record<string, string>): Promise<networks.NetworkUse[]> {
    return networks.networksOf(this.docker, this.address, labels);
  }

  removeNetwork(name: string): Promise<void> {
    return networks.removeNetwork(this.docker, this.address, name);
  }

  connectNetwork(name: string, containerId: string, aliases: string[] = []): Promise<void> {
    return networks.connectNetwork(this.docker, this.address, name, containerId, aliases);
  }

  otherNetworks(id: string): Promise<{ name: string; aliases: string[] }[]> {
    return networks.otherNetworks(this.docker, this.address, id);
  }

  volumeNames(): Promise<string[]> {
    return networks.volumeNames(this.docker, this.address);
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
