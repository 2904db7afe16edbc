import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, describe, expect, test } from 'vitest';
import { sampleContainer, sampleDetails, sampleId, sampleStats } from '../fakes/samples';
import { openPage } from './openPage';

// Loaded before the first of them is waited for: on a busy machine that takes longer than a person would wait.
beforeAll(async () => {
  await Promise.all([
    import('../../renderer/app/pages/ContainerRoute'),
    import('../../renderer/features/containers/api/ApiTab'),
    import('../../renderer/features/containers/detail/InspectTab'),
    import('../../renderer/features/containers/stats/StatsTab'),
    import('../../renderer/features/containers/terminal/TerminalTab'),
  ]);
}, 60_000);

/** Five charts are drawn anew while every other suite runs beside this one. */
const patient = { timeout: 15_000 };

const id = sampleId(1);
const running = sampleContainer({ id, name: 'llm-api' });
const at = (tab: string) => `/containers/${id}?tab=${tab}`;
const commands = () => [...document.querySelectorAll('figure code')].map((code) => code.textContent);
const hostile = '<img src=x onerror="globalThis.hacked=true">';

describe('overview', () => {
  test('what the last health check said is not left to the command line', async () => {
    openPage(`/containers/${id}`, {
      containers: [running],
      details: { [id]: sampleDetails({ health: failingHealth }) },
    });
    expect(await screen.findByText('curl: (7) Failed to connect')).toBeTruthy();
    expect(screen.getAllByText('failed with exit code 7').length).toBe(1);
    expect(screen.getByText('Failures in a row')).toBeTruthy();
  });

  test('a label, command or mount of a stranger is not markup', async () => {
    const { container } = openPage(`/containers/${id}`, {
      containers: [running],
      details: {
        [id]: sampleDetails({
          command: ['sh', '-c', hostile],
          labels: [{ name: hostile, value: hostile, path: ['Config', 'Labels', hostile] }],
        }),
      },
    });
    expect((await screen.findAllByText(hostile)).length).toBeGreaterThan(1);
    expect(container.querySelector('img')).toBeNull();
    expect((globalThis as { hacked?: boolean }).hacked).toBeUndefined();
  });

  test('why a container could not be started stays with the engine', async () => {
    openPage(`/containers/${id}`, {
      containers: [{ ...running, state: 'created' }],
      details: { [id]: sampleDetails({ engineError: 'exec: "nope": executable file not found' }) },
    });
    expect(await screen.findByText('exec: "nope": executable file not found')).toBeTruthy();
  });

  test('Back leads somewhere else than where one came from, however many tabs were seen', async () => {
    const { user } = openPage('/containers?find=llm', {
      containers: [running],
      details: { [id]: sampleDetails() },
    });
    await user.click(await screen.findByRole('link', { name: 'llm-api' }));
    for (const tab of ['Environment', 'Inspect', 'API']) {
      await user.click(await screen.findByRole('link', { name: tab }));
    }
    expect(window.location.hash).toContain('tab=api');
    window.history.back();
    await waitFor(() => expect(window.location.hash).toBe('#/containers?find=llm'));
  });
});

const failingHealth = {
  test: ['CMD-SHELL', 'curl -f localhost'],
  intervalMs: 30_000,
  failingStreak: 3,
  log: [
    { startedAtMs: 1, endedAtMs: 2, exitCode: 0, output: '' },
    { startedAtMs: 3, endedAtMs: 4, exitCode: 7, output: 'curl: (7) Failed to connect\n' },
  ],
};

