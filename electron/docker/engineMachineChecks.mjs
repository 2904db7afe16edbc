// @ts-check

/**
 * @typedef {import('./engineChecks.mjs').CheckSurroundings} CheckSurroundings
 * @typedef {import('./engineChecks.mjs').EngineFinding} EngineFinding
 */

/** A build of the bundled image takes about two. */
const neededBytes = 4 * 1024 ** 3;
/** Certificates and tokens tolerate so much. */
const tolerableSkewMs = 5_000;

/** Who may use the engine. @param {CheckSurroundings} around @param {any} info @returns {EngineFinding} */
export function accessFinding({ address, modeOf }, info) {
  const name = { en: 'Permissions', ko: '권한' };
  const path = /^unix:\/\/(.+)$/.exec(address)?.[1];
  /** @type {string[]} */
  const options = info.SecurityOptions ?? [];
  const isRootless = options.some((option) => option.includes('name=rootless'));
  if (path !== undefined && ((modeOf(path) ?? 0) & 0o002) !== 0) {
    return {
      id: 'access',
      tone: 'bad',
      name,
      state: {
        en: `everybody on this machine may use ${path}`,
        ko: `이 컴퓨터의 모든 사용자가 ${path}을(를) 쓸 수 있음`,
      },
      fix: {
        en: `sudo chmod 660 ${path} && sudo chown root:docker ${path}`,
        ko: `sudo chmod 660 ${path} && sudo chown root:docker ${path}`,
      },
    };
  }
  const state = isRootless
    ? { en: 'rootless: the engine has no more rights than its user', ko: 'rootless: 엔진의 권한이 사용자 권한과 같음' }
    : {
        en: 'you may use it; whoever may is root on that machine',
        ko: '사용할 수 있음. 이 권한은 그 컴퓨터의 root 권한과 같음',
      };
  return { id: 'access', tone: 'ok', name, state };
}

/** The room on its disk. @param {CheckSurroundings} around @param {any} info @returns {Promise<EngineFinding>} */
export async function diskFinding({ address, freeBytes }, info) {
  const name = { en: 'Engine’s disk', ko: '엔진 디스크' };
  const folder = info.DockerRootDir;
  const isHere = /^(unix|npipe):/.test(address);
  const free = isHere && typeof folder === 'string' && folder !== '' ? await freeBytes(folder) : null;
  if (free === null) {
    const state = { en: 'cannot be seen from here', ko: '여기서는 확인할 수 없음' };
    return { id: 'disk', tone: 'note', name, state };
  }
  const size = `${(free / 1024 ** 3).toFixed(1)} GiB`;
  const state = { en: `${size} free at ${folder}`, ko: `${folder}에 ${size} 남음` };
  if (free >= neededBytes) return { id: 'disk', tone: 'ok', name, state };
  return {
    id: 'disk',
    tone: free < neededBytes / 4 ? 'bad' : 'warn',
    name,
    state,
    fix: {
      en: 'Remove unused images and build cache (Images > Disk, or docker system prune).',
      ko: '쓰지 않는 이미지와 빌드 캐시를 삭제하세요(이미지 > 디스크, 또는 docker system prune).',
    },
  };
}

/** Whether its clock goes as ours. @param {any} info @param {number} askedAtMs @param {number} answeredAtMs @returns {EngineFinding} */
export function clockFinding(info, askedAtMs, answeredAtMs) {
  const name = { en: 'Clock', ko: '시계' };
  const engineMs = Date.parse(info.SystemTime ?? '');
  if (Number.isNaN(engineMs)) {
    return {
      id: 'clock',
      tone: 'note',
      name,
      state: { en: 'the engine does not tell its time', ko: '엔진이 시각을 알려 주지 않음' },
    };
  }
  // Somewhere between question and answer: only what lies outside is a difference.
  const skewMs = engineMs < askedAtMs ? engineMs - askedAtMs : Math.max(0, engineMs - answeredAtMs);
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= tolerableSkewMs) {
    return { id: 'clock', tone: 'ok', name, state: { en: 'the same as the engine’s', ko: '엔진과 같음' } };
  }
  return {
    id: 'clock',
    tone: 'warn',
    name,
    state: {
      en: `the engine’s is ${seconds} s ${skewMs < 0 ? 'behind' : 'ahead'}`,
      ko: `엔진의 시계가 ${seconds}초 ${skewMs < 0 ? '느림' : '빠름'}`,
    },
    fix: {
      en: 'Set both clocks by NTP (timedatectl set-ntp true). A virtual machine that slept often needs a restart.',
      ko: '두 시계를 NTP로 맞추세요(timedatectl set-ntp true). 절전에서 깬 가상 머신은 다시 시작해야 할 때가 많습니다.',
    },
  };
}

/** What the engine itself warns of and that is dangerous; it says much that is not. @param {any} info @returns {EngineFinding[]} */
export function warningFindings(info) {
  /** @type {string[]} */
  const warnings = (info.Warnings ?? []).filter((/** @type {string} */ line) =>
    /without encryption|authentication/i.test(line),
  );
  if (warnings.length === 0) return [];
  const said = warnings.join(' ').slice(0, 500);
  return [
    {
      id: 'warnings',
      tone: 'bad',
      name: { en: 'Open to the network', ko: '네트워크에 열림' },
      state: { en: said, ko: said },
      fix: {
        en: 'Remove the tcp:// address from the engine’s hosts, or protect it with TLS: whoever reaches it is root there.',
        ko: '엔진의 hosts에서 tcp:// 주소를 지우거나 TLS로 보호하세요. 접속할 수 있는 누구나 그 컴퓨터의 root가 됩니다.',
      },
    },
  ];
}
