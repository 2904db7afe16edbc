// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { failureDetails } from '../../electron/contract/failures';
import { failureWords, toFailure, wordedCodes } from '../../renderer/lib/failures';
import type { Texts } from '../../renderer/lib/i18n';
import { failureTexts } from '../../renderer/lib/locales/failures';

const modules = import.meta.glob<Record<string, Texts<Record<string, string>>>>(
  ['../../renderer/**/{locale,*Locale}.ts', '../../renderer/lib/locales/*.ts'],
  { eager: true },
);
const allTexts = Object.values(modules).flatMap((module) => Object.values(module));
const placeholders = (sentence: string) => [...sentence.matchAll(/{{\s*(\w+)\s*}}/g)].map(([, name]) => name).sort();
const counterpart = (key: string) => key.replace(/_one$/, '_other');

describe('languages', () => {
  test('all sentences of the page are found by this test', () => {
    expect(allTexts.map(({ namespace }) => namespace)).toEqual(
      expect.arrayContaining(['app', 'home', 'containers', 'failures']),
    );
    expect(new Set(allTexts.map(({ namespace }) => namespace)).size).toBe(allTexts.length);
  });

  test.each(allTexts.map((texts) => [texts.namespace, texts] as const))(
    '%s: no key lacks its Korean or its English sentence',
    (_, { en, ko }) => {
      expect(Object.keys(ko).sort()).toEqual([...new Set(Object.keys(en).map(counterpart))].sort());
      expect([...Object.values(en), ...Object.values(ko)].filter((sentence) => sentence.trim() === '')).toEqual([]);
    },
  );

  test.each(allTexts.map((texts) => [texts.namespace, texts] as const))(
    '%s: no language drops or invents a placeholder',
    (_, { en, ko }) => {
      for (const [key, sentence] of Object.entries(en)) {
        const wanted = placeholders(ko[counterpart(key)] ?? '');
        // "one container" may leave out the number that Korean needs.
        const mayLack = key.endsWith('_one') && !placeholders(sentence).includes('count') ? ['count'] : [];
        expect([key, ...placeholders(sentence)]).toEqual([
          key,
          ...wanted.filter((name) => !mayLack.includes(name ?? '')),
        ]);
      }
    },
  );
});

describe('failures', () => {
  test('no code of the contract is without words', () => {
    expect([...wordedCodes].sort()).toEqual(Object.keys(failureDetails).sort());
  });

  test('every sentence that is written is about a code of the contract', () => {
    const codes = Object.keys(failureTexts.en).map((key) => key.split('.')[0]);
    expect(new Set(codes)).toEqual(new Set(Object.keys(failureDetails)));
  });

  test('every reason of a failure has words of its own', () => {
    for (const [code, details] of Object.entries(failureDetails)) {
      const reason = (details.shape as { reason?: { options: string[] } }).reason;
      for (const one of reason?.options ?? []) {
        expect(Object.keys(failureTexts.en)).toContain(`${code}.${one}.what`);
        expect(Object.keys(failureTexts.en)).toContain(`${code}.${one}.next`);
      }
    }
  });

  test.each(['ko', 'en'] as const)('%s: a port conflict names the holder and the free port', (language) => {
    const details = { port: 8000, holder: { kind: 'process' as const, name: 'python3' }, nextFreePort: 8003 };
    const { what, next } = failureWords({ code: 'PORT_IN_USE', details }, language);
    expect(what).toMatch(/8000.*python3/);
    expect(next).toContain('8003');
    expect(`${what}${next}`).not.toContain('{{');
  });

  test('an error that nobody declared reads as a defect, not as an empty message', () => {
    expect(toFailure(new TypeError('boom'))).toEqual({ code: 'INTERNAL', details: { logId: '' } });
    expect(failureWords(toFailure(undefined), 'ko').what).toBe('Wharf 안에서 문제가 생겼어요');
  });
});
