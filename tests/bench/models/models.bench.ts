import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, it, onTestFinished, vi } from 'vitest';
import { LiveValue } from '../../../electron/services/live';
import { ModelPulls } from '../../../electron/services/ollama/modelPulls';
import { Ollamas } from '../../../electron/services/ollama/ollamas';
import { Tasks } from '../../../electron/services/tasks';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { startWharf } from '../../e2e/wharf';
import { ollamaOfRun, startOllama } from '../../engine/ollamaServer';
import { registryObstacle, startRegistry } from '../../engine/registry';
import { answeringOver } from '../../fakes/answering';
import { startFakeEngine } from '../../fakes/fakeEngine';
import { sampleSettings } from '../../fakes/samples';
import { ScriptedOllama } from '../../fakes/scriptedOllama';
import { MemoryOutput } from '../../fakes/taskOutput';

/*
 * A real model pulled from a real registry through Wharf beside `ollama pull`, in turns on one Ollama; and how long the
 * window takes from the click on Models until 200 of them are painted, beside a list of one.
 */
const run = promisify(execFile);
const rounds = Number(process.env.WHARF_BENCH_ROUNDS ?? 10);
const has = ollamaOfRun();
const fail = (error: unknown): never => {
  throw error;
};

describe.skipIf(has === null || registryObstacle() !== null)('a pull', { timeout: 600_000 }, () => {
  it('through Wharf beside ollama pull', async () => {
    if (has === null) return;
    const ollama = await startOllama(has);
    onTestFinished(() => ollama.close());
    const registry = await startRegistry();
    onTestFinished(() => registry.close());
    const folder = await mkdtemp(join(tmpdir(), 'wharf-bench-models-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const store = await registry.openDoor('127.0.0.2');
    // Ollama 0.6.5 takes blobs only from where the registry sends it to.
    registry.fault = (path: string, { method, headers }: IncomingMessage) =>
      method === 'GET' && path.includes('/blobs/') && headers.host === registry.host
        ? { answer: { status: 307, headers: { location: `http://${store}${path}` } } }
        : null;
    const model = `${registry.host}/library/small:latest`;
    const ask = async (method: string, path: string, body: object) => {
      const answer = await fetch(`${ollama.baseUrl}${path}`, { method, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      await answer.text();
    };
    const remove = () => ask('DELETE', '/api/delete', { model });
    await ask('POST', '/api/copy', { source: ollama.model, destination: model });
    await ask('POST', '/api/push', { model, insecure: true, stream: false });
    await ask('DELETE', '/api/delete', { model: ollama.model });
    await remove();

    const { endpoints } = answeringOver(folder, () => [], { ollamaHost: ollama.baseUrl });
    const ollamas = new Ollamas({ endpoints, settings: new LiveValue(sampleSettings), logDefect: fail });
    const tasks = new Tasks(new MemoryOutput(), fail);
    const pulls = new ModelPulls({ ollamas, tasks, relist: () => undefined });
    const env = { ...process.env, OLLAMA_HOST: ollama.baseUrl };
    const timed = async (pull: () => Promise<unknown>) => {
      const fromMs = performance.now();
      await pull();
      const tookMs = performance.now() - fromMs;
      await remove();
      return tookMs;
    };
    const throughWharf = async () => {
      const { taskId } = await pulls.pull({ endpointId: 'ollama', model, allowPlainHttp: true });
      const { state } = await tasks.ended(taskId);
      if (state !== 'done') throw new Error(state);
    };
    const throughCommand = () => run(has.binary, ['pull', '--insecure', model], { env });
    const wharf: number[] = [];
    const command: number[] = [];
    await timed(throughWharf);
    await timed(throughCommand);
    for (let round = 0; round < rounds; round += 1) {
      command.push(await timed(throughCommand));
      wharf.push(await timed(throughWharf));
    }
    await tasks.close();
    report({
      name: 'pull of a model of 98 MB from a registry on this machine',
      unit: 'ms',
      wharf,
      reference: { what: 'ollama pull', values: command },
      goal: { of: 'ratio', atMost: 1.02 },
    });
  });
});

describe('the list', { timeout: 300_000 }, () => {
  it('of 200 models is painted', async () => {
    const engine = await startFakeEngine({ containers: [{ name: 'web', state: 'running' }] });
    onTestFinished(() => engine.close());
    const ollama = new ScriptedOllama();
    onTestFinished(() => ollama.close());
    vi.stubEnv('OLLAMA_HOST', await ollama.listen());
    onTestFinished(() => void vi.unstubAllEnvs());
    const wharf = await startWharf({ dockerHost: engine.endpoint.address, language: 'en', servedBy: 'desktop' });
    onTestFinished(() => wharf.close());
    const { page } = wharf;
    const paintedMs = async (count: number): Promise<number> => {
      ollama.models = Array.from({ length: count }, (_, at) => ({ name: `model-${at}:7b` }));
      await page.evaluate(() => (window.location.hash = '/settings'));
      await page.getByRole('heading', { name: 'Settings' }).waitFor();
      return page.evaluate(
        (rows) =>
          new Promise<number>((resolve) => {
            const fromMs = performance.now();
            const look = () => {
              // Only what is on the screen is drawn: the table says how many rows it has.
              if (!document.querySelector(`table[aria-rowcount="${rows + 1}"] a[title^="model-"]`)) return;
              watcher.disconnect();
              requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - fromMs)));
            };
            const watcher = new MutationObserver(look);
            watcher.observe(document.body, { childList: true, subtree: true });
            document.querySelector<HTMLElement>('a[href$="/models"]')?.click();
          }),
        count,
      );
    };
    const all: number[] = [];
    const one: number[] = [];
    await paintedMs(200);
    for (let round = 0; round < rounds; round += 1) {
      one.push(await paintedMs(1));
      all.push(await paintedMs(200));
    }
    report({
      name: 'click on Models to 200 of them painted',
      unit: 'ms',
      wharf: all,
      reference: { what: 'a list of one', values: one },
      goal: { of: 'median', atMost: 100 },
    });
  });
});
