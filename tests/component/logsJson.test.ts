import { describe, expect, it } from 'vitest';
import { fieldsOf, fieldText, jsonOf, messageOf } from '../../renderer/features/logs/jsonLine';

describe('lines that are JSON', () => {
  it('are objects only, however they are coloured', () => {
    expect(jsonOf('\x1b[32m {"a":1} \x1b[0m')).toEqual({ a: 1 });
    for (const text of ['[1]', '"a"', '{broken}', 'INFO {"a":1}', '{"a":1', '']) expect(jsonOf(text)).toBeNull();
  });

  it('have fields one level down, and values in one line', () => {
    const json = jsonOf('{"level":"info","http":{"status":200,"path":"/"},"tags":["a"],"none":null}') ?? {};
    expect(fieldsOf(json)).toEqual(['level', 'http.status', 'http.path', 'tags', 'none']);
    expect(['level', 'http.status', 'tags', 'none', 'missing'].map((field) => fieldText(json, field))).toEqual([
      'info',
      '200',
      '["a"]',
      'null',
      '',
    ]);
  });

  it('do not answer with what every object has', () => {
    const json = jsonOf('{"a":{"b":1}}') ?? {};
    expect(['constructor', 'toString', '__proto__', 'a.constructor'].map((field) => fieldText(json, field))).toEqual([
      '',
      '',
      '',
      '',
    ]);
  });

  it('say what they say in the field that loggers use', () => {
    expect(messageOf({ msg: 'hello', level: 'info' })).toBe('hello');
    expect(messageOf({ message: 5 })).toBeNull();
  });
});
