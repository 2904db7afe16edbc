import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { startWharf, type Wharf } from './wharf';

let fake: FakeEngine;
let wharf: Wharf;

async function open(hash: string): Promise<void> {
  // After a reload, too: until the page is drawn, a change of its address goes unheard.
  await wharf.page.getByRole('navigation').waitFor();
  await wharf.page.evaluate((address) => {
    window.location.hash = address;
  }, hash);
}
const text = (words: string | RegExp) => wharf.page.getByText(words, typeof words === 'string' ? { exact: true } : {});
const button = (name: string | RegExp) => wharf.page.getByRole('button', { name, exact: true });
const row = (name: string) => wharf.page.getByRole('row').filter({ hasText: name });
const asked = (start: string) => fake.requests.filter((request) => request.startsWith(start));

async function close(): Promise<void> {
  await wharf?.close();
  await fake?.close();
}

describe('where no engine answers', () => {
  beforeAll(async () => {
    fake = await startFakeEngine();
    await fake.stop();
    wharf = await startWharf({ dockerHost: fake.endpoint.address });
  });
  afterAll(close);

  it('hides where it looked, why nothing answered, or what to do', async () => {
    await text('Wharf needs a Docker engine and found none that answers').waitFor();
    await text(`No engine runs at ${fake.endpoint.address}`).first().waitFor();
    await text('Start Docker, or install it, then try again.').waitFor();
    expect(await text('DOCKER_HOST').count()).toBeGreaterThan(0);
    expect(await wharf.page.getByText('systemctl').count()).toBeGreaterThan(0);
  });

  it.each([404, 200])('takes what answers HTML with status %i for an engine, or for nothing at all', async (status) => {
    const page = createHttpServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>It works!</h1>');
    });
    await new Promise<void>((resolve) => page.listen(fake.socketPath, resolve));
    try {
      await text(`What answers at ${fake.endpoint.address} is not a Docker engine`).first().waitFor();
      await text('Check DOCKER_HOST and the current Docker context (docker context ls).').waitFor();
    } finally {
      page.closeAllConnections();
      await new Promise((resolve) => page.close(resolve));
    }
    await text(`No engine runs at ${fake.endpoint.address}`).first().waitFor();
  });

  it('leaves "Try again" dead: a try that hangs goes on instead of a new one', async () => {
    let clicked = false;
    // Answers nothing to whatever was asked before the click.
    fake.faults.answer = () => (clicked ? null : new Promise(() => {}));
    await fake.start();
    await vi.waitFor(() => expect(asked('GET /version')).not.toEqual([]), 15_000);
    await wharf.page.evaluate(() => {
      const window_ = window as unknown as { said: string };
      window_.said = '';
      new MutationObserver(() => {
        window_.said += document.body.innerText;
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    clicked = true;
    await button('Try again').click();
    const steps = button('Build and run');
    await steps.waitFor();
    // What a person who does not click sees: the first try runs into its timeout.
    const said = await wharf.page.evaluate(() => (window as unknown as { said: string }).said);
    expect(said).not.toContain('has not answered for');
    expect(await steps.isEnabled()).toBe(true);
  });

  it('needs a restart or a click once an engine listens', async () => {
    await fake.stop();
    await text('Wharf needs a Docker engine and found none that answers').waitFor();
    await fake.start();
    await button('Build and run').waitFor();
    expect(await text('Wharf needs a Docker engine and found none that answers').count()).toBe(0);
    expect(wharf.complaints).toEqual([]);
  });
});

describe('an engine that goes away', () => {
  beforeAll(async () => {
    fake = await startFakeEngine();
    wharf = await startWharf({ dockerHost: fake.endpoint.address });
  });
  afterAll(close);
  let isAway = false;
  const lose = async () => {
    isAway = true;
    await fake.stop();
  };
  const bringBack = async () => {
    isAway = false;
    await fake.start();
  };
  afterEach(async () => {
    fake.faults.stall = false;
    if (isAway) await bringBack();
    await wharf.page.reload();
  });
  beforeEach(async () => {
    for (const id of [...fake.containers.keys()]) fake.removeContainer(id);
    fake.addContainer({ name: 'web', state: 'running' });
    fake.addContainer({ name: 'database', state: 'exited', exitCode: 1 });
    fake.addContainer({ name: 'doomed', state: 'running' });
    await open('#/containers');
    for (const name of ['web', 'database', 'doomed']) await row(name).waitFor();
    await button('Stop web').waitFor();
  });

  const table = () => wharf.page.getByRole('table', { name: 'Containers' });
  const rowsShown = () => wharf.page.locator('tbody tr').count();
  const lastKnown = () => text(/What you see is what was known .*Actions are off until the engine is back/);
  /** Buttons of rows that could be clicked now, copying aside; the order may be changed at any time. */
  const clickable = () => table().locator('tbody button:not([disabled])').count();

  it('empties the table, lets act on old rows, or shows what it held before once the engine is back', async () => {
    await lose();
    await lastKnown().waitFor();
    await text(/The connection to .* was lost|No engine runs at|refused the connection/)
      .first()
      .waitFor();
    expect(await rowsShown()).toBe(3);
    expect(await table().getAttribute('data-stale')).toBe('true');
    expect(await clickable()).toBe(0);

    const byName = (name: string) => [...fake.containers.values()].find((one) => one.name === name)?.id ?? '';
    fake.removeContainer(byName('doomed'));
    fake.change(byName('database'), { state: 'running', exitCode: 0 }, 'start');
    await bringBack();

    await lastKnown().waitFor({ state: 'detached' });
    await row('doomed').waitFor({ state: 'detached' });
    await button('Stop database').waitFor();
    expect(await button('Stop database').isEnabled()).toBe(true);
    expect(await table().getAttribute('data-stale')).toBeNull();
    expect(await rowsShown()).toBe(2);
  });

  it('is silent about an engine that takes requests and answers none', async () => {
    fake.faults.stall = true;
    await text(`The engine at ${fake.endpoint.address} has not answered for 4 s`).first().waitFor();
    await text(/It may be overloaded or stuck. Wait a little, or restart Docker./).waitFor();
    expect(await rowsShown()).toBe(3);
    expect(await clickable()).toBe(0);
    fake.faults.stall = false;
    await lastKnown().waitFor({ state: 'detached' });
    expect(await button('Stop web').isEnabled()).toBe(true);
  });

  it('removes something while nobody can see what is there', async () => {
    await button('Remove web').click();
    const dialog = wharf.page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: 'It is running: kill it first' }).check();
    const remove = dialog.getByRole('button', { name: 'Remove', exact: true });
    expect(await remove.isEnabled()).toBe(true);

    await lose();
    const why = dialog.getByText('The engine does not answer. Nothing is removed until it is back.', { exact: true });
    await why.waitFor();
    expect(await remove.isDisabled()).toBe(true);
    await remove.dispatchEvent('click');
    await dialog.press('Enter');

    await bringBack();
    await row('web').waitFor();
    await lastKnown().waitFor({ state: 'detached' });
    expect(asked('DELETE')).toEqual([]);
    expect(fake.containers.size).toBe(3);
    await wharf.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(wharf.complaints).toEqual([]);
  });
});

