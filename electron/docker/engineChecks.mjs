// @ts-check
import { X509Certificate } from 'node:crypto';
import { advisoriesAsOf, advisoriesFor } from './engineAdvisories.mjs';

/**
 * What stands around an engine and makes its work fail in ways that its errors do not tell. One implementation for the app
 * and for `npm run doctor`; nothing is changed, and no secret is in what it finds.
 *
 * @typedef {{ en: string, ko: string }} Text
 *
 * @typedef {object} EngineFinding
 * @property {'version' | 'advisories' | 'access' | 'disk' | 'clock' | 'proxy' | 'authorities' | 'warnings'} id
 * @property {'ok' | 'note' | 'warn' | 'bad'} tone `note`: cannot be seen from here.
 * @property {Text} name
 * @property {Text} state
 * @property {Text} [fix]
 *
 * @typedef {object} CheckSurroundings
 * @property {(path: string) => Promise<any>} ask Parsed answer of the engine to a GET.
 * @property {string} address
 * @property {Record<string, string | undefined>} env
 * @property {(path: string) => string} readText Throws where it cannot.
 * @property {(path: string) => number | null} modeOf Permission bits; null where there is no such file.
 * @property {(path: string) => Promise<number | null>} freeBytes Room on the disk of a folder; null where that cannot be seen.
 * @property {string} dockerConfigFile
 * @property {() => number} nowMs
 */

/** A build of the bundled image takes about two. */
const neededBytes = 4 * 1024 ** 3;
/** Certificates and tokens tolerate so much. */
const tolerableSkewMs = 5_000;
/** Looked at for their proxy; more would make the check slow. */
const containersLookedAt = 20;

/**
 * @param {CheckSurroundings} around
 * @returns {Promise<EngineFinding[]>}
 * @throws what `ask` throws for an engine that does not answer
 */
export async function engineChecks(around) {
  const version = await around.ask('/version');
  const askedAtMs = around.nowMs();
  const info = await around.ask('/info');
  const answeredAtMs = around.nowMs();
  return [
    versionFinding(version),
    advisoryFinding(version),
    accessFinding(around, info),
    await diskFinding(around, info),
    clockFinding(info, askedAtMs, answeredAtMs),
    await proxyFinding(around, info),
    authorityFinding(around),
    ...warningFindings(info),
  ];
}

/** @param {any} version @returns {EngineFinding} */
function versionFinding(version) {
  const said = `${version.Version} (API ${version.ApiVersion}, ${version.Os}/${version.Arch})`;
  return { id: 'version', tone: 'ok', name: { en: 'Engine version', ko: '엔진 버전' }, state: { en: said, ko: said } };
}

/** @param {any} version @returns {EngineFinding} */
function advisoryFinding(version) {
  const name = { en: 'Known weaknesses', ko: '알려진 보안 취약점' };
  /** @type {{ Name?: string, Version?: string }[]} */
  const components = version.Components ?? [];
  const found = components.flatMap(({ Name = '', Version = '' }) =>
    advisoriesFor(Name, Version).map((advisory) => ({ advisory, said: `${Name} ${Version}` })),
  );
  if (found.length === 0) {
    return {
      id: 'advisories',
      tone: 'ok',
      name,
      state: { en: `none in the table of ${advisoriesAsOf}`, ko: `${advisoriesAsOf} 기준 목록에 없음` },
    };
  }
  /** @param {'en' | 'ko'} language */
  const list = (language) =>
    found.map(({ advisory, said }) => `${advisory.id} (${said}: ${advisory.what[language]})`).join('; ');
  return {
    id: 'advisories',
    tone: 'warn',
    name,
    state: {
      en: `by its version numbers, as of ${advisoriesAsOf}: ${list('en')}`,
      ko: `버전 번호 기준, ${advisoriesAsOf} 목록: ${list('ko')}`,
    },
    fix: {
      en: 'Update the engine. A distribution may have mended these under the same number: its security notices tell.',
      ko: '엔진을 업데이트하세요. 배포판이 같은 버전 번호로 이미 고쳤을 수 있으니 배포판의 보안 공지를 확인하세요.',
    },
  };
}

