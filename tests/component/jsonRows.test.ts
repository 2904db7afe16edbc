import { describe, expect, test } from 'vitest';
import { jsonRows, openTo, shownRows, valueAt } from '../../renderer/ui/jsonRows';

const value = {
  Id: 'sha256:abc',
  Config: { Env: ['PATH=/usr/bin', 'LANG=C'], Labels: { 'a/b~c': 'x' } },
  Empty: {},
  Size: 12,
};
const shown = (find = '', open = openTo(value, 2)) => jsonRows(value, open, find).rows.map(({ path }) => path);

describe('the tree of a JSON value', () => {
  test('what is folded is not drawn, and what is unfolded is', () => {
    expect(shown('', openTo(value, 1))).toEqual(['', '/Id', '/Config', '/Empty', '/Size']);
    expect(shown()).toContain('/Config/Env');
    expect(shown()).not.toContain('/Config/Env/0');
  });

  test('a match deep inside a folded part is not missed', () => {
    expect(shown('usr/bin', new Set())).toEqual(['', '/Config', '/Config/Env', '/Config/Env/0']);
  });

  test('a name that matches keeps what is below it in reach', () => {
    const open = new Set(['', '/Config', '/Config/Env']);
    expect(shown('env', open)).toEqual(['', '/Config', '/Config/Env', '/Config/Env/0', '/Config/Env/1']);
    expect(jsonRows(value, open, 'env').matchCount).toBe(1);
  });

  test('a label with slashes and tildes in its name is found again by its path', () => {
    const path = jsonRows(value, new Set(), 'a/b~c').rows.at(-1)?.path ?? '';
    expect(path).toBe('/Config/Labels/a~1b~0c');
    expect(valueAt(value, path)).toBe('x');
  });

  test('a value of a hundred thousand parts does not fill the page, and says that it was cut', () => {
    const large = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, index]));
    const { rows, isCut } = jsonRows(large, openTo(large, 1), '');
    expect(rows.length).toBe(shownRows);
    expect(isCut).toBe(true);
  });
});
