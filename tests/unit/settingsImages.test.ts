import { describe, expect, it } from 'vitest';
import { Failure } from '../../electron/contract/failures';
import type { Engine } from '../../electron/docker/engine';
import { SettingsImages } from '../../electron/services/settingsImages';

/** An engine that has untagged images, by id with their instructions. */
function engineWith(images: Map<string, string[]>) {
  const removed: string[] = [];
  const used = new Set<string>();
  const engine = {
    listImages: async () => [...images.keys()].map((id) => ({ id, tags: id.startsWith('tagged') ? [id] : [] })),
    imageInstructions: async (id: string) => images.get(id) ?? [],
    removeImage: async (id: string) => {
      if (used.has(id)) throw new Failure('IMAGE_IN_USE', { image: id, containers: [] });
      removed.push(id);
      images.delete(id);
    },
  } as unknown as Engine;
  return { engine, removed, used };
}

const withSettings = ['/bin/sh -c #(nop) COPY dir:0af in build-settings/ '];
const without = ['RUN make', 'COPY src/build-settings/notes.txt /x'];

describe('what a build with this machine’s settings leaves behind', () => {
  it('stays on the engine, or takes images with it that are somebody else’s', async () => {
    const images = new Map([['earlier', withSettings]]);
    const { engine, removed } = engineWith(images);
    const cleanUp = await new SettingsImages(() => {}).watch(engine);
    images.set('stage', withSettings).set('foreign', without).set('tagged', withSettings);
    await cleanUp();
    expect(removed).toEqual(['stage']);
  });

  it('is taken from under another such build that goes on, or stays after the last of them', async () => {
    const images = new Map<string, string[]>();
    const { engine, removed } = engineWith(images);
    const stages = new SettingsImages(() => {});
    const first = await stages.watch(engine);
    images.set('of first', withSettings);
    const second = await stages.watch(engine);
    images.set('of second', withSettings);
    await first();
    expect(removed).toEqual([]);
    await second();
    expect(removed).toEqual(['of first', 'of second']);
  });

  it('fails the build where somebody uses it by now', async () => {
    const images = new Map<string, string[]>();
    const { engine, used, removed } = engineWith(images);
    const said: string[] = [];
    const cleanUp = await new SettingsImages((line) => said.push(line)).watch(engine);
    images.set('used', withSettings).set('stage', withSettings);
    used.add('used');
    await cleanUp();
    expect(removed).toEqual(['stage']);
    expect(said).toEqual([]);
  });
});
