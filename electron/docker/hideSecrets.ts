import { hiddenMark, isSecret } from '../contract/secrets';

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/**
 * A copy of `value` with secrets replaced by `hiddenMark`: texts under a secret's name, the value in `NAME=value` and
 * `--option=value`, and the word after a secret's option.
 * @returns the copy and the paths of what was hidden
 */
export function hideSecrets(value: Json): { shown: Json; hidden: string[][] } {
  const hidden: string[][] = [];
  const hide = (path: string[]): string => {
    hidden.push(path);
    return hiddenMark;
  };
  const walk = (at: Json, path: string[], name: string): Json => {
    if (typeof at === 'string') return isSecret(name, at) ? hide(path) : at;
    if (Array.isArray(at)) return at.map((item, index) => walkItem(at, item, index, [...path, String(index)], name));
    if (at === null || typeof at !== 'object') return at;
    return Object.fromEntries(Object.entries(at).map(([key, item]) => [key, walk(item, [...path, key], key)]));
  };
  const walkItem = (list: Json[], item: Json, index: number, path: string[], name: string): Json => {
    if (typeof item !== 'string') return walk(item, path, name);
    const named = /^(-{0,2}[A-Za-z_][\w.-]*)=([\s\S]*)$/.exec(item);
    if (named) {
      const [, itsName = '', itsValue = ''] = named;
      return isSecret(itsName, itsValue) ? `${itsName}=${hide(path)}` : item;
    }
    const before = list[index - 1];
    const option = typeof before === 'string' && /^--?[A-Za-z][\w-]*$/.test(before) ? before : name;
    return isSecret(option, item) ? hide(path) : item;
  };
  return { shown: walk(value, [], ''), hidden };
}

/** The text at `path`; null where there is none. */
export function textAt(value: Json, path: readonly string[]): string | null {
  let at: Json | undefined = value;
  for (const step of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, step)) return null;
    at = (at as Record<string, Json>)[step];
  }
  return typeof at === 'string' ? at : null;
}