describe('the form that runs a container', () => {
  const field = (name: string) => wharf.page.getByRole('textbox', { name, exact: true });
  const takenPort = 21_110;

  beforeAll(async () => {
    fake = await startFakeEngine({
      images: [{ tags: ['llm-api:latest'], labels: { 'app.wharf.api': 'true' } }],
      containers: [
        {
          name: 'llm-api',
          ports: [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort: takenPort }],
          state: 'running',
        },
      ],
    });
    wharf = await startWharf({ dockerHost: fake.endpoint.address });
  });
  afterAll(close);
  beforeEach(async () => {
    await open('#/containers');
    await row('llm-api').waitFor();
    await wharf.page.getByRole('link', { name: 'Run a container', exact: true }).click();
    await field('Name').waitFor();
  });
  afterEach(() => {
    fake.faults.portsTaken.clear();
    fake.faults.exitOnStart = null;
  });

  /** Runs under `name` with everything filled in, and answers how to read the fields again. */
  async function submit(name: string, port: number): Promise<() => Promise<string[]>> {
    await field('Name').fill(name);
    await field('Port on this machine').fill(String(port));
    await field('Memory limit (MiB)').fill('256');
    await button('Add a variable').click();
    await field('Name 1').fill('BACKEND');
    await field('Value 1').fill('echo');
    const fields = () =>
      wharf.page
        .locator('form input')
        .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
    await button('Run').click();
    return fields;
  }

  it('says nothing of a taken name until the engine refuses it', async () => {
    await field('Name').fill('llm-api');
    const taken = text('“llm-api” is taken by another container.');
    await taken.waitFor();
    expect(await button('Run').isDisabled()).toBe(true);
    await button('Use llm-api-2').click();
    await taken.waitFor({ state: 'detached' });
    expect(await field('Name').inputValue()).toBe('llm-api-2');
    expect(await button('Run').isEnabled()).toBe(true);
  });

  it('does not know the container that holds a port, or offers no other', async () => {
    await field('Port on this machine').fill(String(takenPort));
    const taken = text(`Port ${takenPort} is held by the container “llm-api”.`);
    await taken.waitFor();
    expect(await button('Run').isDisabled()).toBe(true);
    await button(/^Use \d+$/).click();
    await taken.waitFor({ state: 'detached' });
    expect(Number(await field('Port on this machine').inputValue())).toBeGreaterThan(takenPort);
  });

  it('does not know the process that holds a port, or offers one that is taken too', async () => {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const holder = (await readFile(`/proc/${process.pid}/comm`, 'utf8')).trim();
    try {
      await field('Port on this machine').fill(String(port));
      const taken = text(`Port ${port} is held by the process “${holder}”.`);
      await taken.waitFor();
      await button(/^Use \d+$/).click();
      await taken.waitFor({ state: 'detached' });
      const next = Number(await field('Port on this machine').inputValue());
      expect(next).toBeGreaterThan(port);
      const probe = createServer();
      await new Promise<void>((resolve, reject) => {
        probe.once('error', reject);
        probe.listen(next, '127.0.0.1', resolve);
      });
      await new Promise((resolve) => probe.close(resolve));
      expect(await button('Run').isEnabled()).toBe(true);
    } finally {
      await new Promise((resolve) => listener.close(resolve));
    }
  });

  it('loses what was typed when the engine refuses, or leaves half a container behind', async () => {
    const port = 21_120;
    fake.faults.portsTaken.add(port);
    const fields = await submit('second', port);
    await text(`Port ${port} is in use`).waitFor();
    await text(/^Use port \d+, which is free, or stop what holds this one.$/).waitFor();
    const typed = ['llm-api:latest', 'second', String(port), '8000', 'BACKEND', 'echo', '256'];
    expect(await fields()).toEqual(expect.arrayContaining(typed));
    expect([...fake.containers.values()].map(({ name }) => name)).toEqual(['llm-api']);
    expect(await button('Run').isEnabled()).toBe(true);
  });

  it('tells of a container that ends at once by a number only, or without its last words', async () => {
    fake.faults.exitOnStart = { exitCode: 127, lines: ['starting', 'sh: serve: not found'] };
    const fields = await submit('third', 21_130);
    await text('“third” ended right after it started: command not found (127)').waitFor();
    await text(/^Its last log lines tell why\./).waitFor();
    await text(/sh: serve: not found/).waitFor();
    expect((await fields())[1]).toBe('third');
    expect(fake.containers.size).toBe(1);
    expect(wharf.complaints).toEqual([]);
  });
});

