import { join } from 'node:path';
import type { Container } from '../../electron/contract/containers';
import { Answering } from '../../electron/services/answers/answering';
import { EndpointKeys } from '../../electron/services/answers/endpointKeys';
import { Endpoints } from '../../electron/services/answers/endpoints';
import { RequestLog } from '../../electron/services/answers/requestLog';
import { LiveValue } from '../../electron/services/live';

/** The real `Answering` over containers that a test knows, with its files in `folder`. */
export function answeringOver(
  folder: string,
  table: () => readonly Container[],
  more: { serviceKey?: string; ollamaHost?: string; log?: (line: string) => void } = {},
): { answering: Answering; endpoints: Endpoints } {
  const log = more.log ?? (() => undefined);
  const endpoints = new Endpoints({
    file: join(folder, 'endpoints.json'),
    keys: new EndpointKeys({
      plainFile: join(folder, 'endpoint-keys.json'),
      sealedFile: join(folder, 'endpoint-keys.sealed.json'),
      keychain: () => null,
    }),
    ollamaHost: more.ollamaHost,
    containers: { table, watch: (signal) => new LiveValue(table()).watch(signal) },
  });
  const answering = new Answering({
    containers: { table },
    endpoints,
    requests: new RequestLog({ file: join(folder, 'requests.sqlite'), log }),
    serviceKey: async () => more.serviceKey ?? null,
  });
  return { answering, endpoints };
}
