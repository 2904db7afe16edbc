import { expect, it } from 'vitest';
import { Hits } from '../../electron/services/search/hits';

it('loses or mixes up hits when there are more than there was room for', () => {
  const hits = new Hits();
  const model: number[] = [];
  for (const count of [3, 0, 1_500, 1, 5_000]) {
    const list = Float64Array.from({ length: count }, (_, at) => model.length * 10 + at);
    hits.append(list);
    model.push(...list);
    hits.appendReversed(list);
    model.push(...[...list].reverse());
    hits.push(-count);
    model.push(-count);
  }
  hits.pop();
  model.pop();
  hits.push(7);
  model.push(7);
  expect([...hits.all()]).toEqual(model);
  expect(hits.count).toBe(model.length);
  expect([0, 3, 1_600, model.length - 1].map((at) => hits.at(at))).toEqual(
    [0, 3, 1_600, model.length - 1].map((at) => model[at]),
  );
});
