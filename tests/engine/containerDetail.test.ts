import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerDetails } from '../../electron/contract/inspect';
import type { StatsSample } from '../../electron/contract/stats';
import { Inspection } from '../../electron/services/inspection';
import { Probe } from '../../electron/services/probe';
import { Stats } from '../../electron/services/stats';
import { outside, outsideContainer, realContainers } from './realEngine';

const run = promisify(execFile);
let services: Awaited<ReturnType<typeof realContainers>>;
let stats: Stats;
let inspection: Inspection;

beforeAll(async () => {
  services = await realContainers();
  const asked = { engineLink: services.link, containers: services.containers };
  stats = new Stats({ ...asked, log: () => {} });
  inspection = new Inspection(asked);
});
afterAll(() => stats?.close());

/** Samples until `enough` says so. */
async function sampled(id: string, enough: (samples: StatsSample[]) => boolean): Promise<StatsSample[]> {
  const leaving = new AbortController();
  const samples: StatsSample[] = [];
  await expect.poll(() => services.containers.table().some((row) => row.id === id), { timeout: 20_000 }).toBe(true);
  for await (const event of stats.watch(id, 900, leaving.signal)) {
    samples.push(...event.samples);
    if (enough(samples)) leaving.abort();
  }
  return samples;
}

const withCpu = (samples: StatsSample[]) => samples.filter(({ cpuPercent }) => cpuPercent !== null);

describe('what a real container uses', () => {
  it('is the same whether it works or sleeps, or forgets who works in it', async () => {
    const limits = { HostConfig: { Init: true, Memory: 96 * 1024 * 1024, NanoCpus: 0.5e9 } };
    const busy = await outsideContainer('busy', ['sh', '-c', 'sleep 600 & while :; do :; done'], limits);
    const idle = await outsideContainer('idle', ['sleep', '600'], limits);
    const [working, sleeping] = await Promise.all(
      [busy, idle].map(async ({ id }) => withCpu(await sampled(id, (all) => withCpu(all).length >= 3))),
    );
    const peak = Math.max(...(working ?? []).map(({ cpuPercent }) => cpuPercent ?? 0));
    const rest = Math.max(...(sleeping ?? []).map(({ cpuPercent }) => cpuPercent ?? 0));
    expect(peak).toBeGreaterThan(5);
    expect(peak).toBeLessThan(80);
    expect(rest).toBeLessThan(peak / 2);
    const last = working?.at(-1);
    // init, the shell and its sleep.
    expect(last).toMatchObject({ memoryLimitBytes: 96 * 1024 * 1024, processCount: 3 });
    expect(last?.memoryBytes).toBeGreaterThan(50_000);
    expect(last?.memoryBytes).toBeLessThan(96 * 1024 * 1024);
  });

  it('is another number than docker stats shows', async () => {
    const container = await outsideContainer(
      'memory',
      ['python', '-c', 'import time; held = bytearray(40_000_000); open("/tmp/x", "wb").write(held); time.sleep(600)'],
      { HostConfig: { Init: true } },
    );
    // Once it grows no more: both are asked about the same.
    const isSettled = (all: StatsSample[]) => {
      const [before = 0, last = 0] = all.slice(-2).map(({ memoryBytes }) => memoryBytes ?? 0);
      return last > 35_000_000 && Math.abs(last - before) < 100_000;
    };
    const samples = await sampled(container.id, isSettled);
    const { stdout } = await run('docker', [
      'stats',
      '--no-stream',
      '--format',
      '{{.MemUsage}} {{.PIDs}}',
      container.id,
    ]);
    const [, mebibytes, processes] = /^([\d.]+)MiB \/ \S+ (\d+)/.exec(stdout) ?? [];
    const ours = (samples.at(-1)?.memoryBytes ?? 0) / 1024 ** 2;
    expect(Math.abs(ours - Number(mebibytes))).toBeLessThan(3);
    expect(samples.at(-1)?.processCount).toBe(Number(processes));
  });

  it('leaves out what it sends', async () => {
    // An address that nobody has (RFC 5737): what is sent there leaves the container all the same.
    const container = await outsideContainer('sender', [
      'python',
      '-c',
      `
import socket, time
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    for _ in range(50): sender.sendto(b'x' * 1000, ('192.0.2.1', 9))
    time.sleep(0.2)
`,
    ]);
    const sent = (all: StatsSample[]) => Math.max(...all.map(({ networkSentBytesPerS }) => networkSentBytesPerS ?? 0));
    const samples = await sampled(container.id, (all) => all.length > 15 || sent(all) > 10_000);
    expect(sent(samples)).toBeGreaterThan(10_000);
  });
});

