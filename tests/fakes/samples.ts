import { type BuildState, type BuildStep, buildRequest, type ContextPreview } from '../../electron/contract/builds';
import type { Conversation, Message } from '../../electron/contract/chat';
import type { Container } from '../../electron/contract/containers';
import type { EngineState } from '../../electron/contract/engine';
import type { About } from '../../electron/contract/host';
import type { Image } from '../../electron/contract/images';
import type { ContainerDetails } from '../../electron/contract/inspect';
import type { Line, LinesHead } from '../../electron/contract/lines';
import type { Settings } from '../../electron/contract/settings';
import type { StatsSample } from '../../electron/contract/stats';
import type { Task } from '../../electron/contract/tasks';

const minute = 60_000;
const hour = 60 * minute;

/** 64 hexadecimal digits that differ by `seed`. */
export const sampleId = (seed: number) =>
  (seed * 2654435761).toString(16).padStart(12, 'a').slice(-12).repeat(6).slice(0, 64);

/** A container; running and healthy unless told otherwise. */
export function sampleContainer(part: Partial<Container> = {}): Container {
  const nowMs = Date.now();
  return {
    id: sampleId(1),
    name: 'llm-api',
    image: 'llm-api:latest',
    imageId: `sha256:${sampleId(101)}`,
    state: 'running',
    health: 'healthy',
    exitCode: null,
    outOfMemory: false,
    startProblem: null,
    createdAtMs: nowMs - 2 * hour,
    startedAtMs: nowMs - 83 * minute,
    finishedAtMs: null,
    restartCount: 0,
    ports: [{ containerPort: 8000, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8000 }],
    memoryLimitBytes: 512 * 1024 * 1024,
    madeByWharf: true,
    onHostNetwork: false,
    servesApi: true,
    ...part,
  };
}

/** Containers in every state. */
export function sampleContainers(): Container[] {
  const nowMs = Date.now();
  const port = (hostPort: number, containerPort: number) => ({
    containerPort,
    protocol: 'tcp' as const,
    hostIp: '127.0.0.1',
    hostPort,
  });
  const other = { madeByWharf: false, servesApi: false, health: 'none' as const };
  return [
    sampleContainer(),
    sampleContainer({
      id: sampleId(2),
      name: 'llm-api-2',
      health: 'starting',
      startedAtMs: nowMs - 4000,
      ports: [port(8001, 8000)],
    }),
    sampleContainer({
      id: sampleId(3),
      name: 'postgres',
      image: 'postgres:16-alpine',
      ...other,
      startedAtMs: nowMs - 50 * hour,
      ports: [port(5432, 5432)],
      memoryLimitBytes: null,
    }),
    sampleContainer({
      id: sampleId(4),
      name: 'llm-api-small',
      state: 'exited',
      health: 'none',
      exitCode: 137,
      outOfMemory: true,
      memoryLimitBytes: 64 * 1024 * 1024,
      finishedAtMs: nowMs - 25 * minute,
      ports: [],
    }),
    sampleContainer({
      id: sampleId(5),
      name: 'report-once',
      image: 'registry.example.internal:5000/team/reports/report-generator:2026.11.2-slim',
      ...other,
      state: 'exited',
      exitCode: 0,
      finishedAtMs: nowMs - 3 * hour,
      ports: [],
    }),
    sampleContainer({
      id: sampleId(6),
      name: 'broken-entrypoint',
      ...other,
      state: 'exited',
      exitCode: 127,
      startedAtMs: nowMs - 9 * minute,
      finishedAtMs: nowMs - 9 * minute,
      ports: [],
    }),
    sampleContainer({
      id: sampleId(7),
      name: 'crash-loop',
      ...other,
      state: 'restarting',
      exitCode: 1,
      restartCount: 14,
      ports: [],
    }),
    sampleContainer({ id: sampleId(8), name: 'llm-api-flaky', health: 'unhealthy', ports: [port(8003, 8000)] }),
    sampleContainer({
      id: sampleId(9),
      name: 'cache',
      image: 'redis:7',
      ...other,
      state: 'paused',
      ports: [port(6379, 6379)],
    }),
    sampleContainer({ id: sampleId(10), name: 'prepared', ...other, state: 'created', startedAtMs: null, ports: [] }),
  ];
}

