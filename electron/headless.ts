import './services/node16';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SocketServer } from './rpc/socketServer';
import { createServices } from './services/createServices';
import { openFileLog } from './services/fileLog';
import { createHandlers } from './services/handlers';
import { settingsFile } from './services/settingsFile';
import { Exports } from './web/exports';
import { FolderLock } from './web/folderLock';
import { readServeOptions, ServeRefusal } from './web/serveOptions';
import { Sessions } from './web/sessions';
import { createWebHost } from './web/webHost';
import { WebServer } from './web/webServer';

/*
 * Composition root of the web host: the desktop app's services and contract, without Electron. Prints one line of JSON when
 * it listens, `{"url":...,"launchLink":...}`, and one more with a new link for each line on its input.
 */
const root = join(__dirname, '..', '..');

async function serve(): Promise<void> {
  const { tlsFiles, ...options } = readServeOptions(process.argv.slice(2));
  const { dataFolder } = options;
  const lock = await FolderLock.take(dataFolder);
  const log = openFileLog(dataFolder);
  process.on('uncaughtException', (error) => log.error('uncaught exception', error));
  process.on('unhandledRejection', (reason) => log.error('unhandled rejection', reason));
  const [sessions, exports, tls, version] = await Promise.all([
    Sessions.open(join(dataFolder, 'sessions.json')),
    Exports.open(dataFolder),
    tlsFiles && readTls(tlsFiles),
    readFile(join(root, 'package.json'), 'utf8').then((text) => String(JSON.parse(text).version)),
  ]);
  const server = new WebServer({
    ...options,
    tls,
    pageFolder: join(root, 'out', 'renderer'),
    settingsFile: settingsFile(dataFolder),
    sessions,
    exports,
    log,
  });
  const url = await server.listen().catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? portInUse(options.port) : error;
  });
  const newLaunchLink = () => `${url}/launch?token=${sessions.newLaunchToken()}`;
  const services = await createServices({
    dataFolder,
    imageFolder: join(root, 'api-image'),
    searchWorkerFile: join(root, 'out', 'searchWorker', 'index.cjs'),
    host: createWebHost({ dataFolder, version, exports, newLaunchLink }),
    log,
  });
  server.serve(new SocketServer(createHandlers(services), log), services.fileGrants);
  const tell = () => process.stdout.write(`${JSON.stringify({ url, launchLink: newLaunchLink() })}\n`);
  tell();
  process.stdin.on('data', tell);

  let closing = false;
  const close = async () => {
    if (closing) return;
    closing = true;
    await server.close();
    exports.close();
    await services.close();
    await sessions.close();
    await lock.release();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void close());
}

function portInUse(port: number): ServeRefusal {
  return new ServeRefusal(
    `Port ${port} is in use on this machine. Give another one: --port 0 takes any that is free.`,
    `이 컴퓨터에서 포트 ${port}번을 이미 쓰고 있습니다. 다른 포트를 지정하세요. --port 0이면 빈 포트를 씁니다.`,
  );
}

async function readTls({ certificate, key }: { certificate: string; key: string }) {
  return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
}

serve().catch((error) => {
  if (!(error instanceof ServeRefusal)) console.error(error);
  else console.error(/^ko\b/.test(Intl.DateTimeFormat().resolvedOptions().locale) ? error.ko : error.en);
  process.exit(1);
});
