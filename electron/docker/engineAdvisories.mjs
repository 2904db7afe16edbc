// @ts-check

/**
 * A weakness of engines that is known, with the releases that ended it.
 *
 * @typedef {object} Advisory
 * @property {string} id
 * @property {'Engine' | 'runc'} component As `GET /version` names it.
 * @property {string} [since] First release that has it.
 * @property {string[]} fixedIn First release without it, one for each line of releases that got a fix.
 * @property {{ en: string, ko: string }} what
 * @property {string} source Where this was read.
 */

/** When this table was last compared with its sources. */
export const advisoriesAsOf = '2026-11-23';

/** @type {Advisory[]} */
const engineAdvisories = [
  {
    id: 'CVE-2024-21626',
    component: 'runc',
    fixedIn: ['1.1.12'],
    what: { en: 'an image can reach files of the machine', ko: '이미지가 컴퓨터의 파일에 접근할 수 있음' },
    source: 'https://github.com/moby/moby/releases/tag/v24.0.9',
  },
  {
    id: 'CVE-2025-31133, CVE-2025-52565, CVE-2025-52881',
    component: 'runc',
    fixedIn: ['1.2.8', '1.3.3'],
    what: { en: 'a container can break out', ko: '컨테이너가 격리를 벗어날 수 있음' },
    source: 'https://docs.docker.com/engine/release-notes/28/#2852',
  },
  {
    id: 'CVE-2024-24557',
    component: 'Engine',
    fixedIn: ['24.0.9', '25.0.2'],
    what: { en: 'a pulled image can poison the cache of builds', ko: '받은 이미지가 빌드 캐시를 오염시킬 수 있음' },
    source: 'https://github.com/moby/moby/releases/tag/v24.0.9',
  },
  {
    id: 'CVE-2024-29018',
    component: 'Engine',
    fixedIn: ['23.0.11', '25.0.5', '26.0.0'],
    what: { en: 'names asked in internal networks leak out', ko: '내부 네트워크의 DNS 질의가 밖으로 샘' },
    source: 'https://github.com/moby/moby/security/advisories/GHSA-mq39-4gv4-mvpx',
  },
  {
    id: 'CVE-2024-41110',
    component: 'Engine',
    fixedIn: ['23.0.15', '25.0.6', '26.1.5', '27.1.1'],
    what: { en: 'authorization plugins can be passed by', ko: '권한 플러그인을 우회할 수 있음' },
    source: 'https://github.com/moby/moby/security/advisories/GHSA-v23v-6jw2-98fq',
  },
  {
    id: 'CVE-2025-54388',
    component: 'Engine',
    since: '28.2.0',
    fixedIn: ['28.3.3'],
    what: {
      en: 'published ports open to the network after firewalld reloads',
      ko: 'firewalld를 다시 읽으면 게시한 포트가 네트워크에 열림',
    },
    source: 'https://github.com/moby/moby/security/advisories/GHSA-x4rx-4gw3-53p4',
  },
];

/**
 * The advisories that hold for a component of this version. By number alone: a distribution may have mended it under the
 * same one.
 *
 * @param {string} component
 * @param {string} version `20.10.24+dfsg1`: what follows the three numbers does not count.
 * @returns {Advisory[]} None where the version cannot be read.
 */
export function advisoriesFor(component, version) {
  const own = numbersOf(version);
  if (own === null) return [];
  return engineAdvisories.filter((advisory) => {
    if (advisory.component !== component) return false;
    if (advisory.since !== undefined && compare(own, numbersOf(advisory.since)) < 0) return false;
    const fixes = advisory.fixedIn.map(numbersOf);
    if (compare(own, fixes[fixes.length - 1]) >= 0) return false;
    return !fixes.some((fix) => fix?.[0] === own[0] && fix?.[1] === own[1] && compare(own, fix) >= 0);
  });
}

/** @param {string} version @returns {number[] | null} */
function numbersOf(version) {
  const [, ...numbers] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return numbers.length === 3 ? numbers.map(Number) : null;
}

/** @param {number[] | null | undefined} left @param {number[] | null | undefined} right */
function compare(left, right) {
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
