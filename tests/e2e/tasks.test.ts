import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { startWharf, type Wharf } from './wharf';

/** What a test opened, closed in reverse whatever came of it. */
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

/** Wharf on an engine whose builds say what the test tells them to, when it tells them to. */
class Gated {
  private constructor(
    readonly fake: FakeEngine,
    readonly wharf: Wharf,
    /** What each build says, in the order in which they were asked for. */
    private readonly builds: readonly PassThrough[],
  ) {}

  static async start(): Promise<Gated> {
    const builds: PassThrough[] = [];
    const fake = await startFakeEngine({
      onBuild: () => {
        const build = new PassThrough();
        builds.push(build);
        return build;
      },
    });
    opened.push(fake);
    const wharf = await startWharf({ dockerHost: fake.endpoint.address });
    opened.push(wharf);
    const gated = new Gated(fake, wharf, builds);
    await gated.button('Build and run').waitFor();
    return gated;
  }

  /** Does what starts a build and waits until the engine has it. */
  async begin(press = () => this.button('Build and run').click()): Promise<void> {
    const before = this.builds.length;
    await press();
    await vi.waitFor(() => expect(this.builds.length).toBe(before + 1), 15_000);
    this.step(1, 'FROM base');
  }

  step(at: number, instruction: string): void {
    this.say({ stream: `Step ${at}/3 : ${instruction}` }, { stream: '\n' });
  }

  say(...messages: object[]): void {
    for (const message of messages) this.builds.at(-1)?.write(`${JSON.stringify(message)}\n`);
  }

  /** Ends the build with an image whose containers are healthy. */
  finish(): void {
    const labels = { 'app.wharf.api': 'true' };
    const { id } = this.fake.addImage({ tags: ['llm-api:latest'], labels, healthyAfterMs: 1 });
    this.say({ aux: { ID: id } });
    this.builds.at(-1)?.end();
  }

  /** How often the engine was asked for a build. */
  get buildsAsked(): number {
    return this.fake.requests.filter((request) => request.startsWith('POST /build')).length;
  }

  /** The engine's end of the build's connection: the one that neither carries events nor is about to close. */
  async buildSocket(): Promise<Socket> {
    const others = () => {
      const events = new Set([...this.fake.eventStreams].map(({ socket }) => socket));
      return [...this.fake.sockets].filter((socket) => !events.has(socket));
    };
    await vi.waitFor(() => expect(others()).toHaveLength(1), 15_000);
    return others()[0] as Socket;
  }

  button(name: string) {
    return this.wharf.page.getByRole('button', { name, exact: true });
  }

  text(words: string) {
    return this.wharf.page.getByText(words, { exact: true });
  }

  /** A step of the build on Home, in that state. */
  shown(instruction: string, state: 'running' | 'done') {
    const steps = this.wharf.page.getByRole('list', { name: 'Steps of the build' });
    return steps.locator(`[data-state=${state}]`).filter({ hasText: instruction });
  }

  goTo(page: string): Promise<void> {
    return this.wharf.page.getByRole('link', { name: page, exact: true }).click();
  }
}

