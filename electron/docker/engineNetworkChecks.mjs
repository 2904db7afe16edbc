// @ts-check
import { X509Certificate } from 'node:crypto';

/**
 * @typedef {import('./engineChecks.mjs').CheckSurroundings} CheckSurroundings
 * @typedef {import('./engineChecks.mjs').EngineFinding} EngineFinding
 * @typedef {import('./engineChecks.mjs').Text} Text
 */

/** Looked at for their proxy; more would make the check slow. */
const containersLookedAt = 20;

/** The proxy in its four places. @param {CheckSurroundings} around @param {any} info @returns {Promise<EngineFinding>} */
export async function proxyFinding({ ask, env, readText, dockerConfigFile }, info) {
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
  const fix = proxyFix({ shell, daemon, builds, dockerConfigFile });
  return fix === null ? { id: 'proxy', tone: 'ok', name, state } : { id: 'proxy', tone: 'warn', name, state, fix };
}

/**
 * What to do where a proxy does not reach all places. Each is its address, empty where none is set.
 *
 * @param {{ shell: string, daemon: string, builds: string, dockerConfigFile: string }} places
 * @returns {Text | null}
 */
function proxyFix({ shell, daemon, builds, dockerConfigFile }) {
  if (shell !== '' && daemon === '') {
    return {
      en: 'Pulls do not go through your proxy: set "proxies" in /etc/docker/daemon.json (Docker 23 and newer) or HTTPS_PROXY in the engine’s systemd unit, then restart it.',
      ko: '이미지를 받을 때 프록시를 거치지 않습니다. /etc/docker/daemon.json의 "proxies"(Docker 23 이상)나 엔진 systemd 유닛의 HTTPS_PROXY를 설정하고 엔진을 다시 시작하세요.',
    };
  }
  if (daemon !== '' && builds === '') {
    return {
      en: `Builds and containers do not get the proxy: set proxies.default in ${dockerConfigFile}.`,
      ko: `빌드와 컨테이너에 프록시가 전달되지 않습니다. ${dockerConfigFile}의 proxies.default를 설정하세요.`,
    };
  }
  return null;
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
export function authorityFinding({ env, readText, nowMs }) {
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

/** @param {(path: string) => string} readText @param {string} file @returns {any} */
function readJson(readText, file) {
  try {
    return JSON.parse(readText(file));
  } catch {
    return undefined;
  }
}
