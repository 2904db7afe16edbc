import http from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** What happens to the engine's answer to a build, and to whom it is hidden that the engine has BuildKit. */
export interface BuildFaults {
  /** Answers `/session` with 404: an engine without BuildKit. */
  withoutBuildkit?: boolean;
  /** Hands the answer's bytes on in chunks of so many. */
  chunkBytes?: number;
  /** Changes the answer's bytes; null cuts the connection instead. */
  change?(chunk: Buffer): Buffer | null;
}

/** A unix socket in front of an engine that spoils the answers to builds. */
export async function faultProxy(folder: string, enginePath: string, faults: BuildFaults) {
  const path = join(folder, `faults-${Math.random().toString(36).slice(2)}.sock`);
  const server = http.createServer((request, response) => {
    const { method, url: address = '', headers } = request;
    const isBuild = /^(\/v[\d.]+)?\/build\?/.test(address);
    const far = http.request({ socketPath: enginePath, method, path: address, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      response.flushHeaders();
      answer.on('data', (chunk: Buffer) => {
        const changed = isBuild && faults.change ? faults.change(chunk) : chunk;
        if (changed === null) {
          request.socket.destroy();
          far.destroy();
          return;
        }
        const size = isBuild ? (faults.chunkBytes ?? changed.length) : changed.length;
        for (let from = 0; from < changed.length; from += size) response.write(changed.subarray(from, from + size));
      });
      answer.on('end', () => response.end()).on('error', () => response.destroy());
    });
    far.on('error', () => response.destroy());
    response.on('close', () => far.destroy());
    request.pipe(far);
  });
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, near, head) => {
    // No longer the server's to close.
    upgraded.add(near);
    near.on('close', () => upgraded.delete(near));
    if (faults.withoutBuildkit) {
      near.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const { method, url: address, headers } = request;
    const far = http.request({ socketPath: enginePath, method, path: address, headers });
    far.on('upgrade', (answer, socket, rest) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
      near.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
      near.write(rest);
      socket.write(head);
      socket.pipe(near).pipe(socket);
      const over = () => {
        near.destroy();
        socket.destroy();
      };
      for (const end of [near, socket]) end.on('error', over).on('close', over);
    });
    far.on('error', () => near.destroy());
    far.end();
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    address: `unix://${path}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }),
  };
}
