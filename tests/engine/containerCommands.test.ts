import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseEnvFile } from '../../electron/contract/envFile';
import { runRequest } from '../../electron/contract/runRequest';
import { ContainerForms } from '../../electron/services/containerForms';
import type { Containers } from '../../electron/services/containers';
import { HostFolders } from '../../electron/services/hostFolders';
import { outside, realContainers, testImage, testLabels, testName } from './realEngine';

/*
 * The lines that are shown are pasted into a real shell, with a real `docker`: what comes of them is compared with what
 * Wharf did itself.
 */
const run = promisify(execFile);
const shell = (line: string) => run('bash', ['-c', line], { timeout: 60_000, env: { ...process.env, API_KEY: '' } });

let containers: Containers;
let forms: ContainerForms;
let image: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-test-'));
  const folders = await HostFolders.open(join(folder, 'folders.json'));
  await folders.choose(async () => folder);
  const real = await realContainers({ folders });
  containers = real.containers;
  forms = new ContainerForms(real.link);
  image = await testImage('commands', ['python3', '-c', 'import signal; signal.pause()']);
  return () => rm(folder, { recursive: true, force: true });
});

const asked = (values: object) =>
  runRequest.parse({ image, name: testName('line'), ports: [], memoryBytes: 64 * 1024 * 1024, ...values });

/** Removes what a line made, whatever becomes of the test. */
function removeLater(name: string): void {
  onTestFinished(() =>
    outside
      .getContainer(name)
      .remove({ force: true, v: true })
      .catch(() => {}),
  );
}

/** What an engine says of a container, without what differs from one to the next and without what says nothing. */
async function told(name: string): Promise<unknown> {
  const { Config, HostConfig, Mounts, NetworkSettings, State } = await outside.getContainer(name).inspect();
  const { Hostname, Labels, ...config } = Config;
  const ownLabels = Object.fromEntries(Object.entries(Labels).filter(([label]) => !(label in testLabels)));
  const networks = Object.keys(NetworkSettings.Networks);
  return plain({
    // The engine keeps no order of the variables that a request brings.
    config: { ...config, Env: [...config.Env].sort(), ownLabels },
    HostConfig,
    // The engine lists them in any order.
    Mounts: [...Mounts].sort((left, right) => left.Destination.localeCompare(right.Destination)),
    networks,
    ports: NetworkSettings.Ports,
    running: State.Running,
  });
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  const said = Object.entries(value).filter(([name, one]) => {
    if (name === 'Name' && typeof one === 'string' && /^[0-9a-f]{64}$/.test(one)) return false;
    if (name === 'ContainerIDFile' || name === 'MacAddress') return false;
    if (one === null || one === '' || one === 0 || one === false) return false;
    return typeof one !== 'object' || Object.keys(one).length > 0;
  });
  return Object.fromEntries(said.map(([name, one]) => [name, plain(one)]).sort());
}

const lastCommand = async () => {
  for await (const { actions } of containers.actionLog.watch()) return actions[0]?.command ?? '';
  return '';
};