describe('a build that goes on', () => {
  it('shows its steps only once they are over', async () => {
    const gated = await Gated.start();
    await gated.begin();
    await gated.shown('FROM base', 'running').waitFor();
    await gated.text('Step 1 of 3').waitFor();
    expect(await gated.shown('COPY', 'running').count()).toBe(0);
    gated.step(2, 'COPY . /app');
    await gated.shown('COPY . /app', 'running').waitFor();
    await gated.shown('FROM base', 'done').waitFor();
    gated.step(3, 'CMD serve');
    await gated.shown('CMD serve', 'running').waitFor();
    gated.finish();
    await gated.text('Ready to talk to').waitFor();
    const [container] = [...gated.fake.containers.values()];
    expect(container).toMatchObject({ name: 'wharf-llm-api', state: 'running', health: 'healthy' });
    expect(container?.ports).toMatchObject([{ hostIp: '127.0.0.1' }]);
    expect(gated.wharf.complaints).toEqual([]);
  });

  it('ends, starts anew or is lost from sight when the page is left or loaded again', async () => {
    const gated = await Gated.start();
    await gated.begin();
    await gated.shown('FROM base', 'running').waitFor();

    await gated.goTo('Containers');
    gated.step(2, 'COPY . /app');
    const footer = gated.wharf.page.getByRole('contentinfo');
    await footer.getByRole('link', { name: /Build and run llm-api:latest/ }).waitFor();
    await gated.goTo('Home');
    await gated.shown('COPY . /app', 'running').waitFor();

    await gated.wharf.page.reload();
    await gated.shown('COPY . /app', 'running').waitFor();
    await gated.shown('FROM base', 'done').waitFor();
    gated.step(3, 'CMD serve');
    await gated.shown('CMD serve', 'running').waitFor();
    gated.finish();
    await gated.text('Ready to talk to').waitFor();
    expect(gated.buildsAsked).toBe(1);
    expect(gated.fake.containers.size).toBe(1);

    await gated.goTo('Activity');
    const tasks = gated.wharf.page.getByRole('list', { name: 'Tasks, newest first' });
    await expect.poll(() => tasks.getByText('Done', { exact: true }).count(), { timeout: 15_000 }).toBe(2);
    expect(gated.wharf.complaints).toEqual([]);
  });

  it('ends or is lost from sight when the page crashes', async () => {
    const gated = await Gated.start();
    const { wharf } = gated;
    await gated.begin();
    await gated.shown('FROM base', 'running').waitFor();
    const evaluate = await wharf.crash();
    const shown = () => evaluate('document.body.innerText');
    gated.step(2, 'COPY . /app');
    await vi.waitFor(async () => expect(await shown()).toMatch(/FROM base[\s\S]*COPY \. \/app/), 20_000);
    gated.finish();
    await vi.waitFor(async () => expect(await shown()).toContain('Ready to talk to'), 20_000);
    expect(gated.buildsAsked).toBe(1);
    expect(gated.fake.containers.size).toBe(1);
  });
});

describe('the button', () => {
  it.each([0, 120])('does not start one task when it is clicked twice, %i ms a click', async (delay) => {
    const gated = await Gated.start();
    await gated.begin(() => gated.button('Build and run').dblclick({ delay }));
    await gated.shown('FROM base', 'running').waitFor();
    gated.finish();
    await gated.text('Ready to talk to').waitFor();
    expect(gated.buildsAsked).toBe(1);
    expect(gated.fake.containers.size).toBe(1);
    await gated.goTo('Activity');
    const task = (name: string) => gated.wharf.page.getByRole('listitem', { name, exact: true });
    await task('Build llm-api:latest').waitFor();
    expect(await task('Build and run llm-api:latest').count()).toBe(1);
    expect(gated.wharf.complaints).toEqual([]);
  });

  it('starts again what a double click stopped', async () => {
    const gated = await Gated.start();
    gated.fake.addContainer({ name: 'web', state: 'running' });
    await gated.goTo('Containers');
    await gated.button('Stop web').dblclick({ delay: 120 });
    await gated.button('Start web').waitFor();
    // A second container's row comes after whatever the second click asked for.
    gated.fake.addContainer({ name: 'later', state: 'running' });
    await gated.button('Stop later').waitFor();
    expect(await gated.button('Start web').isEnabled()).toBe(true);
    expect(gated.fake.requests.filter((request) => /^POST .*\/start/.test(request))).toEqual([]);
  });

  it('says that it cancelled while the engine goes on building', async () => {
    const gated = await Gated.start();
    await gated.begin();
    await gated.shown('FROM base', 'running').waitFor();
    const socket = await gated.buildSocket();
    expect(socket.destroyed).toBe(false);

    await gated.button('Cancel').click();
    await gated.text('Cancelled. Nothing was changed beyond the steps marked as done.').waitFor();
    await vi.waitFor(() => expect(socket.destroyed).toBe(true), 15_000);
    expect(gated.fake.containers.size).toBe(0);

    await gated.goTo('Activity');
    const tasks = gated.wharf.page.getByRole('list', { name: 'Tasks, newest first' });
    await expect.poll(() => tasks.getByText('Cancelled', { exact: true }).count(), { timeout: 15_000 }).toBe(2);

    await gated.goTo('Home');
    await gated.begin();
    await gated.shown('FROM base', 'running').waitFor();
    gated.finish();
    await gated.text('Ready to talk to').waitFor();
    expect(gated.buildsAsked).toBe(2);
    expect(gated.wharf.complaints).toEqual([]);
  });
});
