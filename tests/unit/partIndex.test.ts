import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { PartIndex } from '../../electron/services/partIndex';

/** Which lines of a whole a part wrote, by brute force. */
const ownOf = (writers: readonly number[]) => writers.flatMap((writer, whole) => (writer === 0 ? [whole] : []));

it('finds every line of a part, none of another, and in order, however parts took turns', () => {
  const whole = fc.array(fc.nat({ max: 2 }), { maxLength: 200 });
  const asked = fc.property(whole, fc.nat({ max: 200 }), fc.nat({ max: 200 }), (writers, from, length) => {
    const own = ownOf(writers);
    const index = new PartIndex();
    for (const at of own) index.append(at);
    const found = index
      .pieces(from, from + length)
      .flatMap((piece) => Array.from({ length: piece.to - piece.from }, (_, at) => [piece.part + at, piece.from + at]));
    const expected = own.slice(from, from + length).map((at, place) => [from + place, at]);
    expect(found).toEqual(expected);
    expect(index.endIndex).toBe(own.length);
  });
  fc.assert(asked);
});

it('counts the lines that were dropped with the front of the whole', () => {
  const asked = fc.property(
    fc.array(fc.nat({ max: 1 }), { maxLength: 100 }),
    fc.nat({ max: 120 }),
    (writers, dropped) => {
      const own = ownOf(writers);
      const index = new PartIndex();
      for (const at of own) index.append(at);
      expect(index.firstFrom(dropped)).toBe(own.filter((at) => at < dropped).length);
    },
  );
  fc.assert(asked);
});
