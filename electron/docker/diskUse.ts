import type Dockerode from 'dockerode';
import type { CacheRecord, DiskShare } from '../contract/diskUse';
import { ownTags } from './imagePaths';
import { request } from './request';

/** The engine adds up every file of every container: on a slow disk that takes a while. */
const useTimeoutMs = 180_000;
const pruneTimeoutMs = 600_000;

/** What takes how much on the engine's disk, before anybody asks what of it is wanted. */
export interface EngineDisk {
  images: DiskShare;
  containers: DiskShare;
  volumes: DiskShare;
  buildCache: DiskShare;
  /** Bytes of all image layers. */
  layersBytes: number;
  /** Images that no container was made from. */
  unusedImages: {
    id: string;
    tags: string[];
    createdAtMs: number;
    sizeBytes: number;
    ownBytes: number;
    labels: Record<string, string>;
  }[];
  unusedCache: CacheRecord[];
}

/** `GET /system/df` as far as it is read. Podman leaves out the build cache; numbers may be -1 for "not counted". */
interface Answer {
  LayersSize?: number;
  Images?:
    | {
        Id: string;
        RepoTags?: string[] | null;
        Created: number;
        Size: number;
        SharedSize?: number;
        Containers?: number;
        Labels?: Record<string, string> | null;
      }[]
    | null;
  Containers?: { State?: string; SizeRw?: number; ImageID?: string }[] | null;
  Volumes?: { UsageData?: { Size?: number; RefCount?: number } | null }[] | null;
  BuildCache?:
    | {
        ID: string;
        Type?: string;
        Description?: string;
        InUse?: boolean;
        Shared?: boolean;
        Size?: number;
        CreatedAt?: string;
        LastUsedAt?: string | null;
      }[]
    | null;
}

const counted = (value: number | undefined) => Math.max(0, value ?? 0);
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** `GET /system/df`; see `Engine.diskUse`. */
export async function diskUse(docker: Dockerode, address: string, signal?: AbortSignal): Promise<EngineDisk> {
  const answer = (await request(docker, {
    method: 'GET',
    path: '/system/df',
    timeoutMs: useTimeoutMs,
    signal,
    context: { address },
  })) as Answer;
  const images = answer.Images ?? [];
  const containers = answer.Containers ?? [];
  const volumes = answer.Volumes ?? [];
  const cache = answer.BuildCache ?? [];
  const users = new Set(containers.map(({ ImageID }) => ImageID));
  const isUsed = (image: (typeof images)[number]) => (image.Containers ?? 0) > 0 || users.has(image.Id);
  const unused = images.filter((image) => !isUsed(image));
  const ownBytes = (image: (typeof images)[number]) => counted(image.Size - counted(image.SharedSize));
  const freeCache = cache.filter(({ InUse, Shared }) => !InUse && !Shared);
  const isOver = ({ State }: { State?: string }) => State === 'exited' || State === 'created' || State === 'dead';
  const refs = (volume: (typeof volumes)[number]) => counted(volume.UsageData?.RefCount);
  const layersBytes = counted(answer.LayersSize);
  return {
    images: {
      count: images.length,
      inUseCount: images.length - unused.length,
      sizeBytes: layersBytes,
      reclaimableBytes: sum(unused.map(ownBytes)),
    },
    containers: {
      count: containers.length,
      inUseCount: containers.filter((container) => !isOver(container)).length,
      sizeBytes: sum(containers.map(({ SizeRw }) => counted(SizeRw))),
      reclaimableBytes: sum(containers.filter(isOver).map(({ SizeRw }) => counted(SizeRw))),
    },
    volumes: {
      count: volumes.length,
      inUseCount: volumes.filter((volume) => refs(volume) > 0).length,
      sizeBytes: sum(volumes.map(({ UsageData }) => counted(UsageData?.Size))),
      reclaimableBytes: sum(
        volumes.filter((volume) => refs(volume) === 0).map(({ UsageData }) => counted(UsageData?.Size)),
      ),
    },
    buildCache: {
      count: cache.length,
      inUseCount: cache.filter(({ InUse }) => InUse).length,
      sizeBytes: sum(cache.map(({ Size, Shared }) => (Shared ? 0 : counted(Size)))),
      reclaimableBytes: sum(freeCache.map(({ Size }) => counted(Size))),
    },
    layersBytes,
    unusedImages: unused.map((image) => ({
      id: image.Id,
      tags: ownTags(image.RepoTags),
      createdAtMs: image.Created * 1000,
      sizeBytes: image.Size,
      ownBytes: ownBytes(image),
      labels: image.Labels ?? {},
    })),
    unusedCache: freeCache.map(({ ID, Type, Description, Size, LastUsedAt, CreatedAt }) => ({
      id: ID,
      kind: Type ?? '',
      description: Description ?? '',
      sizeBytes: counted(Size),
      lastUsedAtMs: Date.parse(LastUsedAt ?? CreatedAt ?? '') || null,
    })),
  };
}

/** `POST /build/prune`: all of the build cache that no build uses; see `Engine.pruneBuildCache`. */
export async function pruneBuildCache(docker: Dockerode, address: string, signal: AbortSignal): Promise<number> {
  const answer = (await request(docker, {
    method: 'POST',
    path: '/build/prune',
    query: { all: true },
    timeoutMs: pruneTimeoutMs,
    signal,
    context: { address },
  })) as { SpaceReclaimed?: number } | null;
  return counted(answer?.SpaceReclaimed);
}
