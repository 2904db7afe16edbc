import { expect, it } from 'vitest';
import { engineHeader } from '../../electron/contract/engine';
import { readMeantEngine } from '../../electron/rpc/meantEngine';

/** What handlers are told for a call with this header. */
const told = (sent: string | string[] | undefined) =>
  readMeantEngine({
    request: { headers: { [engineHeader]: sent } },
    context: {},
    next: (options?: { context: object }) => options?.context,
  });

it('never takes a call for one without an engine because its header is broken: it would be done on any', () => {
  expect(told('unix%3A%2F%2F%2Fvar%2Frun%2Fdocker.sock')).toEqual({ meantEngine: 'unix:///var/run/docker.sock' });
  expect(told('unix%')).toEqual({ meantEngine: 'unix%' });
  expect(told(undefined)).toEqual({ meantEngine: null });
});
