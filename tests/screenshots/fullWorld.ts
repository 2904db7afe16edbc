import type { Wharf } from '../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { ScriptedModel } from '../fakes/scriptedModel';

const hour = 3_600_000;

/** A machine in use: containers in every state, images, a log, a conversation, a build that is under way. */
export interface FullWorld {
  engine: FakeEngine;
  servicePort: number;
  /** Addresses of every page; the conversation's is the one the page stands at after `fillEngine`, which answers the build's. */
  pages(conversation: string, build: string): Record<string, string>;
  close(): Promise<void>;
}

const answer = `Sure. This builds the image and runs it on **your machine only**:

\`\`\`bash
docker build -t llm-api .
docker run -d -p 127.0.0.1:8000:8000 --name my-llm-api llm-api
\`\`\`

| step | what it does |
| --- | --- |
| \`COPY requirements.txt\` | keeps the packages in a layer of their own |
| \`pip install\` | runs again only when they change |
| \`COPY . .\` | your code, which changes often |

1. 먼저 \`/health\`가 정상인지 확인하세요.
2. 그다음 \`POST /chat\`으로 말을 걸어 보세요.
`;

export async function openFullWorld(): Promise<FullWorld> {
  const service = new ScriptedModel(async (_request, reply) => {
    reply.stream();
    for (const piece of answer.match(/[\s\S]{1,24}/g) ?? []) await reply.event({ delta: piece });
    await reply.done({
      usage: { prompt_tokens: 42, completion_tokens: 188 },
      timings: { total_ms: 900, first_token_ms: 80 },
    });
  });
  const servicePort = await service.listen();
  const now = Date.now();
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const api = { image: 'llm-api:latest', labels: { 'app.wharf.managed': 'true', 'app.wharf.api': 'true' } };
  const engine = await startFakeEngine({
    images: [
      {
        tags: ['llm-api:latest'],
        sizeBytes: 226_000_000,
        createdAtMs: now - hour,
        labels: { 'app.wharf.api': 'true' },
      },
      { tags: ['ollama/ollama:latest'], sizeBytes: 3_400_000_000, createdAtMs: now - 400 * hour },
      { tags: ['wharf/python-base:3.11'], sizeBytes: 178_000_000, createdAtMs: now - 40 * hour },
      { tags: ['postgres:16-alpine'], sizeBytes: 245_000_000, createdAtMs: now - 900 * hour },
      { tags: [], sizeBytes: 226_000_000, createdAtMs: now - 2 * hour },
    ],
    containers: [
      {
        ...api,
        name: 'wharf-llm-api',
        state: 'running',
        health: 'healthy',
        startedAtMs: now - hour,
        memoryBytes: 512 * 2 ** 20,
        ports: [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort: servicePort }],
      },
      {
        ...api,
        name: 'llm-api-canary',
        state: 'running',
        health: 'starting',
        startedAtMs: now - 9000,
        memoryBytes: 512 * 2 ** 20,
        ports: [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort: 8002 }],
      },
      {
        ...api,
        name: 'llm-api-broken',
        state: 'running',
        health: 'unhealthy',
        startedAtMs: now - 20 * hour,
        memoryBytes: 256 * 2 ** 20,
        ports: [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort: 8003 }],
      },
      {
        name: 'ollama',
        image: 'ollama/ollama:latest',
        state: 'running',
        startedAtMs: now - 70 * hour,
        ports: [{ containerPort: 11434, hostIp: '127.0.0.1', hostPort: 11434 }],
      },
      { name: 'postgres', image: 'postgres:16-alpine', state: 'paused', startedAtMs: now - 300 * hour },
      {
        name: 'summariser-with-a-very-long-name-that-somebody-chose',
        image: 'registry.internal.example:5000/team/summariser:2026.11.23',
        state: 'exited',
        exitCode: 137,
        outOfMemory: true,
        memoryBytes: 256 * 2 ** 20,
        finishedAtMs: now - 4 * hour,
      },
      { name: 'migrate', image: 'llm-api:latest', state: 'exited', exitCode: 0, finishedAtMs: now - 26 * hour },
      { name: 'tool-calls', image: 'llm-api:latest', state: 'exited', exitCode: 1, finishedAtMs: now - 60_000 },
      { name: 'never-started', image: 'llm-api:latest', state: 'created' },
      { name: 'crash-loop', image: 'llm-api:latest', state: 'restarting', restartCount: 12, exitCode: 127 },
    ],
    onBuild: async function* () {
      yield '{"stream":"Step 1/5 : ARG BASE_IMAGE=wharf/python-base:3.11\\n"}';
      yield '{"stream":"Step 2/5 : FROM ${BASE_IMAGE} AS builder\\n"}';
      yield '{"stream":" ---> 5a1f9f2c4d11\\n"}';
      yield '{"stream":"Step 3/5 : COPY requirements.txt .\\n"}';
      yield '{"stream":" ---> Using cache\\n"}';
      yield '{"stream":" ---> 77aa9f2c4d12\\n"}';
      yield '{"stream":"Step 4/5 : RUN pip install --no-cache-dir -r requirements.txt\\n"}';
      yield '{"stream":" ---> Running in 0af3aa11bc22\\n"}';
      for (const name of ['fastapi', 'uvicorn', 'httpx', 'pydantic']) yield `{"stream":"Collecting ${name}\\n"}`;
      await gate;
    },
  });
  const id = [...engine.containers.keys()][0] ?? '';
  const words = [
    'GET /health 200 in 2 ms',
    'POST /chat 200 in 912 ms',
    '\u001b[33mWARNING\u001b[0m slow answer: 1.2 s',
    '한국어 로그도 그대로 보여요',
    '{"level":"info","path":"/chat","ms":912}',
  ];
  for (let n = 0; n < 300; n += 1) {
    const text =
      n % 7 === 6
        ? 'Traceback (most recent call last): ValueError: bad input'
        : `\u001b[32mINFO\u001b[0m ${words[n % words.length]}`;
    engine.writeLog(id, text, n % 7 === 6 ? 'stderr' : 'stdout');
  }
  return {
    engine,
    servicePort,
    pages: (conversation, build) => ({
      home: '#/',
      containers: '#/containers',
      run: '#/run?image=llm-api%3Alatest',
      container: `#/containers/${id}`,
      logs: `#/containers/${id}?tab=logs`,
      stats: `#/containers/${id}?tab=stats`,
      chattab: `#/containers/${id}?tab=chat`,
      api: `#/containers/${id}?tab=api`,
      environment: `#/containers/${id}?tab=environment`,
      inspect: `#/containers/${id}?tab=inspect`,
      terminal: `#/containers/${id}?tab=terminal`,
      images: '#/images',
      image: `#/images/${encodeURIComponent([...engine.images.keys()][0] ?? '')}`,
      layers: `#/images/${encodeURIComponent([...engine.images.keys()][0] ?? '')}?tab=layers`,
      pull: '#/pull?image=python%3A3.11-slim',
      disk: '#/disk',
      kit: '#/kit',
      buildform: '#/build',
      build,
      builds: '#/builds',
      activity: '#/activity',
      doctor: '#/doctor',
      help: '#/help',
      settings: '#/settings',
      chat: conversation,
    }),
    close: async () => {
      release();
      await engine.close();
      await service.close();
    },
  };
}

/** What only clicks can bring about: a build under way and a conversation with an answer, which the page then shows. */
export async function fillEngine(world: FullWorld, { page }: Wharf): Promise<string> {
  await page.evaluate(() => {
    window.location.hash = '#/build';
  });
  await page.locator('form button[type=submit]').click();
  await page.waitForFunction(() => window.location.hash.startsWith('#/builds/'));
  const build = await page.evaluate(() => window.location.hash);
  const id = [...world.engine.containers.keys()][0] ?? '';
  await page.evaluate((container) => {
    window.location.hash = `#/chat?container=${container}`;
  }, id);
  const field = page.locator('textarea');
  await field.fill('How do I run this image? 한국어로도 알려 줘.');
  await field.press('Enter');
  await page.getByText('POST /chat').last().waitFor();
  await page.waitForFunction(() => /^#\/chat\/.+/.test(window.location.hash));
  return build;
}