describe('Build and run', () => {
  /** What the next build sends. */
  let says: (engine: FakeEngine) => AsyncGenerator<string>;
  let dockerfile: string[];

  beforeAll(async () => {
    dockerfile = (await readFile('api-image/Dockerfile', 'utf8')).split('\n');
    fake = await startFakeEngine({ onBuild: (engine) => says(engine) });
    wharf = await startWharf({ dockerHost: fake.endpoint.address });
    await button('Build and run').waitFor();
  });
  afterAll(close);

  const step = (at: number, instruction: string) => [
    JSON.stringify({ stream: `Step ${at}/5 : ${instruction}` }),
    JSON.stringify({ stream: '\n' }),
  ];
  const error = (message: string) => JSON.stringify({ errorDetail: { message }, error: message });
  const ready = () => text('Ready to talk to');

  it('tells of a base image that cannot be had as of any failed step', async () => {
    says = async function* () {
      yield* step(1, 'ARG BASE_IMAGE=python:3.11-slim');
      yield* step(2, `FROM \${BASE_IMAGE} AS builder`);
      yield error('Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host');
    };
    await button('Build and run').click();
    const sentence = text('The base image “python:3.11-slim” is not here and no registry gave it');
    await sentence.waitFor();
    await text(
      'You may be offline. Load an archive of it, or choose a mirror’s or another base image that the engine has.',
    ).waitFor();
    await text(/lookup registry.example: no such host/)
      .first()
      .waitFor();
    expect(await ready().count()).toBe(0);
    expect(await button('Build and run').isEnabled()).toBe(true);
  });

  it('passes a failed step for a finished build, or hides which line failed and what it said', async () => {
    const at = dockerfile.findIndex((line) => line.startsWith('WORKDIR'));
    const instruction = dockerfile[at] ?? '';
    says = async function* () {
      yield* step(1, 'ARG BASE_IMAGE=python:3.11-slim');
      yield* step(2, `FROM \${BASE_IMAGE} AS builder`);
      yield* step(3, 'ARG REQUIREMENTS=requirements.txt');
      yield* step(4, instruction);
      yield JSON.stringify({ stream: 'making room\n' });
      yield JSON.stringify({ stream: 'there is a file in the way\n' });
      yield error(`The command '${instruction}' returned a non-zero code: 3`);
    };
    await button('Build and run').click();
    await text(`Step 4 of 5 failed, line ${at + 1} of the Dockerfile`).waitFor();
    await text('Read the output of that step, correct the Dockerfile or its files, then build again.').waitFor();
    await text(/making room\s+there is a file in the way/).waitFor();
    await text('The build failed').waitFor();
    const failed = wharf.page.getByRole('list', { name: 'Steps of the build' }).locator('[data-state=failed]');
    await failed.filter({ hasText: instruction }).waitFor();
    expect(await failed.count()).toBe(1);
    expect(await ready().count()).toBe(0);
    expect(await wharf.page.getByRole('link', { name: 'Open chat' }).count()).toBe(0);
    expect(fake.containers.size).toBe(0);
    // The reason of the try before stood for that one only.
    expect(await text(/no registry gave it/).count()).toBe(0);
  });

  it('shows the build without the lines of the step that failed', async () => {
    await wharf.page.getByRole('link', { name: 'Open the build', exact: true }).click();
    await text(/^Step 4 of 5 failed, line \d+ of the Dockerfile$/).waitFor();
    await wharf.page.getByRole('log').getByText('there is a file in the way', { exact: true }).waitFor();
    await open('#/');
  });

  it('cannot be tried again after a failure, or keeps the old reason', async () => {
    says = async function* (engine) {
      const labels = { 'app.wharf.api': 'true' };
      const image = engine.addImage({ tags: ['llm-api:latest'], labels, healthyAfterMs: 1 });
      yield* step(1, 'FROM base');
      yield JSON.stringify({ aux: { ID: image.id } });
    };
    await button('Build and run').click();
    await ready().waitFor();
    await wharf.page.getByRole('link', { name: 'Open chat' }).waitFor();
    expect(await text(/ failed, line /).count()).toBe(0);
    expect(fake.containers.size).toBe(1);
    expect(wharf.complaints).toEqual([]);
  });
});

