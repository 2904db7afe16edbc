import { homedir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '../docker/connect';
import type { EngineTarget } from '../docker/endpoints';
import { registryCredentials, registrySecrets } from '../docker/registryCredentials';
import { type AppLog, logDefect } from '../rpc/appLog';
import { Answering } from './answers/answering';
import { EndpointKeys } from './answers/endpointKeys';
import { Endpoints } from './answers/endpoints';
import { AnswerPresets } from './answers/presets';
import { RequestLog } from './answers/requestLog';
import { serviceKeys } from './answers/serviceKeys';
import { Archive } from './archive';
import { BuildAndRun } from './buildAndRun';
import { BuildHistory } from './buildHistory';
import { Builds } from './builds';
import { Chat } from './chat';
import { Comparisons } from './comparisons';
import { ContainerForms } from './containerForms';
import { ContainerReplacing } from './containerReplacing';
import { Containers } from './containers';
import { Conversations } from './conversations';
import { DiskUse } from './diskUse';
import { Doctor } from './doctor';
import { Drops } from './drops';
import { EngineLink } from './engine';
import { EngineChoices, enginesToTry } from './engineChoices';
import { EngineMemory } from './engineMemory';
import { FileGrants } from './fileGrants';
import type { Host } from './host';
import { HostFolders } from './hostFolders';
import { ImageArchives } from './imageArchives';
import { Images } from './images';
import { Inspection } from './inspection';
import { KitModelLoads } from './kitModelLoads';
import { LeftShells } from './leftShells';
import { LineExport } from './lineExport';
import { Lines } from './lines';
import { ModelCreation } from './ollama/modelCreation';
import { ModelPulls } from './ollama/modelPulls';
import { Models } from './ollama/models';
import { Ollamas } from './ollama/ollamas';
import { PullSizes } from './ollama/pullSizes';
import { OllamaProxies } from './ollamaContainer/ollamaProxies';
import { OllamaRuns } from './ollamaContainer/ollamaRuns';
import { OwnNetworks } from './ownNetworks';
import { Presets } from './presets';
import { Probe } from './probe';
import { Pulls } from './pulls';
import { Settings } from './settings';
import { settingsFile } from './settingsFile';
import { Stats } from './stats';
import { Tasks } from './tasks';
import { Terminals } from './terminals';
import { TotalUse } from './totalUse';
import { Updates } from './updates';

export interface ServicesOptions {
  /** Private folder for settings, conversations, spools and logs. */
  dataFolder: string;
  /** Folder of the bundled `api-image`. */
  imageFolder: string;
  /** The bundled worker that searches logs. */
  searchWorkerFile: string;
  host: Host;
  log: AppLog;
}

export type Services = Awaited<ReturnType<typeof createServices>>;

/** Builds every service and tells each whom it works with; the same for every host. `close` ends all of their work. */
export async function createServices({ dataFolder, imageFolder, searchWorkerFile, host, log }: ServicesOptions) {
  const surroundings = {
    env: process.env,
    homeDirectory: homedir(),
    platform: process.platform,
    ...(process.getuid ? { uid: process.getuid() } : {}),
  };
  const settings = await Settings.open(settingsFile(dataFolder));
  const info = (message: string) => log.info(message);
  const engineMemory = await EngineMemory.open(dataFolder, process.env.DOCKER_HOST ?? '');
  const connect = (target: EngineTarget, signal?: AbortSignal) => connectEngine(target, signal, engineMemory);
  const engineLink = new EngineLink({
    candidates: () => enginesToTry(engineMemory, surroundings),
    connect,
    log: info,
  });
  const fileGrants = new FileGrants();
  const drops = new Drops(fileGrants);
  const doctor = new Doctor({ engineLink, fileGrants, host, dataFolder, env: process.env, homeDirectory: homedir() });
  const folders = await HostFolders.open(join(dataFolder, 'folders.json'));
  const containers = new Containers({ engineLink, log: info, folders });
  const ownNetworks = new OwnNetworks({ engineLink, containers, log: info });
  const inspection = new Inspection({ engineLink, containers });
  const leftShells = await LeftShells.open(join(dataFolder, 'shells.json'), { engineLink, log: info });
  const terminals = new Terminals({ engineLink, leftShells, log: info });
  const probe = new Probe({ engineLink, containers });
  const stats = new Stats({ engineLink, containers, log: info });
  const totalUse = new TotalUse({ engineLink, containers, log: info });
  const lines = await Lines.open({
    engineLink,
    containers,
    folder: join(dataFolder, 'spools'),
    spoolBytes: () => settings.value.logSpoolBytes,
    searchWorkerFile,
    logDefect: (error) => logDefect(log, 'log', error),
  });
  // Builds are remembered by their task: its id must not come again with the next run.
  const tasks = new Tasks(lines, (error) => logDefect(log, 'task', error), {
    idPrefix: `task-${Date.now().toString(36)}-`,
  });
  const engineChoices = new EngineChoices({ memory: engineMemory, surroundings, engineLink, tasks, connect });
  const lineExport = new LineExport({ lines, tasks, containers, fileGrants, host });
  const replacing = new ContainerReplacing({ engineLink, containers, tasks, log: info });
  const forms = new ContainerForms(engineLink);
  const presets = await Presets.open(join(dataFolder, 'presets.json'));
  const registryMirror = () => settings.value.registryMirror ?? process.env.WHARF_REGISTRY_MIRROR ?? '';
  const images = new Images({ engineLink, containers, log: info });
  const history = new BuildHistory({ folder: join(dataFolder, 'builds'), log: info });
  const builds = new Builds({
    engineLink,
    tasks,
    images,
    history,
    imageFolder,
    baseImage: () => settings.value.baseImage,
    registryMirror,
    host: { env: process.env, homeDirectory: homedir(), platform: process.platform },
    credentials: (references) => registrySecrets(references, surroundings),
    log: info,
  });
  const relist = () => images.relist();
  const pulls = new Pulls({
    engineLink,
    tasks,
    relist,
    mirror: registryMirror,
    credentials: (registry) => registryCredentials(registry, surroundings),
  });
  const ollamaProxies = new OllamaProxies({ engineLink, containers, forms, replacing, env: process.env });
  const imageArchives = new ImageArchives({
    engineLink,
    tasks,
    fileGrants,
    relist,
    kitSettings: () => ({ baseImage: settings.value.baseImage }),
    presets,
  });
  const kitModelLoads = new KitModelLoads({
    engineLink,
    tasks,
    brought: (taskId) => imageArchives.broughtModels.get(taskId),
  });
  const disk = new DiskUse({ engineLink, tasks, baseImage: () => settings.value.baseImage, relist });
  const buildAndRun = new BuildAndRun({ engineLink, tasks, builds, containers });
  const conversations = new Conversations({ file: join(dataFolder, 'conversations.sqlite'), log: info });
  const endpoints = new Endpoints({
    file: join(dataFolder, 'endpoints.json'),
    keys: new EndpointKeys({
      plainFile: join(dataFolder, 'endpoint-keys.json'),
      sealedFile: join(dataFolder, 'endpoint-keys.sealed.json'),
      keychain: () => host.keychain(),
    }),
    ollamaHost: process.env.OLLAMA_HOST,
    containers,
  });
  const logModelDefect = (error: unknown) => logDefect(log, 'models', error);
  const ollamas = new Ollamas({ endpoints, settings, logDefect: logModelDefect });
  const models = new Models({ ollamas, logDefect: logModelDefect });
  const relistModels = (endpointId: string) => void models.relist(endpointId);
  const modelPulls = new ModelPulls({ ollamas, tasks, relist: relistModels });
  const pullSizes = new PullSizes({ ollamas });
  const ollamaRuns = new OllamaRuns({
    engineLink,
    tasks,
    pulls,
    containers,
    proxies: ollamaProxies,
    builds,
    ollamas,
    modelPulls,
    image: () => settings.value.ollamaImage,
    mirror: registryMirror,
  });
  const modelCreation = new ModelCreation({ ollamas, tasks, fileGrants, relist: relistModels });
  const answering = new Answering({
    containers,
    endpoints,
    requests: new RequestLog({ file: join(dataFolder, 'requests.sqlite'), log: info }),
    serviceKey: serviceKeys(engineLink),
  });
  const chat = new Chat({ conversations, answering });
  const comparisons = new Comparisons(chat);
  const answerPresets = new AnswerPresets(join(dataFolder, 'answer-presets.json'));
  const archive = new Archive({ conversations, fileGrants, onImported: () => chat.showImported() });

  const updates = new Updates({ settings, open: () => host.openUpdater(), log: info });

  return {
    engineLink,
    engineChoices,
    doctor,
    containers,
    replacing,
    ollamaRuns,
    ollamaProxies,
    forms,
    answerPresets,
    folders,
    images,
    builds,
    pulls,
    imageArchives,
    kitModelLoads,
    disk,
    buildAndRun,
    tasks,
    lines,
    lineExport,
    chat,
    answering,
    endpoints,
    ollamas,
    models,
    modelPulls,
    pullSizes,
    modelCreation,
    presets,
    comparisons,
    inspection,
    stats,
    totalUse,
    archive,
    terminals,
    probe,
    settings,
    host,
    fileGrants,
    drops,
    updates,
    close: async () => {
      await Promise.all([tasks.close(), terminals.close()]);
      await history.settled();
      await chat.close();
      stats.close();
      totalUse.close();
      images.close();
      ownNetworks.close();
      containers.close();
      leftShells.close();
      updates.close();
      engineLink.close();
      await lines.close();
    },
  };
}