/** An image; the bundled one unless told otherwise. */
export function sampleImage(part: Partial<Image> = {}): Image {
  return {
    id: `sha256:${sampleId(101)}`,
    tags: ['llm-api:latest'],
    createdAtMs: Date.now() - 2 * hour,
    sizeBytes: 187_432_960,
    usedBy: ['llm-api', 'llm-api-2'],
    servesApi: true,
    builtByWharf: true,
    layerCount: 9,
    ...part,
  };
}

/** Images: ours, used, unused and dangling. */
export function sampleImages(): Image[] {
  const nowMs = Date.now();
  return [
    sampleImage(),
    sampleImage({
      id: `sha256:${sampleId(102)}`,
      tags: [],
      usedBy: [],
      servesApi: true,
      createdAtMs: nowMs - 26 * hour,
    }),
    sampleImage({
      id: `sha256:${sampleId(103)}`,
      tags: ['postgres:16-alpine', 'postgres:16'],
      usedBy: ['postgres'],
      servesApi: false,
      sizeBytes: 243_000_000,
      createdAtMs: nowMs - 400 * hour,
    }),
    sampleImage({
      id: `sha256:${sampleId(104)}`,
      tags: ['registry.example.internal:5000/team/reports/report-generator:2026.11.2-slim'],
      usedBy: [],
      servesApi: false,
      sizeBytes: 1_840_000_000,
      createdAtMs: nowMs - 900 * hour,
    }),
  ];
}

/** An engine that answers. */
export function readyEngine(part: Partial<EngineState> = {}): EngineState {
  const endpoint = { source: 'socket' as const, label: 'Docker', address: 'unix:///var/run/docker.sock' };
  return {
    phase: 'ready',
    endpoint,
    facts: {
      product: 'Docker',
      version: '20.10.24',
      apiVersion: '1.41',
      operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
      architecture: 'x86_64',
      cpuCount: 2,
      memoryBytes: 24 * 1024 ** 3,
    },
    failure: null,
    attempts: [{ endpoint, failure: null }],
    sinceMs: Date.now() - hour,
    nextTryAtMs: null,
    ...part,
  };
}

/** No engine answers, each candidate for its own reason. */
export function noEngine(): EngineState {
  const tried = (
    source: 'environment' | 'context' | 'socket',
    label: string,
    address: string,
    reason: 'absent' | 'permission' | 'refused' | 'unsupported',
  ) => ({
    endpoint: { source, label, address },
    failure: { code: 'ENGINE_UNREACHABLE' as const, details: { address, reason } },
  });
  const attempts = [
    tried('context', 'desktop-linux', 'unix:///home/mina/.docker/desktop/docker.sock', 'absent'),
    tried('socket', 'Docker', 'unix:///var/run/docker.sock', 'permission'),
    tried('socket', 'Podman', 'unix:///run/user/1000/podman/podman.sock', 'refused'),
  ];
  return {
    phase: 'unreachable',
    endpoint: null,
    facts: null,
    failure: attempts[1]?.failure ?? null,
    attempts,
    sinceMs: Date.now() - 12_000,
    nextTryAtMs: Date.now() + 5000,
  };
}

/** The engine in use went away. */
export function lostEngine(): EngineState {
  const ready = readyEngine();
  const failure = {
    code: 'ENGINE_UNREACHABLE' as const,
    details: { address: ready.endpoint?.address ?? '', reason: 'lost' as const },
  };
  return { ...ready, phase: 'unreachable', failure, sinceMs: Date.now() - 40_000, nextTryAtMs: Date.now() + 4000 };
}