describe('what others use or took away', () => {
  const image = () => [...fake.images.values()][0];

  beforeAll(async () => {
    fake = await startFakeEngine({ images: [{ tags: ['shop:1'] }] });
    wharf = await startWharf({ dockerHost: fake.endpoint.address });
  });
  afterAll(close);
  afterEach(async () => {
    fake.faults.muteEvents = false;
    await wharf.page.reload();
  });

  const use = (name: string) =>
    fake.addContainer({ name, image: 'shop:1', imageId: image()?.id ?? '', state: 'exited' });

  it('offers to remove an image without saying who needs it', async () => {
    use('front');
    use('back');
    await open('#/images');
    await row('2 containers').waitFor();
    await button('Remove shop:1').click();
    const dialog = wharf.page.getByRole('dialog');
    await dialog.getByText('2 containers made from it still exist:', { exact: true }).waitFor();
    for (const name of ['front', 'back']) await dialog.getByRole('link', { name, exact: true }).waitFor();
    await dialog.getByText('Remove them first, then the image.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Remove', exact: true }).isDisabled()).toBe(true);
    for (const id of [...fake.containers.keys()]) fake.removeContainer(id);
    await dialog.getByText('2 containers made from it still exist:').waitFor({ state: 'detached' });
    expect(await dialog.getByRole('button', { name: 'Remove', exact: true }).isEnabled()).toBe(true);
    await wharf.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('hides who needs an image that the engine refuses to remove', async () => {
    await open('#/images');
    await row('nothing').waitFor();
    fake.faults.muteEvents = true;
    use('unseen');
    await button('Remove shop:1').click();
    const dialog = wharf.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await dialog.getByText('“shop:1” is used by unseen', { exact: true }).waitFor();
    await dialog.getByText('Remove these containers first, then the image.', { exact: true }).waitFor();
    expect(image()?.tags).toEqual(['shop:1']);
  });

  it('goes on showing a container that was removed outside, or leads nowhere from there', async () => {
    const { id } = fake.addContainer({ name: 'short', state: 'running' });
    await open('#/containers');
    await wharf.page.getByRole('link', { name: 'short', exact: true }).click();
    await wharf.page.getByRole('heading', { name: 'short', exact: true }).waitFor();
    fake.removeContainer(id);
    await text('This container no longer exists').waitFor();
    await text(/It was removed, perhaps outside Wharf\./).waitFor();
    await wharf.page.evaluate(() => window.history.back());
    await wharf.page.getByRole('heading', { name: 'Containers', exact: true }).waitFor();
    await wharf.page.evaluate(() => window.history.forward());
    await wharf.page.getByRole('link', { name: 'Back to containers', exact: true }).click();
    await wharf.page.getByRole('heading', { name: 'Containers', exact: true }).waitFor();
    expect(await row('short').count()).toBe(0);
    expect(wharf.complaints).toEqual([]);
  });
});
