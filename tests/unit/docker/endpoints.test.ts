import { describe, expect, it } from 'vitest';
import { negotiate } from '../../../electron/docker/connect';
import { engineTargets } from '../../../electron/docker/endpoints';

const surroundings = {
  env: {},
  homeDirectory: '/home/user',
  platform: 'linux',
  uid: 1000,
  readText: () => {
    throw new Error('no such file');
  },
};

describe('engineTargets', () => {
  it('never goes past the engine that DOCKER_HOST names', () => {
    const targets = engineTargets({
      ...surroundings,
      env: { DOCKER_HOST: 'tcp://10.0.0.5:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certificates' },
    });
    expect(targets).toEqual([
      {
        source: 'environment',
        label: 'DOCKER_HOST',
        address: 'tcp://10.0.0.5:2376',
        tlsDirectory: '/certificates',
      },
    ]);
  });

  it('tries the usual sockets where nothing is named', () => {
    const targets = engineTargets(surroundings);
    expect(targets[0]).toEqual({
      source: 'socket',
      label: 'Docker',
      address: 'unix:///var/run/docker.sock',
      tlsDirectory: null,
    });
    expect(targets.length).toBeGreaterThan(3);
  });
});

describe('negotiate', () => {
  it.each([
    ['1.40', undefined, null],
    ['1.9', '1.1', null],
    ['1.41', '1.12', '1.41'],
    ['1.52', '1.44', '1.52'],
    ['1.60', '1.44', '1.52'],
    ['1.70', '1.53', '1.53'],
    ['2.0', '1.44', '1.52'],
  ])('speaks with an engine of %s (oldest %s) in %s', (newest, oldest, spoken) => {
    expect(negotiate(newest, oldest)).toBe(spoken);
  });
});
