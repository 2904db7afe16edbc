// @ts-check
import { homedir } from 'node:os';
import { checkSurroundings } from '../../electron/docker/checkSurroundings.mjs';
import { engineChecks } from '../../electron/docker/engineChecks.mjs';
import { hasDisplay } from './display.mjs';
import { findEngine } from './engine.mjs';
import { ask } from './engineApi.mjs';
import { say, words } from './say.mjs';
import { examine } from './steps.mjs';

/** One line for every requirement, with the fix where one is missing. @returns {Promise<number>} 0: nothing is missing. */
export async function doctorCommand() {
  const findings = await examine();
  for (const { name, state, fix } of findings) {
    const line = `${fix ? 'FIX' : 'ok '}  ${words(name)}: ${words(state)}`;
    process.stdout.write(`${line}${fix ? ` -> ${words(fix).replace(/\s*\n\s*/g, ' ')}` : ''}\n`);
  }
  const marks = { ok: 'ok  ', note: 'note', warn: 'note', bad: 'FIX ' };
  const around = await aroundEngine();
  for (const { name, state, fix, tone } of around) {
    process.stdout.write(`${marks[tone]} ${words(name)}: ${words(state)}${fix ? ` -> ${words(fix)}` : ''}\n`);
  }
  if (!hasDisplay()) {
    say({
      en: 'note Display: none; windows need one, tests bring their own',
      ko: '참고 화면: 없음. 창에는 화면이 필요하고, 테스트는 스스로 만듦',
    });
  }
  const missing = findings.filter(({ fix }) => fix).length + around.filter(({ tone }) => tone === 'bad').length;
  say(
    missing === 0
      ? { en: 'Everything is there.', ko: '모두 준비되어 있습니다.' }
      : {
          en: `${missing} to fix; npm run setup does what it can.`,
          ko: `고칠 것 ${missing}개. npm run setup이 가능한 것을 처리합니다.`,
        },
  );
  return missing === 0 ? 0 : 1;
}

/**
 * What stands around the engine; nothing where none answers, which is a finding of its own.
 *
 * @returns {Promise<Omit<import('../../electron/docker/engineChecks.mjs').EngineFinding, 'id'>[]>}
 */
async function aroundEngine() {
  const { engine } = await findEngine().catch(() => ({ engine: undefined }));
  if (engine === undefined) return [];
  const around = checkSurroundings(process.env, process.env.HOME || homedir());
  try {
    return await engineChecks({ ...around, address: engine.endpoint, ask: (path) => ask(engine, { path }) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const state = { en: `not looked at (${reason})`, ko: `확인하지 못함(${reason})` };
    return [{ tone: 'note', name: { en: 'Around the engine', ko: '엔진 주변' }, state }];
  }
}
