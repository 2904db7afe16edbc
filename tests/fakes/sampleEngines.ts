import type { DoctorFinding } from '../../electron/contract/doctor';
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

/** What the doctor finds around an engine that is not in every way well. */
export function sampleFindings(): DoctorFinding[] {
  const finding = (
    id: DoctorFinding['id'],
    tone: DoctorFinding['tone'],
    name: DoctorFinding['name'],
    state: DoctorFinding['state'],
    fix?: DoctorFinding['fix'],
  ): DoctorFinding => ({ id, tone, name, state, ...(fix && { fix }) });
  return [
    finding('version', 'ok', { en: 'Engine version', ko: '엔진 버전' }, both('20.10.24 (API 1.41, linux/amd64)')),
    finding(
      'advisories',
      'warn',
      { en: 'Known weaknesses', ko: '알려진 보안 취약점' },
      {
        en: 'by its version numbers, as of 2026-11-23: CVE-2024-41110 (Engine 20.10.24: authorization plugins can be passed by)',
        ko: '버전 번호 기준, 2026-11-23 목록: CVE-2024-41110 (Engine 20.10.24: 권한 플러그인을 우회할 수 있음)',
      },
      { en: 'Update the engine.', ko: '엔진을 업데이트하세요.' },
    ),
    finding(
      'access',
      'bad',
      { en: 'Permissions', ko: '권한' },
      {
        en: 'everybody on this machine may use /var/run/docker.sock',
        ko: '이 컴퓨터의 모든 사용자가 /var/run/docker.sock을(를) 쓸 수 있음',
      },
      both('sudo chmod 660 /var/run/docker.sock && sudo chown root:docker /var/run/docker.sock'),
    ),
    finding(
      'disk',
      'note',
      { en: 'Engine’s disk', ko: '엔진 디스크' },
      { en: 'cannot be seen from here', ko: '여기서는 확인할 수 없음' },
    ),
    finding('clock', 'ok', { en: 'Clock', ko: '시계' }, { en: 'the same as the engine’s', ko: '엔진과 같음' }),
  ];
}

const both = (text: string) => ({ en: text, ko: text });
