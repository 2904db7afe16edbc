import './services/node16';
import { homedir } from 'node:os';
import { buildRequest } from './contract/builds';
import { isFailure } from './contract/failures';
import { connectEngine } from './docker/connect';
import { engineTargets } from './docker/endpoints';
import { BuildHistory } from './services/buildHistory';
import { Builds } from './services/builds';
import { Containers } from './services/containers';
import { EngineLink } from './services/engine';
import { Images } from './services/images';
import type { TaskOutput } from './services/lineWriter';
import { Tasks } from './services/tasks';

/*
 * Composition root of `npm run image`: the app's own build service without the window, its output on the terminal.
 * Arguments: the absolute folder of the bundled image, and the tag. Ends with 1 where the image was not made.
 */
const [imageFolder = '', tag = ''] = process.argv.slice(2);

const terminal: TaskOutput = {
  taskWriter: () => {
    let count = 0;
    return {
      append: (line) => {
        console.log(line.text);
        count += 1;
        return count - 1;
      },
      end: () => undefined,
    };
  },
};
const surroundings = {
  env: process.env,
  homeDirectory: homedir(),
  platform: process.platform,
  ...(process.getuid ? { uid: process.getuid() } : {}),
};
const log = () => undefined;
const engineLink = new EngineLink({ candidates: () => engineTargets(surroundings), connect: connectEngine, log });
const containers = new Containers({ engineLink, log });
const tasks = new Tasks(terminal, (error) => {
  console.error(error);
  return 'terminal';
});
const images = new Images({ engineLink, containers, log });
const builds = new Builds({
  engineLink,
  tasks,
  images,
  history: new BuildHistory({ folder: null, log }),
  imageFolder,
  baseImage: () => process.env.WHARF_BASE_IMAGE ?? null,
  registryMirror: () => process.env.WHARF_REGISTRY_MIRROR ?? '',
  host: surroundings,
  log,
});

async function build(): Promise<boolean> {
  await engineLink.check();
  const { taskId } = await builds.start(buildRequest.parse({ source: { kind: 'bundled' }, tag }));
  for await (const state of builds.watch(taskId)) {
    if (state.state === 'packing' || state.state === 'running') continue;
    if (state.failure) console.error(JSON.stringify(state.failure));
    else console.log(`${state.tag} ${state.imageId}`);
    return state.state === 'done';
  }
  return false;
}

void build()
  .catch((error) => {
    console.error(isFailure(error) ? JSON.stringify(error.toValue()) : error);
    return false;
  })
  .then(async (made) => {
    await tasks.close();
    images.close();
    containers.close();
    engineLink.close();
    process.exitCode = made ? 0 : 1;
  });
