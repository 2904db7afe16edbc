import { setFlagsFromString } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { TextFinder } from './findInText';
import type { SearchAnswer, SearchQuestion } from './searchProtocol';

// A regular expression that goes back and forth too long is begun again on V8's linear engine, where that can run it.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

const finder = new TextFinder();

parentPort?.on('message', ({ id, query, parts, cancelled }: SearchQuestion) => {
  const flag = new Int32Array(cancelled);
  const say = (answer: SearchAnswer, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(answer, transfer);
  try {
    const hits = finder.find(query, parts, () => {
      say({ id, kind: 'alive' });
      return Atomics.load(flag, 0) === 0;
    });
    say({ id, kind: 'found', hits }, [hits.buffer as ArrayBuffer]);
  } catch (error) {
    say({ id, kind: 'failed', message: (error as Error).message });
  }
});

parentPort?.postMessage({ id: 0, kind: 'alive' } satisfies SearchAnswer);
