import { dockerCommand } from '../contract/commands';
import { labels } from '../contract/containerSpec';
import type { ContainerDescription, ExportFormat, ImageDefaults } from '../contract/containers';
import { requestOfSpec } from '../contract/requestOfSpec';
import { portOf, variableOf } from '../docker/rawConfig';
import type { EngineLink } from './engine';

/** Containers and images in other words: as the run form says them, and as files for other tools. */
export class ContainerForms {
  constructor(private readonly engineLink: EngineLink) {}

  /** See `containers.describe`. */
  async describe(id: string): Promise<ContainerDescription> {
    const engine = this.engineLink.current();
    const [{ spec, image }, row] = await Promise.all([engine.containerSpec(id), engine.inspectContainer(id)]);
    const now = await engine.imageConfig(spec.image).catch(() => null);
    const imageChanged = now !== null && now.id !== row.imageId;
    return { ...requestOfSpec(spec, image?.user ?? ''), imageChanged };
  }

  /** See `containers.exportAs`. */
  async exportAs(id: string, format: ExportFormat, secrets: boolean): Promise<{ text: string }> {
    const { spec, image } = await this.engineLink.current().containerSpec(id);
    if (format === 'dockerRun') return { text: `${dockerCommand.run(spec, { hideSecrets: !secrets })}\n` };
    // A library of its own, which no start needs.
    if (format === 'compose') return { text: (await import('./exports/composeFile')).composeFile(spec, secrets) };
    const { kubernetesManifest } = await import('./exports/kubernetesManifest');
    return { text: kubernetesManifest(spec, image?.healthCheck ?? null, secrets) };
  }

  /** See `containers.imageDefaults`. */
  async imageDefaults(reference: string): Promise<ImageDefaults> {
    const image = await this.engineLink.current().imageConfig(reference);
    return {
      user: image.user,
      ports: image.exposedPorts.flatMap((key) => {
        const { containerPort, protocol } = portOf(key);
        return protocol === 'sctp' ? [] : [{ containerPort, protocol }];
      }),
      command: [...(image.entrypoint ?? []), ...(image.command ?? [])],
      environment: image.environment.map(variableOf),
      hasHealthCheck: image.healthCheck !== null && image.healthCheck.test[0] !== 'NONE',
      servesApi: labels.api in image.labels,
      volumePaths: image.volumePaths,
    };
  }

  /** See `containers.places`. */
  async places(): Promise<{ networks: string[]; volumes: string[] }> {
    const engine = this.engineLink.current();
    const [networks, volumes] = await Promise.all([engine.networkNames(), engine.volumeNames()]);
    return { networks: networks.filter((name) => !['bridge', 'host', 'none'].includes(name)), volumes };
  }
}