describe('environment', () => {
  const details = sampleDetails({
    environment: [
      { name: 'MODEL', value: 'llama3', path: ['Config', 'Env', '0'] },
      { name: 'API_KEY', value: null, path: ['Config', 'Env', '1'] },
    ],
  });

  test('a secret is on the page before it was asked for, or stays after it was hidden', async () => {
    const { user, called, container } = openPage(at('environment'), {
      containers: [running],
      details: { [id]: details },
      secrets: { 'Config/Env/1': 'API_KEY=sk-secret' },
    });
    expect(await screen.findByText('llama3')).toBeTruthy();
    expect(called('inspect.reveal')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Show API_KEY' }));
    expect(await screen.findByText('sk-secret')).toBeTruthy();
    expect(called('inspect.reveal')).toEqual([{ id, path: ['Config', 'Env', '1'] }]);
    await user.click(screen.getByRole('button', { name: 'Copy API_KEY' }));
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: 'sk-secret' }]));
    await user.click(screen.getByRole('button', { name: 'Hide API_KEY' }));
    expect(container.textContent).not.toContain('sk-secret');
  });
});

describe('inspect', () => {
  test('a secret shows in the tree, or cannot be shown, or a path cannot be copied', async () => {
    const tree = { Config: { Env: ['A=1', 'API_KEY=••••••'] } };
    const { user, called } = openPage(at('inspect'), {
      containers: [running],
      details: { [id]: sampleDetails() },
      trees: { [id]: { json: JSON.stringify(tree), hidden: [['Config', 'Env', '1']] } },
      secrets: { 'Config/Env/1': 'API_KEY=sk-secret' },
    });
    const box = await screen.findByRole('tree', { name: 'What docker inspect says of llm-api' });
    await user.click(screen.getByRole('button', { name: 'Unfold all' }));
    await user.hover(within(box).getByText('"API_KEY=••••••"'));
    await user.click(await screen.findByRole('button', { name: 'Show /Config/Env/1' }));
    expect(await within(box).findByText('"API_KEY=sk-secret"')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /Copy the path of \/Config\/Env\/1/ }));
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: '.Config.Env[1]' }]));
  });
});

describe('stats', () => {
  test('charts have nothing to say to who does not see them', async () => {
    openPage(at('stats'), { containers: [running], stats: { [id]: sampleStats(60) } });
    expect(await screen.findByText(/^CPU: .* % now, .* % at most in the last 10 minutes$/, {}, patient)).toBeTruthy();
    expect(screen.getByText(/^Memory: .*MiB \(.* % of the limit\) now/)).toBeTruthy();
    expect(screen.getByText(/^Network, received: .*\/s now.*Network, sent: /)).toBeTruthy();
    expect(commands()).toEqual(['docker stats llm-api']);
  });

  test('a window that nobody sees goes on measuring', async () => {
    const { host } = openPage(at('stats'), { containers: [running], stats: { [id]: sampleStats(5) } });
    await waitFor(() => expect(host.stats.readerCount).toBe(1));
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
    await waitFor(() => expect(host.stats.readerCount).toBe(0));
    Reflect.deleteProperty(document, 'visibilityState');
    document.dispatchEvent(new Event('visibilitychange'));
    await waitFor(() => expect(host.stats.readerCount).toBe(1));
  });

  test('an empty chart of a stopped container looks like one that uses nothing', async () => {
    openPage(at('stats'), { containers: [{ ...running, state: 'exited' }] });
    expect(await screen.findByText(/It is not running, so there is nothing to measure/)).toBeTruthy();
  });
});

