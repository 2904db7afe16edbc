import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Dockerode from 'dockerode';
import { describe, expect, it } from 'vitest';
import { pullImage, registryFailure } from '../../../electron/docker/pull';
import {
  emptyPull,
  type PullProgress,
  pulledBytes,
  pulledLayers,
  reducePull,
} from '../../../electron/docker/pullProgress';

const layer = (status: string, id = 'a', current?: number, total?: number) => ({
  status,
  id,
  progressDetail: current === undefined ? {} : { current, total },
});
const after = (...lines: unknown[]): PullProgress => lines.reduce<PullProgress>(reducePull, emptyPull);

describe('progress of a pull', () => {
  it('goes through the states of a layer, and extracting is not counted as a second download', () => {
    const lines = [
      { status: 'Pulling from library/x', id: '1.0' },
      layer('Pulling fs layer'),
      layer('Downloading', 'a', 50, 100),
      layer('Verifying Checksum'),
      layer('Download complete'),
      layer('Extracting', 'a', 10, 200),
    ];
    const pull = after(...lines);
    expect(pull.layers).toEqual([{ id: 'a', state: 'extracting', bytes: 100, totalBytes: 100 }]);
    expect(pulledBytes(pull)).toEqual({ done: 100, total: 100 });
    const done = [layer('Pull complete'), { status: 'Digest: sha256:1' }, { status: 'Status: Downloaded newer image' }];
    expect(done.reduce<PullProgress>(reducePull, pull)).toMatchObject({
      isComplete: true,
      layers: [{ state: 'done' }],
    });
  });

  it('never runs backwards when a layer that was cut is asked for again', () => {
    const cut = after(layer('Downloading', 'a', 80, 100), layer('Retrying in 5 seconds'));
    expect(cut.layers[0]).toMatchObject({ state: 'retrying', bytes: 80 });
    expect(reducePull(cut, layer('Downloading', 'a', 10, 100)).layers[0]).toMatchObject({
      state: 'downloading',
      bytes: 80,
    });
  });

  it('knows layers that are there already, which move no bytes', () => {
    const pull = after(layer('Already exists'), layer('Downloading', 'b', 5, 10));
    expect(pulledLayers(pull)).toEqual({ done: 1, total: 2 });
    expect(pulledBytes(pull)).toEqual({ done: 5, total: 10 });
  });

  it('is not thrown off by lines of another shape', () => {
    for (const line of [null, 7, 'x', {}, { status: 5 }, { status: 'Downloading' }, layer('Something new')]) {
      expect(reducePull(emptyPull, line)).toBe(emptyPull);
    }
    expect(after({ status: 'Downloading', id: 'a', progressDetail: { current: 'x', total: -1 } }).layers[0]).toEqual({
      id: 'a',
      state: 'downloading',
      bytes: 0,
      totalBytes: null,
    });
  });
});

describe('what an engine says about a registry', () => {
  const about = { image: 'r:5000/x:1', registry: 'r:5000' };
  const none = { source: 'none', helper: null } as const;
  it.each([
    [
      'manifest for r:5000/x:1 not found: manifest unknown: manifest unknown',
      'IMAGE_NOT_IN_REGISTRY',
      { mayNeedLogin: false },
    ],
    [
      "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'IMAGE_NOT_IN_REGISTRY',
      { mayNeedLogin: true },
    ],
    ['Get "http://r:5000/v2/": no basic auth credentials', 'REGISTRY_DENIED', { reason: 'none' }],
    ['Head "https://r/v2/x/manifests/1": unauthorized: authentication required', 'REGISTRY_DENIED', { reason: 'none' }],
    ['Get "https://r/v2/": dial tcp: lookup r on 1.1.1.1:53: no such host', 'REGISTRY_UNREACHABLE', { reason: 'name' }],
    [
      'Get "http://r/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
      'REGISTRY_UNREACHABLE',
      { reason: 'refused' },
    ],
    [
      'Get "https://r/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      'REGISTRY_UNREACHABLE',
      { reason: 'timeout' },
    ],
    ['unexpected EOF', 'REGISTRY_UNREACHABLE', { reason: 'lost' }],
    [
      'Get "https://r/v2/": x509: certificate signed by unknown authority',
      'REGISTRY_UNTRUSTED',
      { reason: 'certificate' },
    ],
    [
      'Get "https://r/v2/": http: server gave HTTP response to HTTPS client',
      'REGISTRY_UNTRUSTED',
      { reason: 'plainHttp' },
    ],
    ['toomanyrequests: You have reached your pull rate limit.', 'REGISTRY_LIMIT', {}],
    ['received unexpected HTTP status: 500 Internal Server Error', 'REGISTRY_FAILED', {}],
    ['write /var/lib/docker/tmp/x: no space left on device', 'DISK_FULL', {}],
  ])('%s has a code of its own', (message, code, details) => {
    const failure = registryFailure(message, about, none);
    expect(failure.code).toBe(code);
    expect(failure.details).toMatchObject(details);
    if (code !== 'DISK_FULL') expect(failure.details).toMatchObject(about);
  });

  it('tells apart no account, a refused account and a helper that could not be asked', () => {
    const denied = (credentials: Parameters<typeof registryFailure>[2]) =>
      registryFailure('unauthorized: authentication required', about, credentials).details;
    expect(denied({ source: 'stored', helper: null })).toMatchObject({ reason: 'refused' });
    expect(denied({ source: 'helperFailed', helper: 'docker-credential-pass' })).toMatchObject({
      reason: 'helperFailed',
      helper: 'docker-credential-pass',
    });
    expect(denied({ source: 'unreadable', helper: null })).toMatchObject({ reason: 'unreadable' });
  });
});

describe('a pull whose stream ends well', () => {
  /** An engine that tells of one layer and ends its answer as if all were said. */
  async function pull(saysWhenComplete: boolean): Promise<void> {
    const server = createServer((_request, response) => response.end(`${JSON.stringify(layer('Pull complete'))}\n`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const docker = new Dockerode({ host: '127.0.0.1', port, protocol: 'http' });
    try {
      await pullImage(docker, 'http://127.0.0.1', 'registry.example/x:1', {
        credentials: { secret: null, source: 'none', helper: null },
        signal: new AbortController().signal,
        onProgress: () => {},
        saysWhenComplete,
      });
    } finally {
      server.close();
    }
  }

  it('passes for a whole one before Docker said that the image is there', async () => {
    await expect(pull(true)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      details: { reason: 'lost', registry: 'registry.example' },
    });
  });

  it('passes for a cut one on Podman, which never says it', async () => {
    await expect(pull(false)).resolves.toBeUndefined();
  });
});
