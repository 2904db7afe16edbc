import type Dockerode from 'dockerode';
import { request } from './request';

const readTimeoutMs = 15_000;

/** What an engine says of GPUs: that it could give one, not that one works. */
export interface GpuSupport {
  /** The vendor's runtime is registered (`nvidia`). */
  hasRuntime: boolean;
  /** Devices that engines from 28.2 on list, e.g. `nvidia.com/gpu=all`. */
  cdiDevices: string[];
}

/** `GET /info`; see `Engine.gpuSupport`. */
export async function gpuSupport(docker: Dockerode, address: string): Promise<GpuSupport> {
  const info = (await request(docker, {
    method: 'GET',
    path: '/info',
    timeoutMs: readTimeoutMs,
    context: { address },
  })) as { Runtimes?: Record<string, unknown> | null; DiscoveredDevices?: { Source?: string; ID?: string }[] | null };
  return {
    hasRuntime: 'nvidia' in (info.Runtimes ?? {}),
    cdiDevices: (info.DiscoveredDevices ?? []).flatMap(({ Source, ID }) =>
      Source === 'cdi' && typeof ID === 'string' && /gpu/i.test(ID) ? [ID] : [],
    ),
  };
}
