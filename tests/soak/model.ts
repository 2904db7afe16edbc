import { setTimeout as sleep } from 'node:timers/promises';
import type { Script } from '../fakes/scriptedModel';
import type { Chance } from './chance';

/** Answers as Ollama does, whole or not: cut, reset, an error line, no end, an overload, tokens without haste. */
export function misbehavingModel(chance: Chance): Script {
  return async (asked, reply) => {
    if (asked.path !== '/api/chat') {
      reply.whole(200, '{"models":[]}');
      return;
    }
    const how = chance.one(['done', 'done', 'slow', 'cut', 'reset', 'errorLine', 'noEnd', 'overloaded'] as const);
    if (how === 'overloaded') {
      reply.whole(503, '{"error":"server busy"}');
      return;
    }
    reply.stream('application/x-ndjson');
    for (let at = 0; at < 20 && !reply.isClosed; at += 1) {
      await reply.line({ model: 'soak', message: { role: 'assistant', content: `token ${at} ` }, done: false });
      if (how === 'slow') await sleep(50);
    }
    if (how === 'cut') reply.cut();
    else if (how === 'reset') reply.reset();
    else if (how === 'errorLine') await reply.line({ error: 'out of memory' });
    else if (how !== 'noEnd')
      await reply.line({ model: 'soak', message: { content: '' }, done: true, done_reason: 'stop' });
    reply.end();
  };
}