const instructions = [
  'FROM python:3.11-slim',
  'ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1',
  'WORKDIR /app',
  'COPY requirements.txt .',
  'RUN pip install --no-cache-dir --require-hashes -r requirements.txt',
  'COPY . .',
  'USER 10001',
  'HEALTHCHECK CMD ["python", "healthcheck.py"]',
  'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]',
];

/** What a look through the bundled folder finds. */
export function sampleContext(part: Partial<ContextPreview> = {}): ContextPreview {
  return {
    complete: true,
    fileCount: 14,
    sizeBytes: 48_220,
    largest: [
      { path: 'requirements.txt', sizeBytes: 31_024 },
      { path: 'llm_api/service.py', sizeBytes: 8_113 },
    ],
    dropped: {
      ignoreFile: '.dockerignore',
      entryCount: 9,
      sizeBytes: 12_400_000,
      sizeIsWhole: true,
      largest: [
        { path: '.venv', sizeBytes: 12_300_000 },
        { path: 'tests', sizeBytes: 98_000 },
      ],
    },
    refused: [],
    dockerfiles: ['Dockerfile'],
    stages: [
      { name: 'builder', base: 'python:3.11-slim', line: 7 },
      { name: null, base: 'python:3.11-slim', line: 26 },
    ],
    arguments: [
      { name: 'BASE_IMAGE', byDefault: 'python:3.11-slim' },
      { name: 'REQUIREMENTS', byDefault: 'requirements.txt' },
    ],
    baseArgument: 'BASE_IMAGE',
    hostSettings: { proxies: ['HTTPS_PROXY', 'NO_PROXY'], certificates: true, pip: false },
    ...part,
  };
}

/** What is known of a build before it begins. */
function askedBuild(taskId: string, tag: string, startedAtMs: number) {
  const request = buildRequest.parse({ source: { kind: 'bundled' }, tag });
  return {
    taskId,
    tag,
    request,
    command: `docker build -t ${tag} api-image`,
    startedAtMs,
    dockerfileHash: '5d41402abc4b2a76b9719d911017c592ae2a7c1d9f0b7c6a4f2f6e8d9c0b1a23',
    baseImages: ['python:3.11-slim'],
  };
}

/** A build at its `at`th step (1-based), or over. */
export function sampleBuild(taskId: string, at: number, end: 'running' | 'done' | 'failed' | 'cancelled'): BuildState {
  const startMs = Date.now() - 30_000;
  const steps = instructions.map((instruction, index): BuildStep => {
    const number = index + 1;
    const over = number < at || end === 'done';
    const current = number === at && end !== 'done';
    const ending = { running: 'running', done: 'done', failed: 'failed', cancelled: 'cancelled' } as const;
    return {
      id: String(number),
      instruction,
      line: number * 2 + 1,
      state: over ? (number > 1 && number < 5 ? 'cached' : 'done') : current ? ending[end] : 'waiting',
      startedAtMs: over || current ? startMs + index * 2000 : null,
      finishedAtMs: over || (current && end !== 'running') ? startMs + index * 2000 + (number < 5 ? 90 : 14_200) : null,
      hasOutput: over || current,
    };
  });
  return {
    ...askedBuild(taskId, 'llm-api:latest', startMs),
    builder: 'classic',
    state: end,
    finishedAtMs: end === 'running' ? null : startMs + 30_000,
    totalSteps: instructions.length,
    steps,
    context: { fileCount: 14, sizeBytes: 48_220, sentBytes: 61_440 },
    imageId: end === 'done' ? `sha256:${sampleId(101)}` : null,
    failure: end === 'failed' ? buildFailure(at) : null,
  };
}

/** The Dockerfile that `sampleBuild` builds. */
export const sampleDockerfile = [
  '# The service and what it needs.',
  '',
  ...instructions.flatMap((words) => [words, '']),
].join('\n');

