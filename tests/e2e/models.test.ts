import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { plainLayer, ScriptedOllama } from '../fakes/scriptedOllama';
import { startWharf, type Wharf } from './wharf';

let engine: FakeEngine;
let ollama: ScriptedOllama;
let wharf: Wharf;

beforeAll(async () => {
  engine = await startFakeEngine({ containers: [{ name: 'web', state: 'running' }] });
  ollama = new ScriptedOllama();
  vi.stubEnv('OLLAMA_HOST', await ollama.listen());
  wharf = await startWharf({ dockerHost: engine.endpoint.address, language: 'en' });
}, 90_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await wharf?.close();
  await ollama?.close();
  await engine?.close();
});

describe('from no model to an answer', { timeout: 90_000 }, () => {
  it('needs a terminal: the pull shows no progress, ends with the page, or its model cannot be talked to', async () => {
    const { page } = wharf;
    let finish = () => {};
    const allowed = new Promise<void>((resolve) => {
      finish = resolve;
    });
    ollama.pulling = async ({ body }, reply) => {
      reply.stream('application/x-ndjson');
      await reply.line({ status: 'pulling manifest' });
      await reply.line({ status: 'pulling b', digest: plainLayer, total: 2_000_000_000, completed: 500_000_000 });
      await allowed;
      await reply.line({ status: 'verifying sha256 digest' });
      ollama.models.push({ name: String(body.model) });
      await reply.line({ status: 'success' });
      reply.end();
    };
    await page.getByRole('link', { name: 'Models' }).click();
    await page.getByText('No models yet').waitFor();
    await page.getByRole('textbox', { name: 'Model to pull' }).fill('llama3.2:3b');
    await page.getByRole('button', { name: 'Pull', exact: true }).click();
    const underWay = page.getByRole('region', { name: 'Under way' });
    await underWay.getByText('476.8 MiB of 1.9 GiB').waitFor();
    await page.reload();
    await underWay.getByText('476.8 MiB of 1.9 GiB').waitFor();
    finish();
    await page.getByRole('link', { name: 'llama3.2:3b' }).waitFor();
    await underWay.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Chat with llama3.2:3b' }).click();
    const field = page.getByRole('textbox', { name: /message/i });
    await field.fill('Hello?');
    await field.press('Enter');
    await page.getByText('Hello from the model.', { exact: true }).waitFor();
    expect(ollama.asked('/api/chat')[0]?.body).toMatchObject({ model: 'llama3.2:3b' });
    expect(wharf.complaints).toEqual([]);
  });
});
