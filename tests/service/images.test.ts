import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, type FakeEngineOptions, startFakeEngine } from '../fakes/fakeEngine';
import { firstWhere, type ImageServicesOptions, openImageServices } from '../fakes/imageServices';

let close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of close.reverse()) await one();
  close = [];
});

async function setUp(engine: FakeEngineOptions = {}, options: ImageServicesOptions = {}) {
  const fake = await startFakeEngine(engine);
  close.push(() => fake.close());
  const services = await openImageServices(fake.endpoint, options);
  close.push(() => services.close());
  return { fake, ...services };
}

describe('the list of images', () => {
  it('shows an image that another program tagged, without a refresh', async () => {
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] });
    await firstWhere(images.watch(), (item) => item.images.some(({ tags }) => tags.includes('one:1')));
    const image = fake.addImage({ tags: ['two:1'] });
    fake.emit({ type: 'image', action: 'tag', id: image.id });
    const item = await firstWhere(images.watch(), ({ images: all }) => all.length === 2);
    expect(item.stale).toBe(false);
  });

  it('names the containers that use an image as they come and go', async () => {
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] });
    const [image] = fake.images.values();
    const container = fake.addContainer({ name: 'user', imageId: image?.id ?? '' });
    await firstWhere(images.watch(), (item) => item.images[0]?.usedBy.join() === 'user');
    fake.removeContainer(container.id);
    await firstWhere(images.watch(), (item) => item.images[0]?.usedBy.length === 0);
  });

  it('is kept and called stale while the engine is away, and right again after', async () => {
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] });
    await firstWhere(images.watch(), ({ stale, images: all }) => !stale && all.length === 1);
    await fake.stop();
    const gone = await firstWhere(images.watch(), ({ stale }) => stale);
    expect(gone.images).toHaveLength(1);
    fake.addImage({ tags: ['two:1'] });
    await fake.start();
    await firstWhere(images.watch(), ({ stale, images: all }) => !stale && all.length === 2);
  });

  it('stays old for a minute after one list was cut, although the engine answers', async () => {
    const timing = { settleMs: 5, retryMs: 5 };
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] }, { images: { timing } });
    await firstWhere(images.watch(), ({ stale, images: all }) => !stale && all.length === 1);
    await firstWhere(streamsOpen(fake), Boolean);
    let cuts = 0;
    fake.faults.answer = (_method, path) => {
      if (path !== '/images/json' || cuts === 2) return null;
      cuts += 1;
      [...fake.sockets].at(-1)?.destroy();
      return { status: 200, body: [] };
    };
    const image = fake.addImage({ tags: ['two:1'] });
    fake.emit({ type: 'image', action: 'tag', id: image.id });
    await firstWhere(images.watch(), ({ stale, images: all }) => !stale && all.length === 2);
    expect(cuts).toBe(2);
  });

  it('asks the engine once for a burst of a hundred events', async () => {
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] }, { images: { timing: { settleMs: 50 } } });
    await firstWhere(images.watch(), ({ stale }) => !stale);
    await firstWhere(streamsOpen(fake), Boolean);
    const before = fake.requests.filter((request) => request.includes('/images/json')).length;
    for (let count = 0; count < 100; count += 1) fake.emit({ type: 'image', action: 'tag', id: 'sha256:x' });
    fake.addImage({ tags: ['last:1'] });
    fake.emit({ type: 'image', action: 'tag', id: 'sha256:x' });
    await firstWhere(images.watch(), ({ images: all }) => all.length === 2);
    const asked = fake.requests.filter((request) => request.includes('/images/json')).length - before;
    expect(asked).toBeLessThanOrEqual(3);
  });

  it('forgets a reader that left', async () => {
    const { images } = await setUp();
    const leave = new AbortController();
    const watch = images.watch(leave.signal);
    await watch.next();
    leave.abort();
    expect((await watch.next()).done).toBe(true);
    expect(images.readerCount).toBe(0);
  });
});

async function* streamsOpen(fake: FakeEngine): AsyncGenerator<boolean> {
  for (;;) {
    yield fake.eventStreams.size > 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('removing an image', () => {
  it('that containers use is refused with their names', async () => {
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] });
    const [image] = fake.images.values();
    fake.addContainer({ name: 'user', imageId: image?.id ?? '' });
    await expect(images.remove('one:1')).rejects.toMatchObject({
      code: 'IMAGE_IN_USE',
      details: { image: 'one:1', containers: ['user'] },
    });
  });

  it('takes it off the list by the time it answers', async () => {
    const { images } = await setUp({ images: [{ tags: ['one:1'] }] });
    await firstWhere(images.watch(), ({ images: all }) => all.length === 1);
    await images.remove('one:1');
    expect((await images.watch().next()).value).toMatchObject({ images: [], stale: false });
    await expect(images.remove('one:1')).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
  });
});
