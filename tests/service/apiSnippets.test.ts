import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeNames } from '../../electron/contract/probe';
import { apiSnippet, type SnippetLanguage, snippetLanguages } from '../../renderer/features/containers/api/apiSnippets';

const run = promisify(execFile);

/** Runs a snippet in what it is written for and answers what it prints. */
async function printed(language: SnippetLanguage, code: string): Promise<string> {
  const env = { ...process.env, API_KEY: 'sk-of-the-test', NO_PROXY: '*', no_proxy: '*' };
  const options = { env, timeout: 15_000 };
  if (language === 'curl') return (await run('sh', ['-c', code], options)).stdout;
  if (language === 'python') return (await run('python3', ['-c', code], options)).stdout;
  return (await run(process.execPath, ['--input-type=module', '-e', code], options)).stdout;
}

/** The tutorial's service; it asks for a key on /chat and repeats what it was sent. */
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const say = (answer: object) => response.end(JSON.stringify(answer));
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /') return say({ message: 'LLM API Server', status: 'running' });
  if (route === 'GET /health') return say({ status: 'healthy' });
  const { message } = JSON.parse(body);
  return say({
    response: `Echo: ${message}`,
    route,
    key: request.headers.authorization ?? null,
    type: request.headers['content-type'],
  });
});
let baseUrl: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What breaks quoting: both quotes, a shell's dollar and backtick, line breaks, backslashes, Korean, an emoji. */
const nasty = `안녕 "you" & 'me' \\ $HOME \`id\` $(id) %s {x} \u2028\n두 번째 줄 🐳`;

describe('a request to paste', () => {
  it.each(snippetLanguages.flatMap((language) => probeNames.map((probe) => ({ language, probe }))))(
    '$language of $probe does not run, or asks something else',
    async ({ language, probe }) => {
      const code = apiSnippet(language, { baseUrl, probe, message: nasty, needsKey: false });
      const answer = JSON.parse(await printed(language, code));
      if (probe === 'root') expect(answer).toEqual({ message: 'LLM API Server', status: 'running' });
      if (probe === 'health') expect(answer).toEqual({ status: 'healthy' });
      if (probe === 'chat') {
        expect(answer).toMatchObject({ response: `Echo: ${nasty}`, route: 'POST /chat', key: null });
        expect(answer.type).toMatch(/^application\/json/);
      }
    },
  );

  it.each(snippetLanguages)('%s carries the key in its text, or forgets to send it', async (language) => {
    const code = apiSnippet(language, { baseUrl, probe: 'chat', message: 'hi', needsKey: true });
    expect(code).not.toContain('sk-');
    expect(JSON.parse(await printed(language, code)).key).toBe('Bearer sk-of-the-test');
  });
});
