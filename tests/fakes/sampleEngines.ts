import type { EngineChoice, EngineChoices } from '../../electron/contract/engine';
import { readyEngine } from './samples';

/** Engines of a machine with Docker, a rootless Podman and two contexts, the first one driven. */
export function sampleEngineChoices(): EngineChoices {
  const { facts } = readyEngine();
  const place = (
    id: string,
    kind: EngineChoice['kind'],
    label: string,
    address: string,
    part: Partial<EngineChoice>,
  ): EngineChoice => ({
    id,
    kind,
    endpoint: { source: kind === 'context' ? 'context' : 'socket', label, address },
    state: 'unasked',
    facts: null,
    failure: null,
    ...part,
  });
  const podman = 'unix:///run/user/1000/podman/podman.sock';
  const colima = 'unix:///home/mina/.colima/default/docker.sock';
  return {
    choices: [
      place('unix:///var/run/docker.sock', 'docker', 'Docker', 'unix:///var/run/docker.sock', {
        state: 'driven',
        facts,
      }),
      place(podman, 'podmanRootless', 'Podman', podman, {
        state: 'answers',
        facts: facts && { ...facts, product: 'Podman', version: '4.3.1' },
      }),
      place(colima, 'colima', 'Colima', colima, {
        state: 'silent',
        failure: { code: 'ENGINE_UNREACHABLE', details: { address: colima, reason: 'refused' } },
      }),
      place('context:build-box', 'context', 'Docker context "build-box"', 'ssh://mina@build-box', {}),
      place('context:staging', 'context', 'Docker context "staging"', 'tcp://10.0.0.5:2375', {}),
    ],
    chosenId: null,
    busyTasks: 0,
  };
}
