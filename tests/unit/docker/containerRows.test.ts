import type Dockerode from 'dockerode';
import { describe, expect, it } from 'vitest';
import { justAfter } from '../../../electron/docker/containerLogs';
import { rowOfInspect, rowOfList, unpublishedPorts } from '../../../electron/docker/containerRows';
import { saysTheSame } from '../../../electron/services/containerChange';

const id = 'cd'.repeat(32);

const listed = (values: object) =>
  ({
    Id: id,
    Names: ['/web'],
    Image: 'llm-api:latest',
    ImageID: 'sha256:11',
    Created: 1_714_557_600,
    State: 'running',
    Status: 'Up 2 minutes',
    Labels: {},
    Ports: [],
    ...values,
  }) as unknown as Dockerode.ContainerInfo;

const inspected = (values: { State?: object; HostConfig?: object; NetworkSettings?: object; Config?: object }) =>
  ({
    Id: id,
    Name: '/web',
    Image: 'sha256:11',
    Created: '2024-05-01T10:00:00.123456789Z',
    RestartCount: 2,
    ...values,
    State: {
      Status: 'running',
      Running: true,
      ExitCode: 0,
      OOMKilled: false,
      StartedAt: '2024-05-01T10:00:01.5Z',
      FinishedAt: '0001-01-01T00:00:00Z',
      ...values.State,
    },
    Config: { Image: 'llm-api:latest', Labels: null, ...values.Config },
    HostConfig: { Memory: 0, PortBindings: null, ...values.HostConfig },
    NetworkSettings: { Ports: {}, ...values.NetworkSettings },
  }) as unknown as Dockerode.ContainerInspectInfo;

describe('rows of a list', () => {
  it.each([
    ['running', 'Up 2 minutes (healthy)', 'healthy'],
    ['running', 'Up 2 minutes (unhealthy)', 'unhealthy'],
    ['running', 'Up 1 second (health: starting)', 'starting'],
    ['running', 'Up 2 minutes', 'none'],
    ['paused', 'Up 2 minutes (Paused)', 'none'],
  ])('reads the health of a %s container from "%s"', (state, status, health) => {
    expect(rowOfList(listed({ State: state, Status: status })).health).toBe(health);
  });

  it('reads the exit code of a stopped container, and has none for others', () => {
    expect(rowOfList(listed({ State: 'exited', Status: 'Exited (137) 2 hours ago' })).exitCode).toBe(137);
    expect(rowOfList(listed({ State: 'running', Status: 'Up 2 hours' })).exitCode).toBeNull();
  });

  it('takes the own name, not one that a link added', () => {
    expect(rowOfList(listed({ Names: ['/other/database', '/web'] })).name).toBe('web');
    expect(rowOfList(listed({ Names: null })).name).toBe(id.slice(0, 12));
  });

  it('takes states that only Podman has for the nearest of ours', () => {
    expect(
      ['configured', 'initialized', 'stopped', 'stopping', 'new'].map((State) => rowOfList(listed({ State })).state),
    ).toEqual(['created', 'created', 'exited', 'running', 'created']);
  });

  it('shows published ports only, in a fixed order', () => {
    const Ports = [
      { PrivatePort: 9000, Type: 'tcp' },
      { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    ];
    expect(rowOfList(listed({ Ports })).ports).toEqual(
      [
        { containerPort: 80, protocol: 'tcp', hostIp: '::', hostPort: 8080 },
        { containerPort: 80, protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 8080 },
      ].sort((left, right) => left.hostIp.localeCompare(right.hostIp)),
    );
  });
});

describe('rows of an inspect', () => {
  it('takes the year 1 for never and no limit for none', () => {
    const row = rowOfInspect(inspected({}));
    expect(row).toMatchObject({
      createdAtMs: Date.parse('2024-05-01T10:00:00.123Z'),
      startedAtMs: Date.parse('2024-05-01T10:00:01.500Z'),
      finishedAtMs: null,
      memoryLimitBytes: null,
      exitCode: null,
      restartCount: 2,
      madeByWharf: false,
      servesApi: false,
    });
  });

  it('takes what the image listens on for the ports on the machine’s own network, while it runs', () => {
    const HostConfig = { NetworkMode: 'host' };
    const Config = { Image: 'llm-api', Labels: {}, ExposedPorts: { '8000/tcp': {} } };
    const running = rowOfInspect(inspected({ HostConfig, Config }));
    const port = { containerPort: 8000, protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 8000 };
    expect(running).toMatchObject({ onHostNetwork: true, ports: [port] });
    expect(rowOfInspect(inspected({ HostConfig, Config, State: { Status: 'exited', Running: false } })).ports).toEqual(
      [],
    );
    expect(rowOfInspect(inspected({ Config }))).toMatchObject({ onHostNetwork: false, ports: [] });
    // A list does not tell those ports: the row must not lose them with each one.
    const list = rowOfList(
      listed({ Id: running.id, HostConfig, Names: [`/${running.name}`], ImageID: running.imageId }),
    );
    expect(saysTheSame(running, { ...list, health: running.health })).toBe(true);
  });

  it('tells a container that was killed for memory from one that ended by itself', () => {
    const State = { Status: 'exited', Running: false, ExitCode: 137, OOMKilled: true };
    expect(rowOfInspect(inspected({ State }))).toMatchObject({ state: 'exited', exitCode: 137, outOfMemory: true });
  });

  it('finds the ports that a running container was to publish and does not', () => {
    const HostConfig = {
      PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }], '81/tcp': [{ HostPort: '8081' }] },
    };
    const Ports = { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }], '81/tcp': null };
    expect(unpublishedPorts(inspected({ HostConfig, NetworkSettings: { Ports } }))).toEqual([8081]);
    const stopped = { Status: 'exited', Running: false };
    expect(unpublishedPorts(inspected({ HostConfig, State: stopped }))).toEqual([]);
  });
});

describe('justAfter', () => {
  it('is one nanosecond later, over the second too', () => {
    expect(justAfter('2024-05-01T10:00:00.000000001Z')).toBe('1714557600.000000002');
    expect(justAfter('2024-05-01T10:00:00.999999999Z')).toBe('1714557601.000000000');
    expect(justAfter('2024-05-01T19:00:00.5+09:00')).toBe('1714557600.500000001');
    expect(justAfter('2024-05-01T10:00:00Z')).toBe('1714557600.000000001');
  });
});