/** A BuildKit build of two stages: steps at the same time, cached ones, loading before and exporting still to come. */
export function sampleBuildkit(taskId: string): BuildState {
  const startMs = Date.now() - 42_000;
  const step = (
    id: string,
    instruction: string,
    state: BuildStep['state'],
    part: Partial<BuildStep> & { seconds?: [number, number | null] } = {},
  ): BuildStep => {
    const { seconds, ...rest } = part;
    return {
      id,
      instruction,
      line: null,
      state,
      startedAtMs: seconds ? startMs + seconds[0] * 1000 : null,
      finishedAtMs: seconds && seconds[1] !== null ? startMs + seconds[1] * 1000 : null,
      hasOutput: seconds !== undefined,
      ...rest,
    };
  };
  return {
    ...askedBuild(taskId, 'registry.example.internal:5000/team/summary-api:2026.11', startMs),
    builder: 'buildkit',
    state: 'running',
    finishedAtMs: null,
    totalSteps: 10,
    steps: [
      step('a', '[internal] load remote build context', 'done', { seconds: [0, 0.2] }),
      step('b', '[internal] load metadata for docker.io/library/python:3.11-slim', 'done', {
        seconds: [0.2, 1.4],
      }),
      step('c', '[builder 1/4] FROM docker.io/library/python:3.11-slim@sha256:5be45dbade29', 'cached', {
        seconds: [1.4, 1.4],
        line: 4,
      }),
      step('d', '[builder 2/4] COPY requirements.txt ./', 'cached', {
        seconds: [1.4, 1.4],
        line: 6,
      }),
      step('e', '[builder 3/4] RUN python -m venv /venv &&     /venv/bin/pip install -r requirements.txt', 'running', {
        seconds: [1.5, null],
        line: 7,
      }),
      step('f', '[assets 1/2] RUN printf "%s" "$(date -u)" > /built && sha256sum /built', 'done', {
        seconds: [1.5, 3.8],
        line: 12,
      }),
      step('g', '[assets 2/2] RUN gzip -9 --keep /built', 'running', {
        seconds: [3.8, null],
        line: 13,
      }),
      step('h', '[builder 4/4] COPY llm_api ./llm_api', 'waiting', { line: 9 }),
      step('i', '[stage-2 2/3] COPY --from=builder /venv /venv', 'waiting', { line: 17 }),
    ],
    context: { fileCount: 212, sizeBytes: 3_482_220, sentBytes: 3_520_000 },
    imageId: null,
    failure: null,
  };
}

/** The failure of a build whose `step`th step failed. */
export function buildFailure(step: number) {
  return {
    code: 'BUILD_FAILED' as const,
    details: {
      step,
      total: instructions.length,
      instruction: instructions[step - 1] ?? '',
      line: step * 2 + 1,
      message: 'The command returned a non-zero code: 1',
      lastLines: [
        'Collecting fastapi==0.121.1',
        'ERROR: Could not find a version that satisfies the requirement fastapi==0.121.1 (from versions: none)',
        'ERROR: No matching distribution found for fastapi==0.121.1',
      ],
    },
  };
}

/** A line of a log; an empty one on stdout unless told otherwise. */
export function sampleLine(part: Partial<Line> = {}): Line {
  const line = { index: 0, from: null, atMs: null, stream: 'stdout' as const, text: '', cutBytes: 0, mark: null };
  return { ...line, level: null, ...part };
}

/** The head of a log that is followed; empty unless told otherwise. */
export function sampleHead(part: Partial<LinesHead> = {}): LinesHead {
  const range = { firstIndex: 0, endIndex: 0, droppedCount: 0, olderCount: null, generation: 0 };
  return { ...range, state: 'live', failure: null, ...part };
}

/** The output of `sampleBuild`, four lines a step. */
export function sampleOutput(steps: number): Line[] {
  return Array.from({ length: steps * 4 }, (_, index) =>
    sampleLine({
      index,
      text:
        index % 4 === 0
          ? `Step ${index / 4 + 1}/${instructions.length} : ${instructions[index / 4]}`
          : `  ---> output line ${index}`,
    }),
  );
}

