import { homedir } from 'node:os';
import Dockerode from 'dockerode';
import { afterAll } from 'vitest';
import { connectEngine } from '../../electron/docker/connect';
import { engineTargets } from '../../electron/docker/endpoints';
import { Containers, type ContainersOptions } from '../../electron/services/containers';
import { EngineLink } from '../../electron/services/engine';

/** Address of the engine of this run: the machine's, or one that the run started for itself. */
export const engineAddress = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';

/** Path of its socket. */
export const engineSocket = engineAddress.replace('unix://', '');

/** Marks what a test run creates, so that what it left behind can be found and removed. */
export const testLabels = { 'app.wharf.test': process.env.WHARF_TEST_RUN ?? '1' };

/** The image with Python that test images are made from. */
export const testBaseImage = process.env.WHARF_TEST_BASE_IMAGE ?? 'wharf/python-base:3.11';

/** Somebody else's view of the engine, to compare with ours and to change things behind its back. */
export const outside = new Dockerode();

/** In the name of everything that this process creates: another run may share the engine and the label. */
const ownMark = `-${process.pid}-`;

/** A name that no other run uses. */
export function testName(what: string): string {
  return `wharf-test-${what}${ownMark}${Math.random().toString(36).slice(2, 8)}`;
}

const removals: (() => Promise<unknown>)[] = [];

/** Removes something at the end of the file, whether it is still there or not. */
function removeAtEnd(remove: () => Promise<unknown>): void {
  removals.push(remove);
}

afterAll(async () => {
  for (const { Id, Names } of await outside.listContainers({ all: true, filters: { label: labelFilter } })) {
    if (Names.some((name) => name.includes(ownMark))) await outside.getContainer(Id).remove({ force: true, v: true });
  }
  for (const remove of removals.reverse()) await remove().catch(() => {});
});

const labelFilter = Object.entries(testLabels).map(([name, value]) => `${name}=${value}`);

/** An image of the base's layers whose containers run `command`; removed at the end of the file. */
export async function testImage(what: string, command: string[]): Promise<string> {
  const container = await outside.createContainer({ Image: testBaseImage, Cmd: command, Labels: testLabels });
  const repo = testName(what);
  await container.commit({ repo, tag: 'latest', changes: `CMD ${JSON.stringify(command)}` });
  await container.remove();
  removeAtEnd(() => outside.getImage(`${repo}:latest`).remove());
  return `${repo}:latest`;
}

/** Starts a container the way somebody else would. */
export async function outsideContainer(
  what: string,
  command: string[],
  options: Partial<Dockerode.ContainerCreateOptions> = {},
): Promise<Dockerode.Container> {
  const container = await outside.createContainer({
    Image: testBaseImage,
    name: testName(what),
    Cmd: command,
    Labels: testLabels,
    ...options,
  });
  await container.start();
  return container;
}

/** A ready link to the engine that everybody uses, and the containers' service; closed at the end of the file. */
export async function realContainers(
  options: Partial<ContainersOptions> = {},
): Promise<{ link: EngineLink; containers: Containers }> {
  const uid = process.getuid?.();
  const surroundings = {
    env: process.env,
    homeDirectory: homedir(),
    platform: process.platform,
    ...(uid !== undefined && { uid }),
  };
  const link = new EngineLink({
    candidates: () => engineTargets(surroundings),
    connect: connectEngine,
    log: () => {},
  });
  const containers = new Containers({ engineLink: link, log: () => {}, extraLabels: testLabels, ...options });
  removeAtEnd(async () => {
    containers.close();
    link.close();
  });
  await link.check();
  return { link, containers };
}
