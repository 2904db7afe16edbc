import { execFile } from 'node:child_process';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { runRequest } from '../../electron/contract/runRequest';
import { ContainerForms } from '../../electron/services/containerForms';
import type { Containers } from '../../electron/services/containers';
import { outside, outsideContainer, realContainers, testImage, testName } from './realEngine';

/*
 * Exports of real containers, judged by parsers that others wrote: a strict reader of Compose files, and Kubernetes' own
 * OpenAPI schema. WHARF_TEST_PARSERS names a Python that has both (PyPI compose-spec, kubernetes-validate).
 */
const parsers = process.env.WHARF_TEST_PARSERS ?? '';

const readers = {
  compose:
    'import sys, compose_spec; c = compose_spec.PyCompose.from_yaml(sys.stdin.read()); c.validate(); c.to_spec()',
  kubernetes: [
    'import sys, yaml, kubernetes_validate',
    'for one in yaml.safe_load_all(sys.stdin.read()): kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)',
  ].join('\n'),
};

/** What a parser has against a text; empty where it takes it. */
function complaintsOf(reader: keyof typeof readers, text: string): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(parsers, ['-c', readers[reader]], { timeout: 60_000 }, (error, _stdout, stderr) =>
      resolve(error === null ? '' : stderr || String(error)),
    );
    child.stdin?.end(text);
  });
}

let containers: Containers;
let forms: ContainerForms;
let image: string;

beforeAll(async () => {
  const real = await realContainers();
  containers = real.containers;
  forms = new ContainerForms(real.link);
  image = await testImage('exports', ['python3', '-c', 'import signal; signal.pause()']);
});

const waiting = ['python3', '-c', 'import signal; signal.pause()'];
const hard = [
  { name: 'API_KEY', value: 'sk-very-secret' },
  { name: 'DATABASE_URL', value: 'postgres://me:hidden@db/x' },
  { name: 'WORDS', value: 'a: "b" \'c\' ${HOME} $(id) # no comment\nsecond line' },
  { name: 'YES', value: 'yes' },
  { name: 'NUMBER', value: '0123' },
];

/** Containers that are hard to write down, ours and others'. */
async function made(what: string): Promise<string> {
  const volume = testName('volume');
  onTestFinished(async () => {
    await outside
      .listContainers({ all: true, filters: { volume: [volume] } })
      .then((all) => Promise.all(all.map(({ Id }) => outside.getContainer(Id).remove({ force: true, v: true }))));
    await outside
      .getVolume(volume)
      .remove()
      .catch(() => {});
  });
  const request = (values: object) =>
    containers.run(runRequest.parse({ image, name: testName('export'), memoryBytes: 96 * 1024 * 1024, ...values }));
  switch (what) {
    case 'one of ours':
      return (await request({ environment: hard })).id;
    case 'one with everything that the form has':
      return (
        await request({
          environment: hard,
          command: ['python3', '-c', 'import signal; x = "$HOME $(date)"; signal.pause()'],
          cpus: 0.25,
          restart: { policy: 'on-failure', retries: 4 },
          healthCheck: { kind: 'command', command: 'test -d "$HOME"', intervalSeconds: 9, startPeriodSeconds: 20 },
          mounts: [{ kind: 'volume', name: volume, path: '/models', readOnly: true }],
          ports: [{ containerPort: 8000 }, { containerPort: 53, protocol: 'udp' }],
        })
      ).id;
    case 'one on the network of the machine':
      return (await request({ network: { kind: 'host' }, restart: { policy: 'always' } })).id;
    default: {
      const container = await outsideContainer('theirs', waiting, {
        User: '1000:1000',
        WorkingDir: '/tmp',
        Tty: true,
        OpenStdin: true,
        StopSignal: 'SIGINT',
        StopTimeout: 7,
        Hostname: 'Other.Example',
        Volumes: { '/data': {} },
        ExposedPorts: { '90/tcp': {} },
        HostConfig: {
          Binds: [`${volume}:/named`, '/etc/hostname:/host/name:ro'],
          PortBindings: { '90/tcp': [{ HostIp: '0.0.0.0', HostPort: '' }] },
          CapAdd: ['NET_ADMIN'],
          CapDrop: ['MKNOD'],
          SecurityOpt: ['no-new-privileges'],
          Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/zilch', CgroupPermissions: 'r' }],
          GroupAdd: ['12'],
          PidMode: 'host',
          IpcMode: 'host',
          Ulimits: [{ Name: 'nofile', Soft: 512, Hard: 1024 }],
          Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '80' },
          ShmSize: 128 * 1024 * 1024,
          Dns: ['127.0.0.53'],
          ExtraHosts: ['a.example:10.0.0.1'],
          Tmpfs: { '/scratch': '' },
          LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
        },
      });
      return container.id;
    }
  }
}

describe.each([
  'one of ours',
  'one with everything that the form has',
  'one on the network of the machine',
  'one that others made',
])('%s', (what) => {
  it('is a Compose file and Kubernetes objects to those who read them, without its secrets unless asked', async () => {
    const id = await made(what);
    for (const secrets of [false, true]) {
      const compose = (await forms.exportAs(id, 'compose', secrets)).text;
      const kubernetes = (await forms.exportAs(id, 'kubernetes', secrets)).text;
      // Two words of the specification that this reader does not know: the machine's own address, and a count of tries.
      const readable = compose.replace('host-gateway', '172.17.0.1').replace('on-failure:4', 'on-failure');
      expect(await complaintsOf('compose', readable), compose).toBe('');
      expect(await complaintsOf('kubernetes', kubernetes), kubernetes).toBe('');
      for (const text of [compose, kubernetes, (await forms.exportAs(id, 'dockerRun', secrets)).text]) {
        const { Env } = (await outside.getContainer(id).inspect()).Config;
        const has = Env.some((variable) => variable.startsWith('API_KEY='));
        expect(text.includes('sk-very-secret')).toBe(secrets && has);
        expect(text.includes('hidden@db')).toBe(secrets && has);
      }
    }
  });
});

it('says in Compose and Kubernetes what the container really has', async () => {
  const id = await made('one with everything that the form has');
  const { Config, HostConfig } = await outside.getContainer(id).inspect();
  const file = parse((await forms.exportAs(id, 'compose', true)).text) as {
    services: Record<string, Record<string, unknown>>;
  };
  const [service] = Object.values(file.services);
  expect(service).toMatchObject({
    image,
    read_only: true,
    cap_drop: ['ALL'],
    mem_limit: HostConfig.Memory,
    cpus: 0.25,
    pids_limit: 512,
    restart: 'on-failure:4',
    user: '10001:10001',
    init: true,
  });
  // Compose reads `$$` as a dollar.
  const environment = service?.environment as Record<string, string>;
  for (const { name, value } of hard) expect(environment[name]?.replaceAll('$$', '$')).toBe(value);
  expect((service?.command as string[]).map((word) => word.replaceAll('$$', '$'))).toEqual(Config.Cmd);

  const objects = parseAllDocuments((await forms.exportAs(id, 'kubernetes', true)).text).map((one) => one.toJS());
  expect(objects.map(({ kind }) => kind)).toEqual(['Secret', 'PersistentVolumeClaim', 'Deployment', 'Service']);
  const [container] = objects[2].spec.template.spec.containers;
  expect(container).toMatchObject({
    image,
    resources: { limits: { memory: '96Mi', cpu: '250m' } },
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      runAsUser: 10001,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
    },
  });
  expect(objects[0].stringData).toEqual({ API_KEY: 'sk-very-secret', DATABASE_URL: 'postgres://me:hidden@db/x' });
});