describe('the line of a run makes the same container in a shell', () => {
  it.each([
    ['with everything as it is at first', { ports: [{ containerPort: 8000 }] }],
    [
      'with every protection off and no limits',
      {
        memoryBytes: null,
        hostGateway: false,
        safety: {
          nonRoot: false,
          noNewPrivileges: false,
          dropCapabilities: false,
          readOnlyRoot: false,
          limitProcesses: false,
          rotateLogs: false,
          init: false,
        },
      },
    ],
    [
      'with words that a shell would take apart',
      {
        environment: [
          { name: 'WORDS', value: 'it\'s $HOME `id` "two" words; *' },
          { name: 'LINES', value: 'one\ntwo' },
          { name: 'EMPTY', value: '' },
        ],
        command: ['python3', '-c', "import signal; print('a b'); signal.pause()"],
      },
    ],
    [
      'with limits, a health check, a restart policy and ports of both kinds',
      {
        cpus: 0.5,
        restart: { policy: 'on-failure', retries: 3 },
        healthCheck: { kind: 'command', command: 'python3 -c "1"', intervalSeconds: 7, startPeriodSeconds: 2 },
        ports: [{ containerPort: 8000 }, { containerPort: 9000, protocol: 'udp' }],
        safety: { writablePaths: ['/tmp', '/var/cache'] },
      },
    ],
    ['on no network', { network: { kind: 'none' }, restart: { policy: 'unless-stopped' } }],
    ['on the network of the machine', { network: { kind: 'host' }, healthCheck: { kind: 'none' } }],
    [
      'for everybody, with a key',
      {
        ports: [{ containerPort: 8000 }],
        reach: 'network',
        environment: [
          { name: 'PLAIN', value: '/run/x' },
          { name: 'API_KEY', value: 'twelve letters' },
        ],
      },
    ],
  ])('%s', async (_what, values) => {
    const request = asked(values);
    const { id } = await containers.run(request);
    const command = await lastCommand();
    const ours = await told(request.name);
    await containers.remove(id, { force: true, volumes: true });
    removeLater(request.name);
    // The record leaves the value of a secret to the shell that it is pasted into.
    await shell(`API_KEY='twelve letters' ${command}`);
    expect(await told(request.name)).toEqual(ours);
  });

  it('with a volume and a folder', async () => {
    const volume = testName('volume');
    onTestFinished(() =>
      outside
        .getVolume(volume)
        .remove()
        .catch(() => {}),
    );
    const request = asked({
      mounts: [
        { kind: 'volume', name: volume, path: '/models' },
        { kind: 'folder', folder, path: '/srv/in put', readOnly: true },
      ],
    });
    const { id } = await containers.run(request);
    const command = await lastCommand();
    const ours = await told(request.name);
    await containers.remove(id, { force: true, volumes: true });
    removeLater(request.name);
    await shell(command);
    expect(await told(request.name)).toEqual(ours);
  });

  it('with a network of its own, made and joined by the line too', async () => {
    const name = testName('net');
    const { id: peer } = await containers.run(asked({}));
    const request = asked({ network: { kind: 'named', name, join: [peer] } });
    const { id } = await containers.run(request);
    onTestFinished(() =>
      outside
        .getNetwork(name)
        .remove()
        .catch(() => {}),
    );
    const command = await lastCommand();
    expect(command).toContain(`docker network create --label app.wharf.managed=true ${name} && docker network connect`);
    const ours = await told(request.name);
    await containers.remove(id, { force: true, volumes: true });
    await outside.getNetwork(name).disconnect({ Container: peer });
    await outside.getNetwork(name).remove();
    removeLater(request.name);
    await shell(command);
    expect(await told(request.name)).toEqual(ours);
    expect(Object.keys((await outside.getContainer(peer).inspect()).NetworkSettings.Networks)).toContain(name);
    await outside.getContainer(request.name).remove({ force: true, v: true });
    await outside.getNetwork(name).disconnect({ Container: peer });
  });

  it('of a container that others made, as the export says it', async () => {
    const name = testName('theirs');
    removeLater(name);
    await shell(
      `docker run -d --name ${name} --label app.wharf.test=${testLabels['app.wharf.test']} --cap-add NET_ADMIN --cap-drop MKNOD ` +
        `--device /dev/null:/dev/zilch:r --ulimit nofile=512:1024 --sysctl net.ipv4.ip_unprivileged_port_start=80 --shm-size 128m ` +
        `--dns 127.0.0.53 --add-host a.example:10.0.0.1 --group-add 12 --pid host --ipc host --user 1000:1000 --workdir /tmp ` +
        `--hostname other --stop-signal SIGINT --stop-timeout 3 -t -i -p 127.0.0.1::81/udp --restart unless-stopped -e A=1 ` +
        `-v /anonymous --entrypoint python3 ${image} -c 'import signal; signal.pause()'`,
    );
    const theirs = (await told(name)) as { ports: unknown };
    const { text } = await forms.exportAs((await outside.getContainer(name).inspect()).Id, 'dockerRun', false);
    await outside.getContainer(name).remove({ force: true, v: true });
    await shell(text);
    const ours = (await told(name)) as { ports: unknown };
    const { Mounts } = await outside.getContainer(name).inspect();
    await outside.getContainer(name).remove({ force: true, v: true });
    // Named by now, so that it does not go with its container.
    for (const { Name } of Mounts) if (Name) await outside.getVolume(Name).remove();
    // The engine chooses the port each time; the anonymous volume has a name now, so that its data stays.
    const apart = (container: object) => ({
      ...container,
      ports: null,
      Mounts: null,
      HostConfig: without(container),
      config: withoutVolumes(container),
    });
    expect(apart(ours)).toEqual(apart(theirs));
  });
});