/** A task; a running build unless told otherwise. */
export function sampleTask(part: Partial<Task> = {}): Task {
  return {
    id: 'task-build',
    subject: { kind: 'build', tag: 'llm-api:latest', imageId: null },
    state: 'running',
    startedAtMs: Date.now() - 30_000,
    finishedAtMs: null,
    progress: { done: 4, total: 9 },
    bytes: null,
    command: 'docker build -t llm-api:latest api-image',
    failure: null,
    canRetry: true,
    ...part,
  };
}

/** Tasks in every state. */
export function sampleTasks(): Task[] {
  const nowMs = Date.now();
  return [
    sampleTask(),
    sampleTask({
      id: 'task-old',
      state: 'failed',
      startedAtMs: nowMs - hour,
      finishedAtMs: nowMs - hour + 41_000,
      progress: { done: 4, total: 9 },
      failure: buildFailure(5),
    }),
    sampleTask({
      id: 'task-first',
      subject: {
        kind: 'buildAndRun',
        tag: 'llm-api:latest',
        phase: 'done',
        buildTaskId: 'task-first-build',
        containerId: sampleId(1),
        containerName: 'llm-api',
        hostPort: 8000,
      },
      state: 'done',
      startedAtMs: nowMs - 2 * hour,
      finishedAtMs: nowMs - 2 * hour + 96_000,
      progress: { done: 11, total: 11 },
      command: 'docker build -t llm-api:latest api-image && docker run -d --name llm-api llm-api:latest',
    }),
  ];
}

/** Conversations, newest first. */
export function sampleConversations(): Conversation[] {
  const nowMs = Date.now();
  const target = { kind: 'container' as const, id: sampleId(1), name: 'llm-api' };
  return [
    {
      id: 'c1',
      title: '도커 이미지와 컨테이너의 차이',
      createdAtMs: nowMs - hour,
      updatedAtMs: nowMs - 4 * minute,
      target,
      pinnedAtMs: null,
    },
    {
      id: 'c2',
      title: 'Write a haiku about harbours',
      createdAtMs: nowMs - 30 * hour,
      updatedAtMs: nowMs - 28 * hour,
      target,
      pinnedAtMs: null,
    },
  ];
}

/** Messages of the first sample conversation. */
export function sampleMessages(): Message[] {
  const nowMs = Date.now();
  const base = {
    conversationId: 'c1',
    parentId: null,
    isChosen: true,
    attachments: [],
    failure: null,
    provenance: null,
    numbers: null,
  };
  return [
    {
      ...base,
      id: 'm1',
      role: 'user',
      text: '이미지와 컨테이너는 뭐가 달라?',
      createdAtMs: nowMs - 5 * minute,
      state: 'done',
    },
    {
      ...base,
      id: 'm2',
      parentId: 'm1',
      role: 'assistant',
      text: 'Echo: 이미지와 컨테이너는 뭐가 달라?',
      createdAtMs: nowMs - 4 * minute,
      state: 'done',
      numbers: { firstTokenMs: 84, totalMs: 190, promptTokens: 12, completionTokens: 14 },
    },
  ];
}

export const sampleSettings: Settings = {
  language: 'system',
  theme: 'system',
  baseImage: null,
  sendKey: 'enter',
  registryMirror: null,
  ollamaImage: null,
  ollama: null,
  containerColumns: ['image', 'cpu', 'memory', 'ports', 'since'],
  logSpoolBytes: 256 * 1024 * 1024,
  tray: false,
  notifications: true,
  startAtLogin: false,
  updates: true,
  tips: true,
};

export const sampleAbout: About = {
  host: 'desktop',
  version: '0.1.0',
  platform: 'linux',
  electronVersion: '22.3.25',
  chromeVersion: '108.0.5359.215',
  nodeVersion: '16.17.1',
  systemLocale: 'en-US',
  sandboxed: true,
  packaged: false,
  dataFolder: '/home/mina/.config/Wharf',
};

