import { createInstance, type i18n as I18n } from 'i18next';
import { useSyncExternalStore } from 'react';

/** Languages of the page; both are complete. */
export type Language = 'ko' | 'en';

type PluralForm = 'one' | 'other';
type KeyOf<Words> = {
  [K in keyof Words & string]: K extends `${infer Base}_${PluralForm}` ? Base : K;
}[keyof Words & string];

type Trimmed<S extends string> = S extends ` ${infer R}` | `${infer R} ` ? Trimmed<R> : S;
type PlaceholdersOf<S> = S extends `${string}{{${infer P}}}${infer Rest}` ? Trimmed<P> | PlaceholdersOf<Rest> : never;
type SentenceOf<Words, K extends string> = K extends keyof Words
  ? Words[K]
  : `${K}_other` extends keyof Words
    ? Words[`${K}_other`]
    : never;
type ValuesFor<Words, K extends string> =
  PlaceholdersOf<SentenceOf<Words, K>> extends infer P extends string
    ? [P] extends [never]
      ? []
      : [values: { [Name in P]: Name extends 'count' ? number : string | number }]
    : never;

/** Sentences of one feature in both languages. Korean has no plural: it needs `_other` where English has `_one` too. */
export interface Texts<Words extends Record<string, string>> {
  namespace: string;
  en: Words;
  ko: Record<string, string>;
}

type KoreanOf<Words> = { [K in keyof Words as K extends `${string}_one` ? never : K]: string };

/** Answers a sentence by its key, with its `{{placeholders}}` filled in. Keys and placeholders are checked by the compiler. */
export type Translate<Words extends Record<string, string>> = <K extends KeyOf<Words>>(
  key: K,
  ...values: ValuesFor<Words, K>
) => string;

/** The page's one i18next. Sentences come to it with the features that need them (`defineTexts`). */
const i18n: I18n = createInstance();
void i18n.init({
  lng: languageOf(typeof navigator === 'undefined' ? 'en' : navigator.language),
  fallbackLng: 'en',
  resources: {},
  initAsync: false,
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
});

const listeners = new Set<() => void>();
i18n.on('languageChanged', () => {
  for (const listener of [...listeners]) listener();
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The tag of the language in force. A row of a table asks some twenty times: it must cost next to nothing. */
function useLanguageTag(): string {
  return useSyncExternalStore(subscribe, () => i18n.language);
}

type Sentences = (key: string, values?: Record<string, string | number>) => string;
const known = new Map<string, Sentences>();

/**
 * Declares the sentences of a feature. Written next to the feature as `locale.ts`, so that they load with it.
 * @param namespace the feature's name, unique in the page
 * @param words `en` rules which keys and `{{placeholders}}` exist; `ko` must have the same keys (no `_one` forms)
 */
export function defineTexts<const Words extends Record<string, string>>(
  namespace: string,
  words: { en: Words; ko: KoreanOf<Words> },
): Texts<Words> {
  i18n.addResourceBundle('en', namespace, words.en, true, true);
  i18n.addResourceBundle('ko', namespace, words.ko, true, true);
  for (const language of ['en', 'ko']) known.delete(`${language}/${namespace}`);
  return { namespace, en: words.en, ko: words.ko };
}

/** The sentences of `texts` in the language in force; the component renders again when that changes. */
export function useText<Words extends Record<string, string>>(texts: Texts<Words>): Translate<Words> {
  return sentences(useLanguageTag(), texts.namespace) as unknown as Translate<Words>;
}

/** i18next works out a sentence anew each time, a tenth of drawing a page: those without values are kept. */
function sentences(language: string, namespace: string): Sentences {
  const name = `${language}/${namespace}`;
  const before = known.get(name);
  if (before) return before;
  const kept = new Map<string, string>();
  const work: Sentences = i18n.getFixedT(language, namespace);
  const say: Sentences = (key, values) => {
    if (values !== undefined) return work(key, values);
    const sentence = kept.get(key) ?? work(key);
    kept.set(key, sentence);
    return sentence;
  };
  known.set(name, say);
  return say;
}

/** The same outside of components. With `language`, in that one. */
export function translate<Words extends Record<string, string>>(
  texts: Texts<Words>,
  language?: Language,
): Translate<Words> {
  return i18n.getFixedT(language ?? null, texts.namespace) as unknown as Translate<Words>;
}

/** The language in force; the component renders again when it changes. */
export function useLanguage(): Language {
  return languageOf(useLanguageTag());
}

/** Which of our languages a BCP 47 tag means: Korean for `ko...`, else English. */
export function languageOf(tag: string): Language {
  return /^ko\b/i.test(tag) ? 'ko' : 'en';
}

/** Switches the page to `language` at once. */
export function switchLanguage(language: Language): void {
  if (i18n.language !== language) void i18n.changeLanguage(language);
  if (typeof document !== 'undefined') document.documentElement.lang = language;
}
