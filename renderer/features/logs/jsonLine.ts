import { withoutColors } from './ansiLine';

/** A JSON value as `JSON.parse` makes it. */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** UTF-16 units of a line that is parsed: larger ones stay text. */
const parsedLengthLimit = 200_000;

/** The object that a line is, null where it is none. A prefix before it is none of JSON's. */
export function jsonOf(text: string): JsonObject | null {
  if (text.length > parsedLengthLimit) return null;
  const trimmed = withoutColors(text).trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return null;
  try {
    const value = JSON.parse(trimmed) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Fields of an object as columns name them: `level`, `http.status`. Objects one level down, lists as one. */
export function fieldsOf(json: JsonObject): string[] {
  return Object.entries(json).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.keys(value).map((inner) => `${key}.${inner}`)
      : [key],
  );
}

/** The value of `field` in words of one line; empty where there is none. */
export function fieldText(json: JsonObject, field: string): string {
  const dot = field.indexOf('.');
  let value: Json | undefined = Object.hasOwn(json, field) ? json[field] : undefined;
  if (value === undefined && dot > 0) {
    const outer = Object.hasOwn(json, field.slice(0, dot)) ? json[field.slice(0, dot)] : undefined;
    const inner = field.slice(dot + 1);
    if (typeof outer === 'object' && outer !== null && !Array.isArray(outer) && Object.hasOwn(outer, inner))
      value = outer[inner];
  }
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Fields that loggers keep what they say in, the likeliest first. */
const messageFields = ['message', 'msg', 'event', 'text', 'log', 'body'];

/** What a line says, for the row beside chosen columns: its message field, or all of it where it has none. */
export function messageOf(json: JsonObject): string | null {
  const field = messageFields.find((candidate) => typeof json[candidate] === 'string');
  return field === undefined ? null : (json[field] as string);
}

/** Names of the fields of all JSON lines among some texts, each once, in the order in which they turn up. */
export function fieldsAmong(texts: Iterable<string>): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    const json = jsonOf(text);
    for (const one of json ? fieldsOf(json) : []) found.add(one);
  }
  return [...found];
}