describe('API', () => {
  const answered = (body: string, verdict: 'asTutorial' | 'notJson', status = 200) => ({
    kind: 'answered' as const,
    url: 'http://127.0.0.1:8000/',
    status,
    latencyMs: 12,
    mediaType: 'application/json',
    body,
    cutCharacters: 0,
    verdict,
  });

  test('one click does not run all three, or what came of them has to be judged by the person', async () => {
    const { user, called, container } = openPage(at('api'), {
      containers: [running],
      details: { [id]: sampleDetails() },
      probes: {
        root: answered(hostile, 'notJson'),
        health: answered('{"status":"healthy"}', 'asTutorial'),
        chat: { kind: 'noAnswer', url: 'http://127.0.0.1:8000/chat', reason: 'timeout', latencyMs: 300_000 },
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Run all' }));
    const root = screen.getByRole('region', { name: 'GET /' });
    expect(await within(root).findByText(/The answer is no JSON/)).toBeTruthy();
    expect(within(root).getByText(hostile)).toBeTruthy();
    expect(container.querySelector('img')).toBeNull();
    const health = screen.getByRole('region', { name: 'GET /health' });
    expect(within(health).getByText('Exactly what the tutorial shows')).toBeTruthy();
    expect(within(health).getByText('12 ms')).toBeTruthy();
    expect(within(screen.getByRole('region', { name: 'POST /chat' })).getByText(/No answer in time/)).toBeTruthy();
    expect(screen.getByText('2 of three did not answer as they should.')).toBeTruthy();
    expect(called('probe.run')).toEqual(['root', 'health', 'chat'].map((probe) => ({ id, probe, message: 'Hello' })));
  });

  test('the request cannot be taken along for the port that is really published', async () => {
    const { user, called } = openPage(at('api'), {
      containers: [running],
      details: { [id]: sampleDetails() },
    });
    const chat = await screen.findByRole('region', { name: 'POST /chat' });
    await user.click(within(chat).getByRole('button', { name: 'Python' }));
    await user.click(within(chat).getByRole('button', { name: 'Copy as Python' }));
    await waitFor(() => expect(called('host.copyText')).toHaveLength(1));
    expect((called('host.copyText')[0] as { text: string }).text).toContain('"http://127.0.0.1:8000/chat"');
  });
});

describe('terminal', () => {
  const session = { id: 't1', containerId: id, number: 1, shell: 'auto' as const, asRoot: false, startedAtMs: 0 };

  test('what was chosen is not what is opened', async () => {
    const { user, called } = openPage(at('terminal'), { containers: [running] });
    await user.click(await screen.findByRole('checkbox', { name: 'As root' }));
    await user.click(screen.getByRole('button', { name: 'bash' }));
    expect(commands()).toEqual(['docker exec -it -u 0 llm-api bash']);
    await user.click(screen.getByRole('button', { name: 'Open a terminal' }));
    expect(await screen.findByRole('tab', { name: 'Terminal 1 (root)' })).toBeTruthy();
    expect(called('terminal.open')).toMatchObject([{ containerId: id, shell: 'bash', asRoot: true }]);
  });

  test('a question that was printed before the page came is answered again', async () => {
    const { host, called } = openPage(at('terminal'), {
      containers: [running],
      terminals: [{ ...session, end: null }],
      // Device attributes; every terminal answers them.
      printed: { t1: 'old \u001b[c' },
    });
    const field = await screen.findByRole('textbox', { name: 'Terminal input' });
    await waitFor(() => expect(called('terminal.read')).toHaveLength(1));
    host.printed.set({ t1: 'old \u001b[c new \u001b[6n' });
    await waitFor(() => expect(called('terminal.write')).toHaveLength(1));
    expect((called('terminal.write')[0] as { text: string }).text).toMatch(/R$/);
    expect(document.activeElement).toBe(field);
  });

  test('a session that is over does not say so, or stays for good', async () => {
    const { user, called } = openPage(at('terminal'), {
      containers: [running],
      terminals: [{ ...session, end: { reason: 'containerEnded', exitCode: 137 } }],
    });
    expect(await screen.findByText('The container ended, and this terminal with it.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Close Terminal 1' }));
    expect(await screen.findByRole('button', { name: 'Open a terminal' })).toBeTruthy();
    expect(called('terminal.close')).toEqual([{ sessionId: 't1' }]);
  });

  test('a stopped container offers a terminal that cannot be', async () => {
    openPage(at('terminal'), { containers: [{ ...running, state: 'exited' }] });
    expect(await screen.findByText('llm-api is not running')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Open a terminal' })).toBeNull();
  });
});

describe('chat', () => {
  test('talking is offered where nobody can answer, or without a reason refused', async () => {
    const { host } = openPage(at('chat'), { containers: [running] });
    expect(await screen.findByRole('link', { name: 'New conversation' })).toBeTruthy();
    host.changeContainer(id, { state: 'exited' });
    expect(await screen.findByText('It is not running. Start it to talk to it.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'New conversation' })).toHaveProperty('disabled', true);
  });
});
