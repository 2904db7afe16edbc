import { homedir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '../docker/connect';
import { engineTargets } from '../docker/endpoints';
import { type AppLog, logDefect } from '../rpc/appLog';
import { Answering } from './answers/answering';
import { Endpoints, SecretFile } from './answers/endpoints';
import { RequestLog } from './answers/requestLog';
import { serviceKeys } from './answers/serviceKeys';
import { Archive } from './archive';
import { BuildAndRun } from './buildAndRun';
import { BuildHistory } from './buildHistory';
import { Builds } from './builds';
import { Chat } from './chat';
import { Comparisons } from './comparisons';
import { Containers } from './containers';
import { Conversations } from './conversations';
import { EngineLink } from './engine';
import { FileGrants } from './fileGrants';
import type { Host } from './host';
import { Images } from './images';
import { Inspection } from './inspection';
import { LineExport } from './lineExport';
import { Lines } from './lines';
import { Presets } from './presets';
import { Probe } from './probe';
import { Settings } from './settings';
import { Stats } from './stats';
import { Tasks } from './tasks';
import { Terminals } from './terminals';

export interface ServicesOptions {
  /** Private folder for settings, conversations, spools and logs. */
  dataFolder: string;
  /** Folder of the bundled `api-image`. */
  imageFolder: string;
  host: Host;
  log: AppLog;
}

export type Services = Awaited<ReturnType<typeof createServices>>;

/** Builds every service and tells each whom it works with; the same for every host. `close` ends all of their work. */
export async function createServices({ dataFolder, imageFolder, host, log }: ServicesOptions) {
  const surroundings = {
    env: process.env,
    homeDirectory: homedir(),
    platform: process.platform,
    ...(process.getuid ? { uid: process.getuid() } : {}),
  };
  const settings = await Settings.open(join(dataFolder, 'settings.json'));
  const info = (message: string) => log.info(message);
  const engineLink = new EngineLink({
    candidates: () => engineTargets(surroundings),
    connect: connectEngine,
    log: info,
  });
  const fileGrants = new FileGrants();
  const containers = new Containers({ engineLink, log: info });
  const inspection = new Inspection({ engineLink, containers });
  const terminals = new Terminals({ engineLink, log: info });
  const probe = new Probe({ engineLink, containers });
  const stats = new Stats({ engineLink, containers, log: info });
  const lines = await Lines.open({
    engineLink,
    containers,
    folder: join(dataFolder, 'spools'),
    spoolBytes: settings.value.logSpoolBytes,
  });
  // Builds are remembered by their task: its id must not come again with the next run.
  const tasks = new Tasks(lines, (error) => logDefect(log, 'task', error), {
    idPrefix: `task-${Date.now().toString(36)}-`,
  });
  const lineExport = new LineExport({ lines, tasks, containers, fileGrants, host });
  const images = new Images({ engineLink, containers, log: info });
  const history = new BuildHistory({ folder: join(dataFolder, 'builds'), log: info });
  const builds = new Builds({
    engineLink,
    tasks,
    images,
    history,
    imageFolder,
    baseImage: () => settings.value.baseImage,
    registryMirror: process.env.WHARF_REGISTRY_MIRROR ?? '',
    host: { env: process.env, homeDirectory: homedir(), platform: process.platform },
    log: info,
  });
  const buildAndRun = new BuildAndRun({ engineLink, tasks, builds, containers });
  const conversations = new Conversations({ file: join(dataFolder, 'conversations.sqlite'), log: info });
  const endpoints = new Endpoints({
    file: join(dataFolder, 'endpoints.json'),
    secrets: new SecretFile(join(dataFolder, 'endpoint-keys.json')),
    ollamaHost: process.env.OLLAMA_HOST,
  });
  const answering = new Answering({
    containers,
    endpoints,
    requests: new RequestLog({ file: join(dataFolder, 'requests.sqlite'), log: info }),
    serviceKey: serviceKeys(engineLink),
  });
  const chat = new Chat({ conversations, answering });
  const comparisons = new Comparisons(chat);
  const presets = new Presets(join(dataFolder, 'presets.json'));
  const archive = new Archive({ conversations, fileGrants, onImported: () => chat.showImported() });

  return {
    engineLink,
    containers,
    images,
    builds,
    buildAndRun,
    tasks,
    lines,
    lineExport,
    chat,
    answering,
    endpoints,
    presets,
    comparisons,
    inspection,
    stats,
    archive,
    terminals,
    probe,
    settings,
    host,
    fileGrants,
    close: async () => {
      await Promise.all([tasks.close(), terminals.close()]);
      await history.settled();
      await chat.close();
      stats.close();
      images.close();
      containers.close();
      engineLink.close();
      await lines.close();
    },
  };
}