describe('the details of a real container', () => {
  it('hold a secret, miss what the last health check said, or stay after the container is gone', async () => {
    const container = await outsideContainer('healthy', ['sleep', '600'], {
      Env: ['DB_PASSWORD=hunter2', 'MODEL=llama3'],
      User: '1000',
      Healthcheck: { Test: ['CMD-SHELL', 'echo check-$((6*7)); exit 3'], Interval: 1e9, Timeout: 5e9, Retries: 1 },
      HostConfig: {
        Init: true,
        Memory: 64 * 1024 * 1024,
        NanoCpus: 1.5e9,
        PidsLimit: 77,
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 4 },
        Tmpfs: { '/tmp': 'rw,noexec,size=1m' },
      },
    });
    const seen: ContainerDetails[] = [];
    const over = (async () => {
      for await (const details of inspection.watch(container.id)) seen.push(details);
      return 'ended';
    })();
    await expect
      .poll(() => seen.at(-1)?.health?.log.at(-1), { timeout: 20_000 })
      .toMatchObject({ exitCode: 3, output: 'check-42\n' });
    expect(seen.at(-1)).toMatchObject({
      command: ['sleep', '600'],
      user: '1000',
      health: { test: ['CMD-SHELL', 'echo check-$((6*7)); exit 3'], intervalMs: 1000 },
      limits: { memoryBytes: 64 * 1024 * 1024, cpus: 1.5, processCount: 77 },
      security: { readOnlyRoot: true, noNewPrivileges: true, privileged: false, capabilitiesDropped: ['ALL'] },
      restartPolicy: { name: 'on-failure', maximumRetryCount: 4 },
      networks: [{ name: 'bridge' }],
      mounts: [{ kind: 'tmpfs', target: '/tmp', readOnly: false }],
    });
    const checks = seen.at(-1)?.health?.failingStreak ?? 0;
    await expect.poll(() => seen.at(-1)?.health?.failingStreak, { timeout: 20_000 }).toBeGreaterThan(checks);

    const { json } = await inspection.tree(container.id);
    expect(JSON.stringify(seen) + json).not.toContain('hunter2');
    const path = seen.at(-1)?.environment.find(({ name }) => name === 'DB_PASSWORD')?.path ?? [];
    expect(await inspection.reveal(container.id, path)).toBe('DB_PASSWORD=hunter2');
    const theirs = await outside.getContainer(container.id).inspect();
    expect(Object.keys(JSON.parse(json))).toEqual(Object.keys(theirs));

    await container.remove({ force: true });
    expect(await over).toBe('ended');
  });
});

describe('a container on the machine’s own network', () => {
  it('has no port to be asked on', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { id } = await outsideContainer('host-network', ['python', '-m', 'http.server', String(port)], {
      ExposedPorts: { [`${port}/tcp`]: {} },
      HostConfig: { NetworkMode: 'host', Init: true },
    });
    const row = () => services.containers.table().find((one) => one.id === id);
    const expected = [{ containerPort: port, protocol: 'tcp', hostIp: '0.0.0.0', hostPort: port }];
    await expect.poll(() => row()?.ports, { timeout: 20_000 }).toEqual(expected);
    const probe = new Probe({ engineLink: services.link, containers: services.containers });
    const ask = async () => (await probe.run(id, 'root', '')).kind;
    await expect.poll(ask, { timeout: 20_000 }).toBe('answered');
  });
});