const without = (container: object) => {
  const { Mounts, Binds, ...rest } = (container as { HostConfig: Record<string, unknown> }).HostConfig;
  return rest;
};
const withoutVolumes = (container: object) => {
  const { Volumes, ...rest } = (container as { config: Record<string, unknown> }).config;
  return rest;
};

describe('the line of a deed does the same in a shell', () => {
  it('stops, starts, pauses, resumes, kills, renames and removes', async () => {
    const request = asked({});
    const twin = `${request.name}-twin`;
    const { id } = await containers.run(request);
    removeLater(twin);
    await shell((await lastCommand()).replaceAll(request.name, twin));
    const state = async (name: string) => {
      const inspected = await outside
        .getContainer(name)
        .inspect()
        .catch(() => null);
      return inspected && { status: inspected.State.Status, exitCode: inspected.State.ExitCode };
    };
    const deeds: [string, () => Promise<void>][] = [
      ['pause', () => containers.pause(id)],
      ['unpause', () => containers.unpause(id)],
      ['stop', () => containers.stop(id, 1)],
      ['start', () => containers.start(id)],
      ['restart', () => containers.restart(id, 0)],
      ['kill', () => containers.kill(id, 'SIGTERM')],
      ['remove', () => containers.remove(id, { force: true, volumes: true })],
    ];
    for (const [what, deed] of deeds) {
      await deed();
      const command = await lastCommand();
      expect(command, what).toContain(request.name);
      await shell(command.replaceAll(request.name, twin));
      await expect.poll(() => state(twin), { message: command }).toEqual(await state(request.name));
    }
    const renamed = asked({});
    const next = testName('renamed');
    const { id: other } = await containers.run(renamed);
    await containers.rename(other, next);
    const command = await lastCommand();
    await outside.getContainer(other).rename({ name: renamed.name });
    await shell(command);
    expect((await outside.getContainer(other).inspect()).Name).toBe(`/${next}`);
  });
});

describe('an .env file', () => {
  it('is read as docker reads it', async () => {
    const text = [
      '\uFEFFFIRST=1',
      '# comment',
      '',
      'QUOTED="two words"',
      "SINGLE='x'",
      '   INDENTED=yes',
      'EQUALS=a=b=c',
      'HASH=a # b',
      'TRAILING=x  ',
      'DOLLAR=$HOME ${HOME}',
      'EMPTY=',
      'TWICE=1',
      'TWICE=2',
      '한글=값'.replace('한글', 'KOREAN'),
    ].join('\n');
    const file = join(folder, '.env');
    await writeFile(file, text);
    const name = testName('env');
    removeLater(name);
    await shell(`docker create --name ${name} --label app.wharf.test=x --env-file ${file} ${image}`);
    const { Config } = await outside.getContainer(name).inspect();
    const fromImage = new Set((await outside.getImage(image).inspect()).Config.Env);
    const theirs = Config.Env.filter((variable) => !fromImage.has(variable));
    const ours = parseEnvFile(text).variables.map((variable) => `${variable.name}=${variable.value}`);
    expect([...ours].sort()).toEqual([...new Map(theirs.map((one) => [one.split('=')[0], one])).values()].sort());
  });
});
