// @ts-check
import { advisoriesAsOf, advisoriesFor } from './engineAdvisories.mjs';

/** @typedef {import('./engineChecks.mjs').EngineFinding} EngineFinding */

/** Which engine it is. @param {any} version @returns {EngineFinding} */
export function versionFinding(version) {
  const said = `${version.Version} (API ${version.ApiVersion}, ${version.Os}/${version.Arch})`;
  return { id: 'version', tone: 'ok', name: { en: 'Engine version', ko: '엔진 버전' }, state: { en: said, ko: said } };
}

/** The known weaknesses of its parts, by their version numbers. @param {any} version @returns {EngineFinding} */
export function advisoryFinding(version) {
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
