import type { DiskUse } from '../../electron/contract/diskUse';
import type { HistoryStep, Image, ImageDetail } from '../../electron/contract/images';
import type { PullLayer } from '../../electron/contract/imageTransfers';
import type { Task } from '../../electron/contract/tasks';
import { sampleId, sampleTask } from './samples';

const hour = 3_600_000;
const mib = 1024 * 1024;

/** What an image of the list says of itself. */
export function sampleImageDetail(image: Image): ImageDetail {
  return {
    id: image.id,
    tags: image.tags,
    digests: image.tags.length > 0 ? [`${image.tags[0]?.split(':')[0]}@sha256:${sampleId(301)}`] : [],
    createdAtMs: image.createdAtMs,
    sizeBytes: image.sizeBytes,
    platform: 'linux/amd64',
    entrypoint: ['python', '-m', 'app'],
    command: ['--port', '8000'],
    workingFolder: '/app',
    user: '10001:10001',
    exposedPorts: ['8000/tcp'],
    environment: ['PATH=/usr/local/bin:/usr/bin', 'PYTHONUNBUFFERED=1', 'OLLAMA_API_KEY=••••••'],
    volumes: [],
    labels: [{ name: 'app.wharf.api', value: 'true' }],
    healthCheck: 'python -m app.health',
    layerCount: image.layerCount ?? 0,
    inspect: {
      Id: image.id,
      RepoTags: image.tags,
      Config: { Env: ['PATH=/usr/local/bin:/usr/bin'], Cmd: ['--port', '8000'], Labels: { 'app.wharf.api': 'true' } },
      RootFS: { Type: 'layers', Layers: [`sha256:${sampleId(302)}`] },
    },
  };
}

/** The steps that made it. */
export function sampleHistory(): HistoryStep[] {
  const step = (createdBy: string, sizeBytes: number, comment = 'buildkit.dockerfile.v0'): HistoryStep => ({
    createdAtMs: Date.now() - 2 * hour,
    createdBy,
    comment,
    sizeBytes,
    tags: [],
  });
  return [
    { ...step('', 124 * mib, 'Imported from -'), tags: ['wharf/python-base:3.11'] },
    step('WORKDIR /app', 0),
    step('COPY requirements.txt . # buildkit', 4_096),
    step('RUN /bin/sh -c pip install --no-cache-dir --require-hashes -r requirements.txt # buildkit', 52 * mib),
    step('COPY app ./app # buildkit', 98_304),
    step('USER 10001:10001', 0),
    step('ENTRYPOINT ["python" "-m" "app"]', 0),
  ];
}

/** A disk in use. */
export function sampleDisk(): DiskUse {
  const nowMs = Date.now();
  return {
    images: { count: 6, inUseCount: 2, sizeBytes: 2_700_000_000, reclaimableBytes: 2_065_000_000 },
    containers: { count: 5, inUseCount: 3, sizeBytes: 42_000_000, reclaimableBytes: 12_000_000 },
    volumes: { count: 2, inUseCount: 1, sizeBytes: 980_000_000, reclaimableBytes: 0 },
    buildCache: { count: 14, inUseCount: 0, sizeBytes: 640_000_000, reclaimableBytes: 640_000_000 },
    unusedImages: [
      {
        id: `sha256:${sampleId(104)}`,
        tags: ['registry.example.internal:5000/team/reports/report-generator:2026.11.2-slim'],
        createdAtMs: nowMs - 900 * hour,
        sizeBytes: 1_840_000_000,
        ownBytes: 1_760_000_000,
        builtByWharf: false,
        isBase: false,
      },
      {
        id: `sha256:${sampleId(105)}`,
        tags: ['wharf/python-base:3.11'],
        createdAtMs: nowMs - 40 * hour,
        sizeBytes: 130_000_000,
        ownBytes: 0,
        builtByWharf: false,
        isBase: true,
      },
      {
        id: `sha256:${sampleId(102)}`,
        tags: [],
        createdAtMs: nowMs - 26 * hour,
        sizeBytes: 187_000_000,
        ownBytes: 57_000_000,
        builtByWharf: true,
        isBase: false,
      },
      {
        id: `sha256:${sampleId(106)}`,
        tags: ['llm-api:old', 'llm-api:2026-11-01'],
        createdAtMs: nowMs - 500 * hour,
        sizeBytes: 187_000_000,
        ownBytes: 56_000_000,
        builtByWharf: true,
        isBase: false,
      },
    ],
    unusedCache: [
      {
        id: 'q1w2e3r4t5y6',
        kind: 'regular',
        description: 'mount / from exec /bin/sh -c pip install --no-cache-dir -r requirements.txt',
        sizeBytes: 520_000_000,
        lastUsedAtMs: nowMs - 3 * hour,
      },
      {
        id: 'a1s2d3f4g5h6',
        kind: 'source.local',
        description: 'local source for context',
        sizeBytes: 120_000_000,
        lastUsedAtMs: nowMs - 30 * hour,
      },
    ],
  };
}

/** Layers of a pull that is half through. */
function sampleLayers(): PullLayer[] {
  return [
    { id: '3f4ca61aafcd', state: 'present', bytes: 0, totalBytes: null },
    { id: '9f54eef41275', state: 'done', bytes: 29.1 * mib, totalBytes: 29.1 * mib },
    { id: '17c9e6141fdb', state: 'extracting', bytes: 3.5 * mib, totalBytes: 3.5 * mib },
    { id: 'de4a4c6caea8', state: 'downloading', bytes: 61.2 * mib, totalBytes: 118 * mib },
    { id: '4edced8587e6', state: 'retrying', bytes: 1.1 * mib, totalBytes: 12.4 * mib },
    { id: 'd18488a8e4c1', state: 'waiting', bytes: 0, totalBytes: null },
  ];
}

