import type { SpecHealthCheck } from '../contract/containerSpec';
import { healthOf, type RawConfig, words } from './rawConfig';

/** What an image brings along, from `GET /images/{name}/json`. Everything is there, empty where the image is silent. */
export interface ImageConfig {
  id: string;
  user: string;
  environment: string[];
  entrypoint: string[] | null;
  command: string[] | null;
  workingDirectory: string;
  labels: Record<string, string>;
  exposedPorts: string[];
  volumePaths: string[];
  stopSignal: string;
  healthTest: string[] | null;
  healthCheck: SpecHealthCheck | null;
}

/** The image's part of a container, from the engine's answer. */
export function imageConfigOf(inspected: { Id: string; Config?: object | null }): ImageConfig {
  const config = (inspected.Config ?? {}) as RawConfig;
  return {
    id: inspected.Id,
    user: config.User ?? '',
    environment: config.Env ?? [],
    entrypoint: words(config.Entrypoint),
    command: words(config.Cmd),
    workingDirectory: config.WorkingDir ?? '',
    labels: config.Labels ?? {},
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    volumePaths: Object.keys(config.Volumes ?? {}),
    stopSignal: config.StopSignal ?? '',
    healthTest: config.Healthcheck?.Test ?? null,
    healthCheck: healthOf(config.Healthcheck),
  };
}
