import type { Wharf } from '../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { type AskedRequest, type Reply, ScriptedModel } from '../fakes/scriptedModel';

/** A machine with two containers that answer and an Ollama with models, for pictures of what answers can look like. */
export interface AnswerWorld {
  engine: FakeEngine;
  ollamaPort: number;
  close(): Promise<void>;
}

const maths = `원의 넓이는 반지름의 제곱에 비례해요: $A = \\pi r^2$.

$$
\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}, \\qquad
\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}^{-1} = \\frac{1}{ad-bc}\\begin{pmatrix} d & -b \\\\ -c & a \\end{pmatrix}
$$

Prices such as $5 and $10 stay as they are.
`;
const plain =
  'A container is a running instance of an image. The image is the **recipe**, the container the *dish*:\n\n```bash\ndocker run -d -p 8000:8000 llm-api\n```\n';

const models = [
  ['gemma3:4b', 3_300_000_000, '4.3B', 'Q4_K_M'],
  ['llama3.2:3b', 2_019_393_189, '3.2B', 'Q4_K_M'],
  ['qwen2.5:0.5b-instruct', 397_821_319, '494.03M', 'Q4_K_M'],
] as const;

async function ollama({ method, path, body }: AskedRequest, reply: Reply): Promise<void> {
  if (path === '/api/tags') {
    const listed = models.map(([name, size, parameter_size, quantization_level]) => ({
      name,
      size,
      details: { family: 'llama', parameter_size, quantization_level },
    }));
    return reply.whole(200, JSON.stringify({ models: listed }));
  }
  if (path === '/api/ps') return reply.whole(200, '{"models":[]}');
  if (path === '/api/show') return reply.whole(200, JSON.stringify({ parameters: 'num_ctx 4096' }));
  if (method !== 'POST') return reply.whole(404, '404 page not found');
  const question = body.messages?.at(-1)?.content ?? '';
  if (/load/.test(question)) return;
  const text = /area|넓이/.test(question) ? maths : plain;
  const overflow = /everything/.test(question);
  reply.stream('application/x-ndjson');
  for (const piece of text.match(/[\s\S]{1,12}/g) ?? []) {
    await reply.line({ model: body.model, message: { role: 'assistant', content: piece }, done: false });
  }
  await reply.line({
    model: body.model,
    message: { role: 'assistant', content: '' },
    done: true,
    done_reason: 'stop',
    prompt_eval_count: overflow ? 4096 : 3580,
    eval_count: 96,
    load_duration: 1_800_000_000,
    prompt_eval_duration: 420_000_000,
    eval_duration: 2_950_000_000,
  });
  reply.end();
}

export async function openAnswerWorld(): Promise<AnswerWorld> {
  const server = new ScriptedModel(ollama);
  const ollamaPort = await server.listen();
  const service = new ScriptedModel(async ({ method }, reply) => {
    if (method === 'GET') return reply.whole(200, '{"models":[{"name":"echo","model":"echo"}]}');
    reply.stream();
    for (const piece of plain.match(/[\s\S]{1,12}/g) ?? []) await reply.event({ delta: piece });
    await reply.done({ usage: { prompt_tokens: 42, completion_tokens: 31 } });
  });
  const port = await service.listen();
  const now = Date.now();
  const api = {
    image: 'llm-api:latest',
    labels: { 'app.wharf.managed': 'true', 'app.wharf.api': 'true' },
    state: 'running' as const,
    health: 'healthy' as const,
    startedAtMs: now - 3_600_000,
  };
  const engine = await startFakeEngine({
    containers: ['wharf-llm-api', 'llm-api-canary'].map((name) => ({
      ...api,
      name,
      ports: [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort: port }],
    })),
  });
  return {
    engine,
    ollamaPort,
    close: async () => {
      await engine.close();
      await service.close();
      await server.close();
    },
  };
}

const words = {
  en: {
    send: /^Send/,
    choose: /Talk to/,
    settings: 'System prompt and parameters',
    requests: 'Requests',
    addSide: 'Add a side',
  },
  ko: {
    send: /^보내기/,
    choose: /대화 상대/,
    settings: '시스템 프롬프트와 매개변수',
    requests: '요청 기록',
    addSide: '상대 추가',
  },
};

/** Leads the page through what answers can look like, and has each pictured. */
export async function pictureAnswers(
  { page }: Wharf,
  language: 'en' | 'ko',
  picture: (name: string) => Promise<void>,
): Promise<void> {
  const t = words[language];
  const go = (hash: string) =>
    page.evaluate((to) => {
      window.location.hash = to;
    }, hash);
  const field = () => page.locator('main textarea').last();
  const ask = async (text: string) => {
    await field().fill(text);
    await field().press('Enter');
  };
  await go('#/chat');
  await page.getByRole('button', { name: t.choose }).click();
  await page.getByText('qwen2.5:0.5b-instruct').waitFor();
  await picture('targets');
  await page.getByText('llama3.2:3b').click();
  await ask(language === 'ko' ? '원의 넓이를 수식으로 알려 줘' : 'What is the area of a circle? Use maths.');
  await page.locator('.katex').first().waitFor();
  await picture('maths');
  await ask('Summarise everything that we said so far.');
  await page.locator('[data-context="overflowed"]').waitFor();
  await picture('overflow');
  await page.locator('[data-context="overflowed"]').click();
  await picture('details');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: t.settings }).click();
  await picture('parameters');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: t.requests, exact: true }).click();
  await page.locator('aside li button').first().waitFor();
  await picture('requests');
  await page.locator('aside li button').first().click();
  await page.locator('aside pre').first().waitFor();
  await picture('request');
  await page.keyboard.press('Escape');
  await ask('Please load for a while.');
  await page.getByText(/00:0[2-9]/).waitFor();
  await picture('loading');
  await go('#/compare');
  await page.getByRole('button', { name: t.addSide }).click();
  await picture('compare-new');
  await page.locator('main li').nth(2).getByRole('button').first().click();
  await page.getByText('gemma3:4b').click();
  await ask(language === 'ko' ? '이미지와 컨테이너의 차이는?' : 'Image or container: what is the difference?');
  await page.waitForFunction(() => document.querySelectorAll('article[aria-busy="false"]').length >= 3);
  await picture('compare');
}