/** @param {CheckSurroundings} around @param {any} info @returns {EngineFinding} */
function accessFinding({ address, modeOf }, info) {
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

/** @param {CheckSurroundings} around @param {any} info @returns {Promise<EngineFinding>} */
async function diskFinding({ address, freeBytes }, info) {
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

/** @param {any} info @param {number} askedAtMs @param {number} answeredAtMs @returns {EngineFinding} */
function clockFinding(info, askedAtMs, answeredAtMs) {
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

/** The proxy in its four places. @param {CheckSurroundings} around @param {any} info @returns {Promise<EngineFinding>} */
async function proxyFinding({ ask, env, readText, dockerConfigFile }, info) {
  const name = { en: 'Proxy', ko: '프록시' };
  const shell = env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy || '';
  const daemon = info.HttpsProxy || info.HttpProxy || '';
  const config = readJson(readText, dockerConfigFile)?.proxies?.default ?? {};
  const builds = config.httpsProxy || config.httpProxy || '';
  const inContainers = await containersWithProxy(ask);
  const places = [
    ['this machine', '이 컴퓨터', shell],
    ['engine (pulls)', '엔진(이미지 받기)', daemon],
    ['config.json (builds, containers)', 'config.json(빌드, 컨테이너)', builds],
  ];
  const none = { en: 'none', ko: '없음' };
  /** @param {'en' | 'ko'} language */
  const list = (language) =>
    [
      ...places.map(
        ([en, ko, value]) => `${language === 'en' ? en : ko}: ${withoutAccount(value ?? '') || none[language]}`,
      ),
      language === 'en'
        ? `running containers: ${inContainers} have one`
        : `실행 중인 컨테이너: ${inContainers}개에 있음`,
    ].join(', ');
  const state = { en: list('en'), ko: list('ko') };
  if (shell !== '' && daemon === '') {
    return {
      id: 'proxy',
      tone: 'warn',
      name,
      state,
      fix: {
        en: 'Pulls do not go through your proxy: set "proxies" in /etc/docker/daemon.json (Docker 23 and newer) or HTTPS_PROXY in the engine’s systemd unit, then restart it.',
        ko: '이미지를 받을 때 프록시를 거치지 않습니다. /etc/docker/daemon.json의 "proxies"(Docker 23 이상)나 엔진 systemd 유닛의 HTTPS_PROXY를 설정하고 엔진을 다시 시작하세요.',
      },
    };
  }
  if ((shell !== '' || daemon !== '') && builds === '') {
    return {
      id: 'proxy',
      tone: 'warn',
      name,
      state,
      fix: {
        en: `Builds and containers do not get the proxy: set proxies.default in ${dockerConfigFile}.`,
        ko: `빌드와 컨테이너에 프록시가 전달되지 않습니다. ${dockerConfigFile}의 proxies.default를 설정하세요.`,
      },
    };
  }
  return { id: 'proxy', tone: 'ok', name, state };
}

/** @param {(path: string) => Promise<any>} ask @returns {Promise<number>} */
async function containersWithProxy(ask) {
  const running = await ask('/containers/json');
  let count = 0;
  for (const { Id } of (Array.isArray(running) ? running : []).slice(0, containersLookedAt)) {
    // One that ended meanwhile has none any more.
    const inspected = await ask(`/containers/${Id}/json`).catch(() => null);
    /** @type {string[]} */
    const variables = inspected?.Config?.Env ?? [];
    if (variables.some((variable) => /^https?_proxy=./i.test(variable))) count += 1;
  }
  return count;
}

/** An address without user and password. @param {string} address */
function withoutAccount(address) {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^@/]*@/i, '$1');
}

/** Files of further certificate authorities, by the variables that name them. @param {CheckSurroundings} around @returns {EngineFinding} */
function authorityFinding({ env, readText, nowMs }) {
  const name = { en: 'Certificate authorities', ko: '인증 기관' };
  const named = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'].filter((variable) => env[variable]);
  /** @type {Text[]} */
  const problems = [];
  for (const variable of named) {
    const file = env[variable] ?? '';
    const certificates = certificatesIn(readText, file);
    if (certificates.length === 0) {
      problems.push({
        en: `${variable} names ${file}, which has no certificate`,
        ko: `${variable}의 파일 ${file}에 인증서가 없음`,
      });
    }
    const expired = certificates.filter(({ validTo }) => Date.parse(validTo) < nowMs());
    // A system's own bundle always has some old ones.
    if (expired.length > 0 && certificates.length < 20) {
      problems.push({ en: `${file}: expired certificates`, ko: `${file}: 만료된 인증서가 있음` });
    }
  }
  if (problems.length > 0) {
    return {
      id: 'authorities',
      tone: 'bad',
      name,
      state: { en: problems.map(({ en }) => en).join('; '), ko: problems.map(({ ko }) => ko).join('; ') },
      fix: {
        en: 'Point it to your company’s certificate as PEM, or unset it.',
        ko: '회사 인증서(PEM)를 가리키게 하거나 변수를 지우세요.',
      },
    };
  }
  const state =
    named.length === 0
      ? { en: 'those of the system', ko: '시스템 기본' }
      : { en: `those of the system and of ${named.join(', ')}`, ko: `시스템 기본과 ${named.join(', ')}` };
  return { id: 'authorities', tone: 'ok', name, state };
}

/** @param {(path: string) => string} readText @param {string} file @returns {X509Certificate[]} */
function certificatesIn(readText, file) {
  try {
    const blocks = readText(file).match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

/** What the engine itself warns of and that is dangerous; it says much that is not. @param {any} info @returns {EngineFinding[]} */
function warningFindings(info) {
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

/** @param {(path: string) => string} readText @param {string} file @returns {any} */
function readJson(readText, file) {
  try {
    return JSON.parse(readText(file));
  } catch {
    return undefined;
  }
}
