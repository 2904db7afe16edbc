import http from 'node:http';

/** An answer that takes longer than this is none. */
const probeTimeoutMs = 2_000;

/**
 * Asks the bundled API whether it is healthy: `GET /health` on 127.0.0.1.
 * @returns true for status 200; false for anything else, no answer, and once `signal` aborts
 */
export function answersHealthy(port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/health', agent: false, timeout: probeTimeoutMs });
    const finish = (healthy: boolean) => {
      signal.removeEventListener('abort', onAbort);
      request.destroy();
      resolve(healthy);
    };
    const onAbort = () => finish(false);
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('response', (response) => finish(response.statusCode === 200));
    request.on('timeout', () => finish(false));
    request.on('error', () => finish(false));
    if (signal.aborted) onAbort();
  });
}