/** What a container is made of; the bundled one's unless told otherwise. */
export function sampleDetails(part: Partial<ContainerDetails> = {}): ContainerDetails {
  const named = (kind: 'Env' | 'Labels') => (name: string, value: string | null, index: number) => ({
    name,
    value,
    path: ['Config', kind, kind === 'Env' ? String(index) : name],
  });
  const nowMs = Date.now();
  return {
    id: sampleId(1),
    name: 'llm-api',
    command: ['python', '-m', 'llm_api'],
    workingDirectory: '/app',
    user: '10001',
    hostname: sampleId(1).slice(0, 12),
    platform: 'linux',
    engineError: '',
    health: {
      test: ['CMD-SHELL', 'python -m llm_api.health'],
      intervalMs: 10_000,
      failingStreak: 0,
      log: [28, 18, 8].map((ago) => ({
        startedAtMs: nowMs - ago * 1000 - 60,
        endedAtMs: nowMs - ago * 1000,
        exitCode: 0,
        output: '{"status":"healthy"}\n',
      })),
    },
    restartPolicy: { name: 'unless-stopped', maximumRetryCount: 0 },
    limits: { memoryBytes: 512 * 1024 * 1024, cpus: 1.5, processCount: 512 },
    security: {
      privileged: false,
      readOnlyRoot: true,
      noNewPrivileges: true,
      capabilitiesAdded: [],
      capabilitiesDropped: ['ALL'],
    },
    logDriver: 'json-file',
    networkMode: 'bridge',
    networks: [
      {
        name: 'bridge',
        ipAddress: '172.17.0.2',
        gateway: '172.17.0.1',
        macAddress: '02:42:ac:11:00:02',
        aliases: [],
      },
    ],
    mounts: [
      { kind: 'tmpfs', name: null, source: '', target: '/tmp', readOnly: false, options: 'rw,noexec,size=64m' },
      {
        kind: 'bind',
        name: null,
        source: '/home/mina/models',
        target: '/models',
        readOnly: true,
        options: 'ro',
      },
      {
        kind: 'volume',
        name: 'llm-cache',
        source: '/var/lib/docker/volumes/llm-cache/_data',
        target: '/cache',
        readOnly: false,
        options: 'z',
      },
    ],
    environment: (
      [
        ['PATH', '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin'],
        ['LANG', 'C.UTF-8'],
        ['LLM_BACKEND', 'openai'],
        ['OPENAI_BASE_URL', 'http://host.docker.internal:8080/v1'],
        ['OPENAI_API_KEY', null],
        ['MAX_GENERATIONS', '8'],
      ] as const
    ).map(([name, value], index) => named('Env')(name, value, index)),
    labels: (
      [
        ['app.wharf.api', '1'],
        ['app.wharf.managed', 'true'],
        ['org.opencontainers.image.title', 'LLM API'],
      ] as const
    ).map(([name, value], index) => named('Labels')(name, value, index)),
    ...part,
  };
}

/** So many samples two seconds apart up to now, of a container that works now and then. */
export function sampleStats(count: number): StatsSample[] {
  const nowMs = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const work = Math.max(0, Math.sin(index / 9)) ** 3;
    return {
      atMs: nowMs - (count - 1 - index) * 2000,
      cpuPercent: index === 0 ? null : 1.5 + work * 120 + (index % 5),
      memoryBytes: 180 * 1024 ** 2 + work * 140 * 1024 ** 2 + index * 60_000,
      memoryLimitBytes: 512 * 1024 ** 2,
      networkReceivedBytesPerS: index === 0 ? null : work * 60_000 + (index % 7) * 300,
      networkSentBytesPerS: index === 0 ? null : work * 240_000 + (index % 3) * 500,
      blockReadBytesPerS: index === 0 ? null : index % 40 < 3 ? 4 * 1024 ** 2 : 0,
      blockWrittenBytesPerS: index === 0 ? null : index % 25 < 2 ? 700_000 : 0,
      processCount: 4 + Math.round(work * 8),
    };
  });
}
