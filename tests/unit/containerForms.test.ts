import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { runLine } from '../../electron/contract/containerCommands';
import { plainSpec } from '../../electron/contract/containerSpec';
import { changedSpec, requestOfSpec } from '../../electron/contract/requestOfSpec';
import { runRequest, safeUser, specOfRequest } from '../../electron/contract/runRequest';
import { parseShellWords, shellLine } from '../../electron/contract/shellWords';
import { ActionLog } from '../../electron/services/actionLog';
import { Presets } from '../../electron/services/presets';
import { draftOf, requestOf } from '../../renderer/features/containers/runFormRequest';
import { valuesOf } from '../../renderer/features/containers/runFormValues';

const request = runRequest.parse({
  image: 'registry.example.internal:5000/team/llm-api:2',
  name: 'api',
  command: ['serve', '--word', "it's"],
  ports: [{ containerPort: 8000, hostPort: 8100 }],
  environment: [
    { name: 'API_KEY', value: 'a-secret-key' },
    { name: 'A', value: 'b' },
  ],
  mounts: [{ kind: 'volume', name: 'models', path: '/models' }],
  healthCheck: { kind: 'command', command: 'true' },
  restart: { policy: 'on-failure', retries: 2 },
});
const surroundings = { hostPorts: [8100], imageUser: '' };

it('takes a command line apart into the words that it was made of, whatever they are', () => {
  const character = fc.oneof(
    fc.constantFrom(...' \t\n\'"\\$`#=~*!'),
    fc.nat(0xffff).map((code) => String.fromCharCode(code)),
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit: character })), (words) => {
      expect(parseShellWords(shellLine(words))).toEqual(words);
    }),
  );
});

it('says of a container what was asked for when it was made', () => {
  const { request: said, kept } = requestOfSpec(specOfRequest(request, surroundings), '');
  expect(said).toEqual(request);
  expect(kept).toEqual([]);
  const older = { ...specOfRequest(request, surroundings), securityOptions: ['no-new-privileges=true'] };
  expect(requestOfSpec(older, '').request.safety.noNewPrivileges).toBe(true);
});

it('loses nothing on the way through the form', () => {
  expect(requestOf(valuesOf(request))).toEqual({ request });
  expect(draftOf(valuesOf(request))).toEqual(request);
});

it('asks for more than the machine has, however its processors are written', () => {
  const facts = { memoryBytes: 8 * 1024 ** 3, cpuCount: 4 };
  const wrongOf = (cpus: string) => requestOf({ ...valuesOf(request), cpus }, { nameOf: () => undefined, facts });
  expect(wrongOf('4,5')).toEqual({ wrong: ['cpus'] });
  expect(wrongOf('4.5')).toEqual({ wrong: ['cpus'] });
  expect(wrongOf('3,5')).toEqual({ request: { ...request, cpus: 3.5 } });
});

it('leaves what the form cannot say when something else is changed', () => {
  const theirs = {
    ...specOfRequest(request, surroundings),
    privileged: true,
    capabilitiesDropped: ['MKNOD'],
    mounts: [
      { kind: 'folder' as const, source: '/var/run/docker.sock', path: '/var/run/docker.sock', readOnly: false },
      { kind: 'volume' as const, source: 'f'.repeat(64), path: '/data', readOnly: false },
    ],
    environment: [{ name: 'dotted.name', value: '1' }],
    publish: [{ containerPort: 8000, protocol: 'tcp' as const, hostIp: '', hostPort: 8100 }],
  };
  const { request: said, isPublic, kept } = requestOfSpec(theirs, '');
  expect(isPublic).toBe(true);
  expect(said.mounts).toEqual([]);
  expect(kept).toEqual(expect.arrayContaining(['--privileged', '--cap-drop MKNOD']));
  const next = changedSpec(theirs, { ...said, memoryBytes: 64 * 1024 * 1024 }, surroundings);
  expect(next).toEqual({ ...theirs, memoryBytes: 64 * 1024 * 1024 });
  const added = changedSpec(theirs, { ...said, environment: [{ name: 'NEW', value: '1' }] }, surroundings);
  expect(added.environment).toEqual([{ name: 'NEW', value: '1' }, ...theirs.environment]);
  const models = { kind: 'volume' as const, path: '/models', readOnly: false };
  const mounted = changedSpec(theirs, { ...said, mounts: [{ ...models, name: 'models' }] }, surroundings);
  expect(mounted.mounts).toEqual([{ ...models, source: 'models' }, ...theirs.mounts]);
  const moved = changedSpec(
    theirs,
    { ...said, ports: [{ containerPort: 8000, protocol: 'tcp', hostPort: 8200 }] },
    { ...surroundings, hostPorts: [8200] },
  );
  expect(moved.publish).toEqual([{ containerPort: 8000, protocol: 'tcp', hostIp: '', hostPort: 8200 }]);
});

it('does not run as root an image that names no user, unless that was asked for', () => {
  expect(specOfRequest(request, surroundings).user).toBe(safeUser);
  expect(specOfRequest(request, { ...surroundings, imageUser: '0:0' }).user).toBe(safeUser);
  expect(specOfRequest(request, { ...surroundings, imageUser: 'postgres' }).user).toBeNull();
  const asRoot = { ...request, safety: { ...request.safety, nonRoot: false } };
  expect(specOfRequest(asRoot, surroundings).user).toBeNull();
});

it('makes the service ask for its key where others can reach it', () => {
  const shared = { ...request, reach: 'network' as const };
  expect(specOfRequest(shared, surroundings)).toMatchObject({
    publish: [{ hostIp: '', hostPort: 8100 }],
    environment: expect.arrayContaining([{ name: 'REQUIRE_API_KEY', value: 'true' }]),
  });
});

it('records no secret', async () => {
  const log = new ActionLog();
  await log.record(
    () => runLine(specOfRequest(request, surroundings), { hideSecrets: true }),
    async () => undefined,
  );
  for await (const { actions } of log.watch()) {
    expect(actions[0]?.command).toContain('-e API_KEY -e A=b');
    expect(JSON.stringify(actions)).not.toContain('a-secret-key');
    break;
  }
});

it('writes a mount whose path has commas and quotes as docker reads it', () => {
  const mounts = [{ kind: 'folder' as const, source: '/srv/a,"b', path: '/x', readOnly: true }];
  expect(parseShellWords(runLine({ ...plainSpec('i', 'n'), mounts }))).toContain(
    'type=bind,"source=/srv/a,""b",target=/x,readonly',
  );
});

it('keeps presets for all versions of an image, without values of secrets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wharf-presets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'presets.json');
  const presets = await Presets.open(file);
  await presets.save('mine', request);
  await presets.save('mine', { ...request, memoryBytes: 64 * 1024 * 1024 });
  expect(await readFile(file, 'utf8')).not.toContain('a-secret-key');
  const again = await Presets.open(file);
  const [kept, ...others] = again.list('registry.example.internal:5000/team/llm-api:7');
  expect(others).toEqual([]);
  expect(kept?.request).toMatchObject({
    memoryBytes: 64 * 1024 * 1024,
    environment: [
      { name: 'API_KEY', value: '' },
      { name: 'A', value: 'b' },
    ],
  });
  expect(again.list('llm-api')).toEqual([]);
});
