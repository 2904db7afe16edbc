import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '../../electron/contract/tasks';
import { registryCredentials } from '../../electron/docker/registryCredentials';
import { DiskUse } from '../../electron/services/diskUse';
import { FileGrants } from '../../electron/services/fileGrants';
import { ImageArchives } from '../../electron/services/imageArchives';
import { Presets } from '../../electron/services/presets';
import { Pulls } from '../../electron/services/pulls';
import { type ImageServices, type ImageServicesOptions, openImageServices } from '../fakes/imageServices';

/** The services that move images, on one engine, with a folder of their own. */
export interface Transfers extends ImageServices {
  pulls: Pulls;
  imageArchives: ImageArchives;
  disk: DiskUse;
  presets: Presets;
  fileGrants: FileGrants;
  folder: string;
  /** Registry that mirrors Docker Hub; empty for none. */
  mirror: string;
  /** Docker's own folder for `config.json`; nobody's until a test writes one. */
  dockerConfig: string;
  /** Starts something and answers its task once it is over. */
  done(started: Promise<{ taskId: string }>): Promise<Task>;
}

export async function openTransfers(address: string, options: ImageServicesOptions = {}): Promise<Transfers> {
  const folder = await mkdtemp(join(tmpdir(), 'transfers-'));
  const services = await openImageServices({ source: 'environment', label: 'Docker', address }, options);
  const { link: engineLink, tasks, images } = services;
  const fileGrants = new FileGrants();
  const relist = () => images.relist();
  const presets = await Presets.open(join(folder, 'presets.json'));
  const dockerConfig = join(folder, 'docker');
  const transfers: Transfers = {
    ...services,
    folder,
    dockerConfig,
    presets,
    mirror: '',
    fileGrants,
    pulls: new Pulls({
      engineLink,
      tasks,
      relist,
      mirror: () => transfers.mirror,
      credentials: (registry) =>
        registryCredentials(registry, { env: { ...process.env, DOCKER_CONFIG: dockerConfig }, homeDirectory: folder }),
    }),
    imageArchives: new ImageArchives({
      engineLink,
      tasks,
      fileGrants,
      relist,
      kitSettings: () => ({ baseImage: 'wharf/python-base:3.11' }),
      presets,
    }),
    disk: new DiskUse({ engineLink, tasks, baseImage: () => null, relist }),
    done: async (started) => tasks.ended((await started).taskId),
    async close() {
      await services.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return transfers;
}