/** A pull under way. */
export function samplePull(part: Partial<Task> = {}): Task {
  return sampleTask({
    id: 'task-pull',
    subject: {
      kind: 'pull',
      image: 'registry.example.internal:5000/team/ollama:0.6.5',
      from: 'registry.example.internal:5000/team/ollama:0.6.5',
      layers: sampleLayers(),
      imageId: null,
    },
    progress: { done: 2, total: 6 },
    bytes: { done: 94.9 * mib, total: 163 * mib, perSecond: 4.2 * mib },
    command: 'docker pull registry.example.internal:5000/team/ollama:0.6.5',
    ...part,
  });
}

/** Pulls, saves, loads and a clean-up: running, done and failed. */
export function sampleTransfers(): Task[] {
  const nowMs = Date.now();
  const over = { startedAtMs: nowMs - hour, finishedAtMs: nowMs - hour + 48_000 };
  const images = ['llm-api:latest', 'wharf/python-base:3.11'];
  const fingerprint = sampleId(901);
  return [
    samplePull(),
    samplePull({
      id: 'task-pull-failed',
      ...over,
      subject: { kind: 'pull', image: 'python:3.11-slim', from: 'python:3.11-slim', layers: [], imageId: null },
      state: 'failed',
      progress: null,
      bytes: null,
      command: 'docker pull python:3.11-slim',
      failure: {
        code: 'REGISTRY_UNREACHABLE',
        details: {
          image: 'python:3.11-slim',
          registry: 'docker.io',
          reason: 'name',
          message: 'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
        },
      },
    }),
    samplePull({
      id: 'task-pull-done',
      ...over,
      subject: {
        kind: 'pull',
        image: 'postgres:16-alpine',
        from: 'postgres:16-alpine',
        layers: sampleLayers().map((layer) => ({ ...layer, state: 'done', bytes: layer.totalBytes ?? 0 })),
        imageId: `sha256:${sampleId(103)}`,
      },
      state: 'done',
      progress: { done: 6, total: 6 },
      bytes: { done: 163 * mib, total: 163 * mib, perSecond: 4.2 * mib },
      command: 'docker pull postgres:16-alpine',
    }),
    sampleTask({
      id: 'task-kit',
      ...over,
      subject: {
        kind: 'saveImages',
        images,
        fileName: 'wharf-kit-2026-11-23.tar',
        isKit: true,
        sizeBytes: 241_000_000,
        fingerprint,
      },
      state: 'done',
      progress: null,
      bytes: { done: 241_000_000, total: 241_000_000, perSecond: null },
      command: 'docker save -o wharf-kit-2026-11-23.tar llm-api:latest wharf/python-base:3.11',
    }),
    sampleTask({
      id: 'task-load',
      startedAtMs: nowMs - 4_000,
      subject: {
        kind: 'loadImages',
        fileName: 'wharf-kit-2026-11-23.tar',
        phase: 'loading',
        images,
        kit: {
          createdAtMs: nowMs - 30 * hour,
          fingerprint,
          images,
          baseImage: 'wharf/python-base:3.11',
          presets: [],
          models: [],
        },
      },
      progress: null,
      bytes: { done: 96_000_000, total: 240_000_000, perSecond: 61_000_000 },
      command: 'docker load -i wharf-kit-2026-11-23.tar',
    }),
    sampleTask({
      id: 'task-load-done',
      ...over,
      subject: {
        kind: 'loadImages',
        fileName: 'wharf-kit-2026-11-23.tar',
        phase: 'done',
        images,
        kit: {
          createdAtMs: nowMs - 30 * hour,
          fingerprint,
          images,
          baseImage: 'team/python-base:3.11',
          presets: [
            { name: 'echo', image: 'llm-api:latest' },
            { name: 'ollama', image: 'llm-api:latest' },
          ],
          models: [{ name: 'gemma3:1b', sizeBytes: 815_319_791 }],
        },
      },
      state: 'done',
      progress: null,
      bytes: { done: 240_000_000, total: 240_000_000, perSecond: null },
      command: 'docker load -i wharf-kit-2026-11-23.tar',
    }),
    sampleTask({
      id: 'task-load-refused',
      ...over,
      subject: { kind: 'loadImages', fileName: 'wharf-kit-old.tar', phase: 'checking', images: [], kit: null },
      state: 'failed',
      progress: null,
      bytes: { done: 96_000_000, total: 240_000_000, perSecond: 61_000_000 },
      command: 'docker load -i wharf-kit-old.tar',
      failure: {
        code: 'ARCHIVE_REFUSED',
        details: { file: 'wharf-kit-old.tar', reason: 'changed', part: 'llm-api:latest: 3f4ca61aafcd/layer.tar' },
      },
    }),
    sampleTask({
      id: 'task-prune',
      ...over,
      subject: {
        kind: 'prune',
        imageCount: 3,
        withBuildCache: true,
        freedBytes: 2_450_000_000,
        kept: ['llm-api:old'],
      },
      state: 'done',
      canRetry: false,
      progress: { done: 4, total: 4 },
      command: 'docker rmi llm-api:old llm-api:2026-11-01 && docker builder prune -a -f',
    }),
  ];
}
