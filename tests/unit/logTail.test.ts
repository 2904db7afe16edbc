import { expect, it } from 'vitest';
import type { Engine } from '../../electron/docker/engine';
import type { LogLine } from '../../electron/docker/logs';
import { wholeTail } from '../../electron/services/logTail';

/** `o` and `e` stand for a line of stdout and stderr, `O` and `E` for a piece that goes on with one. */
async function tailOf(log: string): Promise<string> {
  const lines = [...log].map((name): LogLine => {
    const stream = name.toLowerCase() === 'o' ? 'stdout' : 'stderr';
    return { stream, time: '', bytes: Buffer.from(name), continues: name < 'a', hasBreak: true };
  });
  const engine: Pick<Engine, 'logs'> = {
    async *logs() {
      yield lines;
    },
  };
  const tail = await wholeTail(engine, 'id', log.length, new AbortController().signal);
  return tail.map(({ bytes }) => String(bytes)).join('');
}

it('a tail begins with a piece of a line that was cut off before it', async () => {
  expect(await tailOf('oooo')).toBe('ooo');
  expect(await tailOf('oOOoo')).toBe('oo');
  expect(await tailOf('oeOo')).toBe('o');
  expect(await tailOf('oOeEOoe')).toBe('oe');
  expect(await tailOf('ooeOoE')).toBe('');
  expect(await tailOf('ooeOoe')).toBe('oe');
});
