import { describe, expect, it, onTestFinished } from 'vitest';
import type { ContainerDetails } from '../../electron/contract/inspect';
import { Inspection } from '../../electron/services/inspection';
import type { FakeContainer } from '../fakes/fakeEngineTypes';
import { linkedContainers } from '../fakes/linkedEngine';

async function linkedInspection(values: Partial<FakeContainer>) {
  const linked = await linkedContainers({ containers: [{ name: 'web', ...values }] });
  const id = [...linked.fake.containers.keys()][0] ?? '';
  await expect.poll(() => linked.containers.table().length).toBe(1);
  const inspection = new Inspection({ engineLink: linked.link, containers: linked.containers, settleMs: 1 });
  const abort = new AbortController();
  const seen: ContainerDetails[] = [];
  const over = (async () => {
    for await (const details of inspection.watch(id, abort.signal)) seen.push(details);
    return 'ended';
  })();
  over.catch(() => {});
  onTestFinished(() => abort.abort());
  await expect.poll(() => seen.length).toBe(1);
  return { ...linked, id, inspection, seen, over };
}

const health = (...outputs: string[]) => ({
  State: {
    Health: {
      Status: 'unhealthy',
      FailingStreak: outputs.length,
      Log: outputs.map((Output) => ({
        Start: '2026-01-01T00:00:00.5Z',
        End: '2026-01-01T00:00:01Z',
        ExitCode: 1,
        Output,
      })),
    },
  },
  Config: { Healthcheck: { Test: ['CMD-SHELL', 'curl -f localhost'], Interval: 5e9 }, Env: [], Labels: {} },
});

describe('the details of a container', () => {
  it('do not say what a health check said last, though each one changes nothing in the table', async () => {
    const { fake, id, seen } = await linkedInspection({ inspect: health('refused') });
    expect(seen[0]?.health).toEqual({
      test: ['CMD-SHELL', 'curl -f localhost'],
      intervalMs: 5000,
      failingStreak: 1,
      log: [
        {
          startedAtMs: Date.parse('2026-01-01T00:00:00.5Z'),
          endedAtMs: Date.parse('2026-01-01T00:00:01Z'),
          exitCode: 1,
          output: 'refused',
        },
      ],
    });
    fake.change(id, { inspect: health('refused', 'still refused') }, 'exec_die');
    await expect.poll(() => seen.at(-1)?.health?.log.at(-1)?.output).toBe('still refused');
  });

  it('carry a secret to the page before it asks', async () => {
    const { id, inspection, seen } = await linkedInspection({
      environment: ['API_KEY=sk-1', 'MODEL=llama3'],
      labels: { 'db.password': 'sk-2' },
    });
    expect(seen[0]?.environment).toEqual([
      { name: 'API_KEY', value: null, path: ['Config', 'Env', '0'] },
      { name: 'MODEL', value: 'llama3', path: ['Config', 'Env', '1'] },
    ]);
    expect(seen[0]?.labels).toEqual([{ name: 'db.password', value: null, path: ['Config', 'Labels', 'db.password'] }]);
    const { json, hidden } = await inspection.tree(id);
    expect(json + JSON.stringify(seen)).not.toContain('sk-');
    expect(hidden).toHaveLength(2);
    expect(await inspection.reveal(id, ['Config', 'Env', '0'])).toBe('API_KEY=sk-1');
    expect(await inspection.reveal(id, ['Config', 'Env', '7'])).toBeNull();
  });

  it('leave limits, mounts and networks out, or take 0 for a limit', async () => {
    const { seen } = await linkedInspection({
      memoryBytes: 1024,
      createdWith: {
        HostConfig: {
          NanoCpus: 1.5e9,
          PidsLimit: -1,
          RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
          Tmpfs: { '/tmp': 'rw,size=64m' },
          SecurityOpt: ['no-new-privileges'],
          CapDrop: ['ALL'],
          ReadonlyRootfs: true,
          NetworkMode: 'default',
        },
      },
      inspect: {
        Path: '/bin/sh',
        Args: ['-c', 'echo hi'],
        Mounts: [{ Type: 'volume', Name: 'models', Source: '/x', Destination: '/models', RW: false, Mode: 'z' }],
        NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.2', Gateway: '172.17.0.1', Aliases: null } } },
      },
    });
    expect(seen[0]).toMatchObject({
      command: ['/bin/sh', '-c', 'echo hi'],
      limits: { memoryBytes: 1024, cpus: 1.5, processCount: null },
      restartPolicy: { name: 'on-failure', maximumRetryCount: 3 },
      security: { readOnlyRoot: true, noNewPrivileges: true, privileged: false, capabilitiesDropped: ['ALL'] },
      networkMode: 'bridge',
      networks: [{ name: 'bridge', ipAddress: '172.17.0.2', gateway: '172.17.0.1', macAddress: '', aliases: [] }],
      mounts: [
        { kind: 'volume', name: 'models', source: '/x', target: '/models', readOnly: true, options: 'z' },
        { kind: 'tmpfs', name: null, source: '', target: '/tmp', readOnly: false, options: 'rw,size=64m' },
      ],
      health: null,
    });
  });

  it('are watched on after the container was removed', async () => {
    const { fake, id, over } = await linkedInspection({});
    fake.removeContainer(id);
    expect(await over).toBe('ended');
  });

  it('are old for good once the engine was away', async () => {
    const { fake, id, seen } = await linkedInspection({});
    await fake.stop();
    fake.change(id, { memoryBytes: 4096 }, 'update');
    await fake.start();
    await expect.poll(() => seen.at(-1)?.limits.memoryBytes, { timeout: 5000 }).toBe(4096);
  });
});
